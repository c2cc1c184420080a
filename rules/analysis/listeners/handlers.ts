import type { TSESTree } from "@typescript-eslint/utils";
import { isLoadScope } from "../lifetime.js";
import {
  calleeName,
  isFunction,
  keyName,
  unwrap,
  type FunctionNode,
  type Node,
  type SourceCode,
  type Variable,
} from "../syntax.js";
import { functionBoundTo, identityOf, isSame, lastName, type Identity } from "./identity.js";
import type { Registration } from "./registrations.js";

const BINDING = /^(?:bind|bindAll|proxy|partial|partialRight|curry|debounce|throttle|once|wrap|delay)$/;

/** Whether an expression makes another function each time it runs, which no removal can name again. */
export function isFresh(handler: Node): boolean {
  const node = unwrap(handler);
  return isFunction(node) || (node.type === "CallExpression" && BINDING.test(calleeName(node.callee)));
}

/** Whether an expression names a function that stays the same: a variable, a field, a method. */
export function isNamed(handler: Node): boolean {
  const { type } = unwrap(handler);
  return type === "Identifier" || type === "MemberExpression" || type === "AssignmentExpression";
}

/** Whether two handlers are one function for certain. */
export function isSameHandler(sourceCode: SourceCode, first: Node, second: Node): boolean {
  return isNamed(first) && isNamed(second) && isSame(identityOf(sourceCode, first), identityOf(sourceCode, second));
}

/** Whether they may be: what is stored keeps its name more often than not, and what a call gives may be anything. */
export function mayBeSameHandler(sourceCode: SourceCode, added: Node, removed: Node): boolean {
  if (isFresh(added) || isFresh(removed)) return false;
  if (!isNamed(added) || !isNamed(removed)) return true;
  const [first, second] = [identityOf(sourceCode, added), identityOf(sourceCode, removed)];
  return isSame(first, second) || lastName(first) === lastName(second);
}

/** The function that runs on the event, where the file has it: in place, by a name, or bound. */
export function handlerFunction(sourceCode: SourceCode, handler: Node): FunctionNode | null {
  const node = unwrap(handler);
  if (isFunction(node)) return node;
  if (node.type === "AssignmentExpression") return handlerFunction(sourceCode, node.right);
  if (node.type === "CallExpression") {
    const callee = unwrap(node.callee);
    if (calleeName(callee) === "bind" && callee.type === "MemberExpression") {
      return handlerFunction(sourceCode, callee.object);
    }
    const inner = node.arguments.find((argument) => isFunction(unwrap(argument)));
    return inner ? handlerFunction(sourceCode, inner) : null;
  }
  if (node.type !== "Identifier" && node.type !== "MemberExpression") return null;
  return functionNamed(identityOf(sourceCode, node));
}

function functionNamed({ root, properties }: Identity): FunctionNode | null {
  if (root.kind === "variable" && properties.length === 0) {
    return functionBoundTo(root.variable);
  }
  const [name, more] = properties;
  if (root.kind !== "this" || name === undefined || more !== undefined || !root.owner) return null;
  return memberFunction(root.owner, name);
}

function memberFunction(owner: Node, name: string): FunctionNode | null {
  const members: readonly TSESTree.Node[] =
    owner.type === "ClassDeclaration" || owner.type === "ClassExpression"
      ? owner.body.body
      : owner.type === "ObjectExpression"
        ? owner.properties
        : [];
  for (const member of members) {
    if (member.type !== "MethodDefinition" && member.type !== "PropertyDefinition" && member.type !== "Property")
      continue;
    if (keyName(member.key, member.computed) !== name || !member.value) continue;
    const value = unwrap(member.value);
    if (isFunction(value)) return value;
  }
  return null;
}

/** The variables of calls (not of the module) that a function keeps, and whether it keeps `this`. */
export function captures(
  sourceCode: SourceCode,
  handler: FunctionNode,
): { readonly variables: readonly Variable[]; readonly hasThis: boolean } {
  const scope = sourceCode.scopeManager?.acquire(handler);
  const variables = new Set<Variable>();
  for (const { resolved } of scope?.through ?? [])
    if (resolved && isOfCall(sourceCode, resolved)) variables.add(resolved);
  const hasThis = handler.type === "ArrowFunctionExpression" && /\b(?:this|super)\b/.test(sourceCode.getText(handler));
  return { variables: [...variables], hasThis };
}

function isOfCall(sourceCode: SourceCode, variable: Variable): boolean {
  const { block } = variable.scope.variableScope;
  return isFunction(block) && !isLoadScope(sourceCode, block);
}

/** Whether each listener keeps something of its own: an instance, or a call's arguments and variables. */
export function keepsCall(sourceCode: SourceCode, { handler }: Registration): boolean {
  if (!handler) return true;
  const node = unwrap(handler);
  if (node.type === "CallExpression") return true;
  const known = handlerFunction(sourceCode, node);
  if (node.type === "MemberExpression" || node.type === "ThisExpression")
    return identityOf(sourceCode, node).root.kind === "this";
  if (!known) return true;
  const { variables, hasThis } = captures(sourceCode, known);
  return hasThis || variables.length > 0;
}
