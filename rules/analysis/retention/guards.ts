import {
  functionOf,
  isFunction,
  isInside,
  unwrap,
  variableNamed,
  walk,
  type FunctionNode,
  type Node,
  type SourceCode,
} from "../syntax.js";
import { rootOf } from "./lifespan.js";

/** How sure it is that code is passed by once it has run: always, only with other conditions, or never. */
export type Guard = "full" | "partial" | "none";

/**
 * What keeps code that replaces `slot` from running again: a condition on the slot's own object, on what it held, or on
 * a flag outside the function; or an early return on such a condition.
 */
export function guardOf(sourceCode: SourceCode, code: Node, slot: Node, around: FunctionNode): Guard {
  const isState = (test: Node) => mentionsState(sourceCode, test, slot, around);
  let guard: Guard = "none";
  for (let node = code; node !== around && node.parent; node = node.parent) {
    const parent = node.parent;
    if (parent.type === "IfStatement" && parent.test !== node) {
      // `if (A && B) patch()`: one of them is enough; in the other branch, both have to say it.
      const parts = parent.consequent === node ? conjuncts(parent.test) : disjuncts(parent.test);
      if (parts.some((part) => disjuncts(part).every(isState))) return "full";
    }
    if ((parent.type === "ConditionalExpression" || parent.type === "LogicalExpression") && isState(parent))
      return "full";
    if (parent.type !== "BlockStatement") continue;
    for (const statement of parent.body) {
      if (statement.range[0] >= node.range[0]) break;
      if (statement.type !== "IfStatement" || !leaves(statement.consequent)) continue;
      if (disjuncts(statement.test).some((part) => conjuncts(part).every(isState))) return "full";
      if (isState(statement.test)) guard = "partial";
    }
  }
  return guard;
}

function mentionsState(sourceCode: SourceCode, test: Node, slot: Node, around: FunctionNode): boolean {
  const root = rootOf(slot);
  const name = root.type === "Identifier" ? root.name : root.type === "ThisExpression" ? "this" : "";
  let isState = false;
  walk(sourceCode, test, (node) => {
    if (node.type === "ThisExpression" && name === "this") isState = true;
    if (node.type === "Identifier" && !isPropertyName(node)) {
      const variable = variableNamed(sourceCode, node);
      const value = variable?.defs[0]?.node;
      const isOuterFlag =
        variable?.defs[0]?.type === "Variable" && !isInside(value ?? node, around) && functionOf(variable) === null;
      const readsSlot =
        value?.type === "VariableDeclarator" && value.init ? sourceCode.getText(rootOf(value.init)) === name : false;
      if (node.name === name || isOuterFlag || (readsSlot && name !== "")) isState = true;
    }
    return !isState && !isFunction(node);
  });
  return isState;
}

function isPropertyName(node: Node): boolean {
  return node.parent?.type === "MemberExpression" && node.parent.property === node && !node.parent.computed;
}

function conjuncts(test: Node): readonly Node[] {
  const node = unwrap(test);
  if (node.type === "LogicalExpression" && node.operator === "&&")
    return [...conjuncts(node.left), ...conjuncts(node.right)];
  return [node];
}

function disjuncts(test: Node): readonly Node[] {
  const node = unwrap(test);
  if (node.type === "LogicalExpression" && node.operator === "||")
    return [...disjuncts(node.left), ...disjuncts(node.right)];
  return [node];
}

function leaves(statement: Node): boolean {
  if (statement.type === "BlockStatement") return statement.body.some(leaves);
  return (
    statement.type === "ReturnStatement" ||
    statement.type === "ThrowStatement" ||
    statement.type === "ContinueStatement"
  );
}
