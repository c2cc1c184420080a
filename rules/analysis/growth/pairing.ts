import type { Holder, Operation } from "./holder.js";
import {
  calleeName,
  functionAround,
  isFunction,
  isInside,
  normalisedText,
  propertyName,
  unwrap,
  variableNamed,
  walk,
  wrapped,
  type FunctionNode,
  type Node,
  type SourceCode,
} from "../syntax.js";

/**
 * What a removal means for a growth. `paired`: what was added is taken out again whatever happens. `skipped`: it is,
 * unless something throws or returns first. `evicts`: each growth makes room. `refreshes`: the same entry is taken out
 * and put back. `elsewhere`: other code removes, if it is called.
 */
export type Pairing = "paired" | "skipped" | "evicts" | "refreshes" | "elsewhere";

/** Judges one removal against one growth of the same holder. */
export function pairingOf(sourceCode: SourceCode, holder: Holder, growth: Operation, removal: Operation): Pairing {
  const grower = functionAround(growth.node);
  const remover = functionAround(removal.node);
  const isSame = removesWhatGrew(sourceCode, growth, removal);
  if (grower === remover) {
    if (isSame && removal.node.range[1] <= growth.node.range[0]) return "refreshes";
    if (isSame || removal.operation === "pop") return isCertain(sourceCode, growth, removal) ? "paired" : "skipped";
    return removal.depth === growth.depth ? "evicts" : "elsewhere";
  }
  if (!isSame || !remover || !shareActivation(sourceCode, holder, growth, removal)) return "elsewhere";
  return isSettledOnly(remover) ? "skipped" : "paired";
}

/** Whether growth and removal stand in one call of one function, so that equal text means equal values. */
function shareActivation(sourceCode: SourceCode, holder: Holder, growth: Operation, removal: Operation): boolean {
  const grower = functionAround(growth.node);
  if (grower && isInside(removal.node, grower)) return true;
  const named = grownEntry(growth);
  if (!named) return false;
  const identifier = leadingIdentifier(named);
  const variable = identifier && variableNamed(sourceCode, identifier);
  const owner = variable?.scope.variableScope.block;
  if (!owner || !isFunction(owner) || owner === holder.boundary) return false;
  const other = leadingIdentifier(removal.key ?? removal.node);
  return other !== null && variableNamed(sourceCode, other) === variable;
}

function removesWhatGrew(sourceCode: SourceCode, growth: Operation, removal: Operation): boolean {
  const added = grownEntry(growth);
  const removed = removedEntry(sourceCode, removal);
  if (!added || !removed) return false;
  return sameValue(sourceCode, added, removed);
}

/** What names the entry that a growth adds: the key of a map, the value of a set or an array. */
export function grownEntry(growth: Operation): Node | null {
  return growth.key ?? growth.values[0] ?? null;
}

/** What names the entry that a removal takes out; null where that is told by its position. */
export function removedEntry(sourceCode: SourceCode, removal: Operation): Node | null {
  return removal.operation === "splice" ? splicedEntry(sourceCode, removal) : removal.key;
}

/** The value taken out by `list.splice(index, 1)`, through `const index = list.indexOf(value)`. */
function splicedEntry(sourceCode: SourceCode, removal: Operation): Node | null {
  if (removal.key) return removal.key;
  const call = removal.node;
  const start = call.type === "CallExpression" ? call.arguments[0] : undefined;
  if (start?.type !== "Identifier") return null;
  const written = variableNamed(sourceCode, start)?.references.find((reference) => reference.writeExpr)?.writeExpr;
  if (written?.type !== "CallExpression" || calleeName(written.callee) !== "indexOf") return null;
  return written.arguments[0] ?? null;
}

function sameValue(sourceCode: SourceCode, left: Node, right: Node): boolean {
  if (normalisedText(sourceCode, left) !== normalisedText(sourceCode, right)) return false;
  const first = leadingIdentifier(left);
  const second = leadingIdentifier(right);
  if (!first || !second) return first === second;
  return variableNamed(sourceCode, first) === variableNamed(sourceCode, second);
}

/** The `a` of `a`, `a.b`, `String(a)`, `${a}:${b}`. */
function leadingIdentifier(expression: Node) {
  let node = unwrap(expression);
  for (;;) {
    if (node.type === "Identifier") return node;
    if (node.type === "MemberExpression") node = unwrap(node.object);
    else if (node.type === "CallExpression" && node.arguments[0]) node = unwrap(node.arguments[0]);
    else if (node.type === "TemplateLiteral" && node.expressions[0]) node = unwrap(node.expressions[0]);
    else if (node.type === "BinaryExpression" && node.left.type !== "PrivateIdentifier") node = unwrap(node.left);
    else return null;
  }
}

/** Whether control cannot leave between the growth and the removal: a `finally`, or nothing in between that throws. */
function isCertain(sourceCode: SourceCode, growth: Operation, removal: Operation): boolean {
  for (let up: Node | undefined = removal.node; up?.parent && !isFunction(up); up = up.parent) {
    if (up.parent.type === "TryStatement" && up.parent.finalizer === up) return true;
    const isBranch = /^(IfStatement|ConditionalExpression|LogicalExpression|SwitchCase|CatchClause)$/.test(
      up.parent.type,
    );
    if (isBranch && !isInside(growth.node, up.parent)) return false;
  }
  const around = functionAround(growth.node);
  if (!around) return true;
  const [start, end] = [growth.node.range[1], removal.node.range[0]];
  let canLeave = false;
  walk(sourceCode, around.body, (node) => {
    if (canLeave || node.range[1] <= start || node.range[0] >= end) return false;
    if (isFunction(node)) return false;
    const leaves =
      /^(CallExpression|NewExpression|AwaitExpression|YieldExpression|ThrowStatement|ReturnStatement)$/.test(node.type);
    if (leaves && node.range[0] >= start && node.range[1] <= end) canLeave = true;
    return true;
  });
  return !canLeave;
}

/** `work().then(remove)`: nothing is removed when the work fails. */
function isSettledOnly(remover: FunctionNode): boolean {
  const outer = wrapped(remover);
  const call = outer.parent;
  if (call?.type !== "CallExpression" || call.callee.type !== "MemberExpression") return false;
  const method = propertyName(call.callee);
  if (method === "catch") return true;
  return method === "then" && call.arguments.length === 1;
}
