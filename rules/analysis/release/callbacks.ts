import { invocationsOf, receiverOf } from "../invocations.js";
import { isLoadScope } from "../lifetime.js";
import {
  classAround,
  calleeName,
  functionOf,
  isFunction,
  isInside,
  unwrap,
  variableNamed,
  walk,
  type FunctionNode,
  type Node,
  type SourceCode,
  type Variable,
} from "../syntax.js";
import { methodsOf, nameOf } from "./teardown.js";

/** The function of this file that an argument names: in place, by its name, `this.tick`, `this.tick.bind(this)`. */
export function callbackOf(sourceCode: SourceCode, argument: Node | undefined): FunctionNode | null {
  if (!argument) return null;
  const node = unwrap(argument);
  if (isFunction(node)) return node;
  if (node.type === "CallExpression") {
    const bound = calleeName(node.callee) === "bind" ? receiverOf(node) : null;
    return bound ? callbackOf(sourceCode, bound) : null;
  }
  if (node.type === "Identifier") {
    const variable = variableNamed(sourceCode, node);
    return variable && functionOf(variable);
  }
  if (node.type !== "MemberExpression" || unwrap(node.object).type !== "ThisExpression") return null;
  const owner = classAround(node);
  const name = calleeName(node);
  return (owner && methodsOf(sourceCode, owner).find((method) => nameOf(method) === name)) ?? null;
}

/** Whether code calls a function or method of this file: `tick()`, `this.tick()`, `Class.tick()`. */
export function callsByName(sourceCode: SourceCode, within: Node, callee: FunctionNode): boolean {
  const name = nameOf(callee);
  if (name === null) return false;
  const calls = invocationsOf(sourceCode, [name.replace(/^#/, "")]).filter((call) => isInside(call, within));
  return calls.some((call) => {
    const receiver = receiverOf(call);
    if (!receiver) return callbackOf(sourceCode, call.callee) === callee;
    const owner = classAround(callee);
    const isOwn = receiver.type === "ThisExpression" || /^(?:self|that|_this\d?|me)$/.test(calleeName(receiver));
    return isOwn || (owner !== null && sourceCode.getText(receiver) === className(owner));
  });
}

function className(owner: Node): string | null {
  return (owner.type === "ClassDeclaration" || owner.type === "ClassExpression") && owner.id ? owner.id.name : null;
}

/** Whether a function uses `this`, or a variable of the functions around it: it keeps more alive than its module. */
export function closesOverCall(sourceCode: SourceCode, closure: FunctionNode): boolean {
  return closesOver(sourceCode, closure, (variable) => {
    const { block } = variable.scope.variableScope;
    return (
      isFunction(block) && !isInside(block, closure) && isInside(closure, block) && !isLoadScope(sourceCode, block)
    );
  });
}

/** Whether a function uses a parameter of `outer`. */
export function closesOverParameter(sourceCode: SourceCode, closure: FunctionNode, outer: FunctionNode): boolean {
  return closesOver(sourceCode, closure, ({ defs }) =>
    defs.some(({ type, node }) => type === "Parameter" && node === outer),
  );
}

function closesOver(sourceCode: SourceCode, closure: FunctionNode, isWanted: (variable: Variable) => boolean): boolean {
  let isFound = false;
  walk(sourceCode, closure, (node) => {
    if (node.type === "ThisExpression" || node.type === "Super") isFound = true;
    const variable = node.type === "Identifier" && !isFound ? variableNamed(sourceCode, node) : null;
    if (variable && isWanted(variable)) isFound = true;
    return !isFound;
  });
  return isFound;
}
