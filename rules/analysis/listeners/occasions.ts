import { runsAgain } from "../lifetime.js";
import { functionName } from "../calls.js";
import {
  calleeName,
  functionAround,
  isFunction,
  normalisedText,
  unwrap,
  wrapped,
  type FunctionNode,
  type Node,
  type SourceCode,
} from "../syntax.js";

/** Functions that by their name set something up once: a program's start, a plugin's installation. */
const STARTS =
  /^[_#]*(?:init|initiali[sz]e|setup|install|start|run|main|boot|bootstrap|register|enable|configure|attach|listen|patch|instrument|apply|activate|hook|launch|serve|watch|monitor|track|observe|polyfill|inject|use|plugin|extend|bind|add\w*Listener|handle\w*Signals?)(?:$|[A-Z_])/;

/** Whether code can run more than once, and nothing in it sees to it that it adds only once. */
export function addsAgain(sourceCode: SourceCode, call: Node): boolean {
  return runsAgain(sourceCode, call, null) && !isGuarded(sourceCode, call);
}

/** Whether a function around the code starts something, by its name or as all that the module exports. */
export function isStart(node: Node): boolean {
  for (let around = functionAround(node); around; around = functionAround(around)) {
    if (around.parent.type === "ExportDefaultDeclaration" && !/^[A-Z]/.test(around.id?.name ?? "")) return true;
    const name = functionName(around)?.split(".").at(-1);
    if (name !== undefined && STARTS.test(name)) return true;
  }
  return false;
}

/** Whether a function is a constructor, a field's initialiser, or a promise's executor in one of them. */
export function isConstructor(around: FunctionNode | null): boolean {
  if (!around) return false;
  const { parent } = around;
  if (parent.type === "PropertyDefinition") return true;
  if (parent.type === "MethodDefinition") return parent.kind === "constructor";
  return isCalledAtOnce(around) && isConstructor(functionAround(around));
}

/**
 * Whether a condition lets the code run only once: a flag or slot that the same function sets
 * (`if (!this.listening) { …; this.listening = true; }`), or a look at the listeners that are there.
 */
function isGuarded(sourceCode: SourceCode, call: Node): boolean {
  for (let up: Node | undefined = call; up?.parent; up = up.parent) {
    const parent: Node = up.parent;
    if (isFunction(up)) {
      if (isOnlyOnce(up)) return true;
      if (/\b(?:listenerCount|listeners|eventNames|hasListeners?)\s*\(/.test(sourceCode.getText(up))) return true;
      const outer = functionAround(up);
      if (!outer || !isCalledAtOnce(up)) return false;
    }
    if (parent.type === "IfStatement" && up !== parent.test) {
      // A socket connects once, and is no new one for the requests that follow.
      if (/[cC]onnecting\b/.test(sourceCode.getText(parent.test)) || isFlag(sourceCode, parent.test, parent))
        return true;
    }
    if (parent.type === "LogicalExpression" && parent.right === up && isFlag(sourceCode, parent.left, parent))
      return true;
    if (parent.type !== "BlockStatement") continue;
    for (const statement of parent.body) {
      if (statement === up) break;
      const isReturn =
        statement.type === "IfStatement" &&
        /^(?:\{\s*)?(?:return|throw|continue)\b/.test(sourceCode.getText(statement.consequent));
      if (isReturn && isFlag(sourceCode, statement.test, statement)) return true;
    }
  }
  return false;
}

/** `once(() => …)`, `memoize(() => …)`, `lazy(() => …)`. */
function isOnlyOnce(around: FunctionNode): boolean {
  const outer = wrapped(around);
  const { parent } = outer;
  return (
    parent?.type === "CallExpression" &&
    parent.arguments[0] === outer &&
    /^(?:once|memoi[sz]e\w*|lazy\w*|singleton|runOnce|callOnce)$/.test(calleeName(parent.callee))
  );
}

function isCalledAtOnce(around: FunctionNode): boolean {
  const outer = wrapped(around);
  const { parent } = outer;
  if (parent?.type === "NewExpression") return calleeName(parent.callee) === "Promise";
  if (parent?.type !== "CallExpression") return false;
  return parent.callee === outer || /^(?:forEach|map)$/.test(calleeName(parent.callee));
}

/** Whether a condition asks a slot that the function around it fills. */
function isFlag(sourceCode: SourceCode, test: Node, statement: Node): boolean {
  const around = functionAround(statement);
  if (!around) return false;
  // A slot that was filled before the question is no guard.
  const text = sourceCode.text.slice(test.range[1], around.range[1]).replace(/\s+/g, "");
  return operands(test).some((operand) => {
    if (operand.type === "CallExpression") {
      const callee = unwrap(operand.callee);
      if (callee.type !== "MemberExpression" || calleeName(callee) !== "has") return false;
      const collection = normalisedText(sourceCode, callee.object);
      return text.includes(`${collection}.add(`) || text.includes(`${collection}.set(`);
    }
    if (operand.type !== "Identifier" && operand.type !== "MemberExpression") return false;
    const name = normalisedText(sourceCode, operand).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    return new RegExp(`(?<![\\w$.])${name}(?:\\?\\?|\\|\\|)?=(?![=>])`).test(text);
  });
}

function operands(test: Node): readonly Node[] {
  const node = unwrap(test);
  switch (node.type) {
    case "LogicalExpression":
      return [...operands(node.left), ...operands(node.right)];
    case "UnaryExpression":
      return operands(node.argument);
    case "BinaryExpression":
      return [...operands(node.left), ...operands(node.right)];
    default:
      return [node];
  }
}
