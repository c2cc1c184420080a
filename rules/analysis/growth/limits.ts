import type { Holder } from "./holder.js";
import {
  calleeName,
  functionAround,
  keyName,
  unwrap,
  variableNamed,
  walk,
  type FunctionNode,
  type Node,
  type SourceCode,
} from "../syntax.js";

const LIMIT_NAME = /max|limit|capacity|size|threshold/i;
const COUNT_NAME = /size|count|length|total|entries/i;
const EXPIRY_NAME = /expir|ttl|max_?age/i;
const CLOCK_CALL = /^(setTimeout|setInterval|hrtime|monotonic)$/;

/** The value of a numeric expression, in entries: literals, arithmetic, constants of the file; null where unknown. */
export function numericValue(sourceCode: SourceCode, expression: Node, depth = 6): number | null {
  const node = unwrap(expression);
  if (depth === 0) return null;
  switch (node.type) {
    case "Literal":
      return typeof node.value === "number" ? node.value : null;
    case "UnaryExpression": {
      const value = numericValue(sourceCode, node.argument, depth - 1);
      return value !== null && node.operator === "-" ? -value : null;
    }
    case "BinaryExpression": {
      const left = numericValue(sourceCode, node.left, depth - 1);
      const right = numericValue(sourceCode, node.right, depth - 1);
      return left === null || right === null ? null : computed(node.operator, left, right);
    }
    case "LogicalExpression":
      return numericValue(sourceCode, node.right, depth - 1) ?? numericValue(sourceCode, node.left, depth - 1);
    case "AssignmentPattern":
      return numericValue(sourceCode, node.right, depth - 1);
    case "Identifier": {
      const definition = variableNamed(sourceCode, node)?.defs[0];
      if (definition?.type === "Parameter") return parameterDefault(definition.name);
      return definition?.node.type === "VariableDeclarator" && definition.node.init
        ? numericValue(sourceCode, definition.node.init, depth - 1)
        : null;
    }
    default:
      return null;
  }
}

function parameterDefault(name: Node): number | null {
  const pattern = name.parent;
  return pattern?.type === "AssignmentPattern" &&
    pattern.right.type === "Literal" &&
    typeof pattern.right.value === "number"
    ? pattern.right.value
    : null;
}

function computed(operator: string, left: number, right: number): number | null {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case "**":
      return left ** right;
    case "<<":
      return left << right;
    default:
      return null;
  }
}

/** Numeric limits near a holder (in entries, ascending) and the clocks that its functions read or set. */
export function limitsNear(
  sourceCode: SourceCode,
  holder: Holder,
): { readonly capacities: readonly number[]; readonly clocks: readonly string[] } {
  const capacities = new Set<number>();
  const clocks = new Set<string>();
  const add = (value: number | null): void => {
    if (value !== null && Number.isFinite(value) && value > 1) capacities.add(value);
  };
  for (const measured of holder.measures) {
    const comparison = measured.parent;
    if (comparison?.type !== "BinaryExpression") continue;
    add(numericValue(sourceCode, comparison.left === measured ? comparison.right : comparison.left));
  }
  for (const touching of functionsTouching(holder)) {
    walk(sourceCode, touching, (node) => {
      for (const value of limitsAt(sourceCode, node)) add(value);
      const clock = clockAt(node);
      if (clock !== null) clocks.add(clock);
      return true;
    });
  }
  for (const value of moduleLimits(sourceCode)) add(value);
  return { capacities: [...capacities].sort((a, b) => a - b), clocks: [...clocks] };
}

function functionsTouching(holder: Holder): ReadonlySet<FunctionNode> {
  const functions = new Set<FunctionNode>();
  const operations = [...holder.growths, ...holder.removals, ...holder.empties, ...holder.reads].map(
    ({ node }) => node,
  );
  for (const node of [...operations, ...holder.measures, ...holder.iterations]) {
    const around = functionAround(node);
    if (around && around !== holder.boundary) functions.add(around);
  }
  return functions;
}

function limitsAt(sourceCode: SourceCode, node: Node): readonly (number | null)[] {
  if (node.type === "BinaryExpression" && /^[<>]=?$/.test(node.operator)) {
    if (COUNT_NAME.test(sourceCode.getText(node.left))) return [numericValue(sourceCode, node.right)];
    if (COUNT_NAME.test(sourceCode.getText(node.right))) return [numericValue(sourceCode, node.left)];
  }
  const named = namedValue(node);
  return named && LIMIT_NAME.test(named.name) && !EXPIRY_NAME.test(named.name)
    ? [numericValue(sourceCode, named.value)]
    : [];
}

function namedValue(node: Node): { readonly name: string; readonly value: Node } | null {
  if (node.type === "Property") {
    const name = keyName(node.key, node.computed);
    return name === null ? null : { name, value: node.value };
  }
  if (node.type === "VariableDeclarator" && node.init && node.id.type === "Identifier")
    return { name: node.id.name, value: node.init };
  if (node.type === "AssignmentPattern" && node.left.type === "Identifier")
    return { name: node.left.name, value: node.right };
  return null;
}

function moduleLimits(sourceCode: SourceCode): readonly (number | null)[] {
  const scope = sourceCode.scopeManager?.scopes.find((each) => each.block.type === "Program" && each.type !== "global");
  return (
    (scope ?? sourceCode.scopeManager?.globalScope)?.variables.flatMap((variable) => {
      const declarator = variable.defs[0]?.node;
      const isLimit = LIMIT_NAME.test(variable.name) && !EXPIRY_NAME.test(variable.name);
      return isLimit && declarator?.type === "VariableDeclarator" && declarator.init
        ? [numericValue(sourceCode, declarator.init)]
        : [];
    }) ?? []
  );
}

function clockAt(node: Node): string | null {
  if (node.type === "MemberExpression" && node.object.type === "Identifier" && node.property.type === "Identifier") {
    if (node.property.name === "now" && /^(Date|performance)$/.test(node.object.name)) return `${node.object.name}.now`;
    if (node.object.name === "process" && node.property.name === "hrtime") return "process.hrtime";
  }
  if (node.type === "NewExpression" && calleeName(node.callee) === "Date" && node.arguments.length === 0)
    return "new Date";
  if (node.type === "CallExpression" && CLOCK_CALL.test(calleeName(node.callee))) return calleeName(node.callee);
  return node.type === "Identifier" && EXPIRY_NAME.test(node.name) ? node.name : null;
}
