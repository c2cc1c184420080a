import { constructionOf } from "./containers.js";
import { runsAgain } from "../lifetime.js";
import {
  calleeName,
  isInside,
  normalisedText,
  propertyName,
  unwrap,
  walk,
  type FunctionNode,
  type Node,
  type SourceCode,
} from "../syntax.js";

/** What giving a place a new value does to what it holds. */
export type WriteEffect =
  | { readonly kind: "grow"; readonly operation: string; readonly key: Node | null; readonly values: readonly Node[] }
  | { readonly kind: "empty" }
  | { readonly kind: "initial" }
  | { readonly kind: "none" };

/**
 * Judges `left = value`: larger by what it held before (`x = [...x, y]`, `head = { previous: head }`), emptied or
 * replaced, or given its first value.
 */
export function effectOfWrite(
  sourceCode: SourceCode,
  write: { readonly left: Node; readonly value: Node; readonly node: Node },
  boundary: FunctionNode | null,
): WriteEffect {
  const { left, value, node } = write;
  if (/^(?:VariableDeclarator|PropertyDefinition|Property)$/.test(node.type)) return { kind: "initial" };
  if (node.type === "AssignmentExpression" && node.operator !== "=") {
    return node.operator === "??=" || node.operator === "||=" ? { kind: "initial" } : { kind: "none" };
  }
  const own = normalisedText(sourceCode, unwrap(left));
  const isOwn = (part: Node): boolean => normalisedText(sourceCode, unwrap(part)) === own;
  const grown = grownValue(value, isOwn);
  if (grown) return grown;
  if (mentions(sourceCode, value, isOwn) && unwrap(value).type === "LogicalExpression") return { kind: "initial" };
  if (!runsAgain(sourceCode, node, boundary)) return { kind: "initial" };
  if (constructionOf(value) && isLazyGuarded(sourceCode, node, isOwn)) return { kind: "initial" };
  return { kind: "empty" };
}

function grownValue(value: Node, isOwn: (part: Node) => boolean): WriteEffect | null {
  const node = unwrap(value);
  switch (node.type) {
    case "AssignmentExpression":
      return grownValue(node.right, isOwn);
    case "ConditionalExpression":
      return grownValue(node.consequent, isOwn) ?? grownValue(node.alternate, isOwn);
    case "ArrayExpression": {
      const elements = node.elements.filter((element) => element !== null);
      const isSpread = elements.some((element) => element.type === "SpreadElement" && isOwn(element.argument));
      const isLinked = elements.some((element) => isOwn(element));
      if (elements.length < 2 || !(isSpread || isLinked)) return null;
      const added = elements.filter((element) => !isOwn(element.type === "SpreadElement" ? element.argument : element));
      return { kind: "grow", operation: isSpread ? "spread" : "link", key: null, values: added };
    }
    case "ObjectExpression":
      return grownObject(node.properties, isOwn);
    case "CallExpression":
      return grownCall(node.callee, node.arguments, isOwn);
    case "NewExpression": {
      const [first] = node.arguments;
      const isCollection = constructionOf(node) !== null;
      if (isCollection && first?.type === "ArrayExpression") return grownValue(first, isOwn);
      return !isCollection && node.arguments.length > 1 && node.arguments.some((argument) => isOwn(argument))
        ? { kind: "grow", operation: "link", key: null, values: node.arguments }
        : null;
    }
    default:
      return null;
  }
}

function grownObject(properties: readonly Node[], isOwn: (part: Node) => boolean): WriteEffect | null {
  const isSpread = properties.some((property) => property.type === "SpreadElement" && isOwn(property.argument));
  for (const property of properties) {
    if (property.type !== "Property") continue;
    if (isSpread && property.computed)
      return { kind: "grow", operation: "spread", key: property.key, values: [property.value] };
    if (!isSpread && isOwn(property.value))
      return { kind: "grow", operation: "link", key: null, values: [property.value] };
  }
  return isSpread ? { kind: "none" } : null;
}

function grownCall(callee: Node, parameters: readonly Node[], isOwn: (part: Node) => boolean): WriteEffect | null {
  const inner = unwrap(callee);
  if (inner.type !== "MemberExpression") return null;
  const method = propertyName(inner);
  if (method === "concat" && parameters.length > 0) {
    const others = [inner.object, ...parameters].filter((part) => !isOwn(part));
    const isAppended = isOwn(inner.object) || parameters.some((part) => isOwn(part));
    return isAppended ? { kind: "grow", operation: "concat", key: null, values: others } : null;
  }
  if (
    method === "assign" &&
    calleeName(inner.object) === "Object" &&
    parameters.slice(0, 2).some((part) => isOwn(part))
  ) {
    const literals = parameters
      .filter((part) => part.type === "ObjectExpression")
      .flatMap((literal) => literal.properties);
    const computed = literals.find((property) => property.type === "Property" && property.computed);
    return computed?.type === "Property"
      ? { kind: "grow", operation: "spread", key: computed.key, values: [computed.value] }
      : { kind: "none" };
  }
  return null;
}

function mentions(sourceCode: SourceCode, value: Node, isOwn: (part: Node) => boolean): boolean {
  let isFound = false;
  walk(sourceCode, value, (node) => {
    isFound ||= (node.type === "Identifier" || node.type === "MemberExpression") && isOwn(node);
    return !isFound;
  });
  return isFound;
}

/** `if (!x) x = new Map()`: the write only happens while there is no collection yet. */
function isLazyGuarded(sourceCode: SourceCode, write: Node, isOwn: (part: Node) => boolean): boolean {
  for (let up = write.parent; up; up = up.parent) {
    if (up.type === "IfStatement" && isInside(write, up.consequent) && mentions(sourceCode, up.test, isOwn)) {
      return !/\.(length|size)|[<>]/.test(sourceCode.getText(up.test));
    }
    if (up.type === "LogicalExpression" && mentions(sourceCode, up.left, isOwn)) return true;
    if (up.type === "FunctionDeclaration" || up.type === "FunctionExpression" || up.type === "ArrowFunctionExpression")
      return false;
  }
  return false;
}
