import { SYNCHRONOUS_METHODS } from "./lifetime.js";
import {
  calleeName,
  isFunction,
  variableNamed,
  wrapped,
  type FunctionNode,
  type Node,
  type SourceCode,
  type Variable,
} from "./syntax.js";

/** Calls that keep their callback: registrations, timers that repeat, proxies and wrappers. */
const KEEPING_NAMES = [
  "on",
  "once",
  "addListener",
  "addEventListener",
  "prepend\\w*",
  "subscribe",
  "watch\\w*",
  "use\\w*",
  "register\\w*",
  "tap\\w*",
  "hook\\w*",
  "listen\\w*",
  "setInterval",
  "observe\\w*",
  "handle\\w*",
  "intercept\\w*",
  "add\\w*",
  "get",
  "set",
  "post",
  "put",
  "all",
  "defineProperty",
  "defineProperties",
  "Proxy",
  "assign",
  "extend",
  "define\\w*",
  "create\\w*",
  "wrap\\w*",
  "inherits",
];
const KEEPING_CALL = new RegExp(`^(?:${KEEPING_NAMES.join("|")})$`);

/**
 * Whether a closure made in `boundary` outlives the call: returned, stored, registered, or called by one that is.
 * `node` is code inside the closure.
 */
export function outlives(sourceCode: SourceCode, node: Node, boundary: FunctionNode): boolean {
  return outlivesFrom(sourceCode, node, boundary, new Set());
}

function outlivesFrom(sourceCode: SourceCode, node: Node, boundary: FunctionNode, seen: Set<Node>): boolean {
  for (let up = node.parent; up && up !== boundary; up = up.parent) {
    if (isFunction(up) && !seen.has(up)) {
      seen.add(up);
      if (functionIsKept(sourceCode, up, boundary, seen)) return true;
    }
  }
  return false;
}

function functionIsKept(sourceCode: SourceCode, node: FunctionNode, boundary: FunctionNode, seen: Set<Node>): boolean {
  if (node.type === "FunctionDeclaration") {
    const [variable] = sourceCode.getDeclaredVariables(node);
    return variable !== undefined && nameIsKept(sourceCode, variable, boundary, seen);
  }
  return valueIsKept(sourceCode, node, boundary, seen);
}

function nameIsKept(sourceCode: SourceCode, variable: Variable, boundary: FunctionNode, seen: Set<Node>): boolean {
  return variable.references.some(({ identifier, init }) => {
    if (init === true || identifier.type !== "Identifier") return false;
    const outer = wrapped(identifier);
    const parent = outer.parent;
    if ((parent?.type === "CallExpression" || parent?.type === "NewExpression") && parent.callee === outer) {
      return outlivesFrom(sourceCode, identifier, boundary, seen);
    }
    if (parent?.type === "MemberExpression" && parent.object === outer) return false;
    return valueIsKept(sourceCode, identifier, boundary, seen);
  });
}

/** Whether a value (a closure, or an object it hangs on) is returned, stored on something or registered. */
function valueIsKept(sourceCode: SourceCode, node: Node, boundary: FunctionNode, seen: Set<Node>): boolean {
  const outer = wrapped(node);
  const parent = outer.parent;
  if (!parent) return false;
  switch (parent.type) {
    case "ReturnStatement":
    case "YieldExpression":
    case "ExportDefaultDeclaration":
    case "PropertyDefinition":
      return true;
    case "ArrowFunctionExpression":
      return parent.body === outer;
    case "AssignmentExpression":
      if (parent.right !== outer) return false;
      return parent.left.type === "MemberExpression" || keptUnderName(sourceCode, parent.left, boundary, seen);
    case "VariableDeclarator":
      return keptUnderName(sourceCode, parent.id, boundary, seen);
    case "Property":
    case "ArrayExpression":
    case "ObjectExpression":
    case "ConditionalExpression":
    case "LogicalExpression":
    case "SpreadElement":
    case "AwaitExpression":
    case "SequenceExpression":
      return valueIsKept(sourceCode, parent, boundary, seen);
    case "MethodDefinition":
      return (
        valueIsKept(sourceCode, parent.parent.parent, boundary, seen) || classIsKept(sourceCode, parent, boundary, seen)
      );
    case "CallExpression":
    case "NewExpression": {
      const name = calleeName(parent.callee);
      if (parent.callee === outer || SYNCHRONOUS_METHODS.has(name)) return false;
      return KEEPING_CALL.test(name) || valueIsKept(sourceCode, parent, boundary, seen);
    }
    default:
      return false;
  }
}

function classIsKept(sourceCode: SourceCode, method: Node, boundary: FunctionNode, seen: Set<Node>): boolean {
  const declaration = method.parent?.parent;
  if (declaration?.type !== "ClassDeclaration") return false;
  const [variable] = sourceCode.getDeclaredVariables(declaration);
  return variable !== undefined && nameIsKept(sourceCode, variable, boundary, seen);
}

function keptUnderName(sourceCode: SourceCode, pattern: Node, boundary: FunctionNode, seen: Set<Node>): boolean {
  if (pattern.type !== "Identifier" || seen.has(pattern)) return false;
  seen.add(pattern);
  const variable = variableNamed(sourceCode, pattern);
  if (!variable) return false;
  const isOuter = !isDeclaredInside(variable, boundary);
  return isOuter || nameIsKept(sourceCode, variable, boundary, seen);
}

function isDeclaredInside(variable: Variable, boundary: FunctionNode): boolean {
  const [identifier] = variable.identifiers;
  return (
    identifier !== undefined && identifier.range[0] >= boundary.range[0] && identifier.range[1] <= boundary.range[1]
  );
}
