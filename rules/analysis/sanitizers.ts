import type { TSESTree } from "@typescript-eslint/utils";
import { calleeName } from "./containers.js";
import { haveCommonCaller, isTimedAgain, reaches } from "./calls.js";
import type { Holder, Operation } from "./holders.js";
import { isClosedKey } from "./keys.js";
import { isCalledAtLoad } from "./lifetime.js";
import { numericValue } from "./limits.js";
import {
  functionAround,
  isFunction,
  isInside,
  unwrap,
  variableNamed,
  type FunctionNode,
  type Node,
  type SourceCode,
} from "./syntax.js";

/**
 * A reason not to report a growing holder. `always`: it cannot leak as far as the code tells. `likely`: it may, but too
 * seldom for the default option.
 */
export interface Sanitizer {
  readonly name: string;
  readonly silences: "always" | "likely";
  /** `growths`: those with an open key set. */
  readonly applies: (sourceCode: SourceCode, holder: Holder, growths: readonly Operation[]) => boolean;
}

/** Every reason, in the order in which it is asked; a new one is a new row. */
export const SANITIZERS: readonly Sanitizer[] = [
  { name: "size-bound", silences: "always", applies: isSizeBound },
  { name: "guard-flag", silences: "always", applies: (sourceCode, _holder, growths) => growths.every((growth) => isGuardedOnce(sourceCode, growth)) },
  { name: "filled-once", silences: "always", applies: (_sourceCode, holder, growths) => growths.every((growth) => isFilledOnce(holder, growth)) },
  { name: "flushed", silences: "always", applies: isFlushed },
  { name: "finalized", silences: "always", applies: (_sourceCode, holder) => [...holder.removals, ...holder.empties].some(isFinalizer) },
  { name: "compared", silences: "likely", applies: isCompared },
  { name: "imported", silences: "likely", applies: (_sourceCode, holder) => holder.kind === "import" },
  { name: "initialised-elsewhere", silences: "likely", applies: (_sourceCode, holder) => holder.container === "unknown" },
  { name: "weak-keys", silences: "likely", applies: (_sourceCode, holder) => holder.container === "WeakMap" },
  { name: "weak-values", silences: "likely", applies: (_sourceCode, _holder, growths) => growths.every(storesWeakRef) },
  { name: "escape", silences: "likely", applies: (_sourceCode, holder) => holder.escapes.length > 0 },
  { name: "removal-elsewhere", silences: "likely", applies: (_sourceCode, holder) => holder.removals.length > 0 },
  { name: "emptied-elsewhere", silences: "likely", applies: (_sourceCode, holder) => holder.empties.length > 0 },
  { name: "one-per-call", silences: "likely", applies: (sourceCode, holder) => holder.boundary !== null && !isCalledAtLoad(sourceCode, holder.boundary) },
  { name: "indexed", silences: "likely", applies: (_sourceCode, holder, growths) => growths.every((growth) => isIndexed(holder, growth)) },
  { name: "nested-only", silences: "likely", applies: (_sourceCode, _holder, growths) => growths.every((growth) => growth.depth > 0) },
  { name: "warns-once", silences: "likely", applies: warnsOnce },
  { name: "counts", silences: "likely", applies: (_sourceCode, _holder, growths) => growths.every(storesPrimitive) },
];

const WARN_ONCE = /warn|deprecat|notified|reported|logged|did[A-Z]|already/i;
const WARNING_CALL = /\b\w*(?:[wW]arn|deprecat)\w*\(/;

/** A record of messages already given: most often as many as the program has messages. */
function warnsOnce(sourceCode: SourceCode, holder: Holder, growths: readonly Operation[]): boolean {
  if (WARN_ONCE.test(holder.name)) return true;
  return growths.every((growth) => {
    const around = functionAround(growth.node);
    const isMark = growth.operation === "add" || storesPrimitive(growth);
    return isMark && around !== null && WARNING_CALL.test(sourceCode.getText(around));
  });
}

/** Growths whose keys the program's text does not bound. */
export function openGrowths(sourceCode: SourceCode, holder: Holder): readonly Operation[] {
  return holder.growths.filter(({ key }) => key === null || !isClosedKey(sourceCode, key));
}

/** `if (cache.size >= LIMIT)` around a growth, before a removal, or before a way out. */
function isSizeBound(sourceCode: SourceCode, holder: Holder, growths: readonly Operation[]): boolean {
  return boundsSize(sourceCode, holder, growths, isLimit);
}

/** Compared with something that may be a limit. */
function isCompared(sourceCode: SourceCode, holder: Holder, growths: readonly Operation[]): boolean {
  return boundsSize(sourceCode, holder, growths, (_sourceCode, limit) => unwrap(limit).type !== "Literal");
}

type LimitTest = (sourceCode: SourceCode, limit: Node) => boolean;

function boundsSize(sourceCode: SourceCode, holder: Holder, growths: readonly Operation[], isBound: LimitTest): boolean {
  const shrinks = [...holder.removals, ...holder.empties].map(({ node }) => node);
  return holder.measures.some((measured) => {
    const test = testAround(measured);
    const limit = comparedWith(measured);
    const around = functionAround(measured);
    if (!test || !limit || !around || !isBound(sourceCode, limit)) return false;
    if (growths.some(({ node }) => isInside(node, around))) {
      return shrinks.length > 0 || growths.some(({ node }) => isInside(node, test)) || isWayOut(sourceCode, test);
    }
    const growers = growths.map(({ node }) => functionAround(node));
    return shrinks.some((node) => isInside(node, around)) && growers.some((grower) => grower && reaches(sourceCode, grower, around));
  });
}

/** The statement or expression whose condition a measure decides; loops that only walk the collection do not count. */
function testAround(measured: Node): Node | null {
  let child = measured;
  for (let up = measured.parent; up && !isFunction(up); child = up, up = up.parent) {
    if (up.type === "ForStatement") return null;
    const isTest = "test" in up && up.test === child;
    if (isTest || (up.type === "LogicalExpression" && up.left === child)) return up;
    if (/Statement$/.test(up.type) || up.type === "VariableDeclaration") return up.type === "ReturnStatement" ? up : null;
  }
  return null;
}

function comparedWith(measured: Node): Node | null {
  const comparison = measured.parent;
  if (comparison?.type !== "BinaryExpression" || !/^([<>]=?|===?)$/.test(comparison.operator)) return null;
  return comparison.left === measured ? comparison.right : comparison.left;
}

function isLimit(sourceCode: SourceCode, limit: Node): boolean {
  const value = numericValue(sourceCode, limit);
  return value === null ? LIMIT_NAME.test(sourceCode.getText(limit)) : value > 1;
}

const LIMIT_NAME = /max|limit|capacity|size|bound|threshold/i;

function isWayOut(sourceCode: SourceCode, test: Node): boolean {
  return test.type === "IfStatement" && /^\{?\s*(return|throw|break|continue)\b/.test(sourceCode.getText(test.consequent));
}

/** `if (!started) { started = true; handlers.push(…); }`. */
function isGuardedOnce(sourceCode: SourceCode, growth: Operation): boolean {
  const around = functionAround(growth.node);
  if (!around) return false;
  const tests: Node[] = [];
  for (let up = growth.node.parent; up && up !== around; up = up.parent) if (up.type === "IfStatement") tests.push(up.test);
  if (around.body.type === "BlockStatement") {
    for (const statement of around.body.body) {
      if (statement.range[0] > growth.node.range[0]) break;
      if (statement.type === "IfStatement" && /^(return|\{\s*return\b)/.test(sourceCode.getText(statement.consequent))) tests.push(statement.test);
    }
  }
  return tests.some((test) => isFlag(sourceCode, test, around));
}

/** A bare outer variable that the function itself sets, for good, to something true. */
function isFlag(sourceCode: SourceCode, test: Node, around: FunctionNode): boolean {
  const bare = unwrap(test.type === "UnaryExpression" ? test.argument : test);
  if (bare.type !== "Identifier") return false;
  const variable = variableNamed(sourceCode, bare);
  if (!variable || variable.scope.variableScope.block === around) return false;
  const writes = variable.references.filter(({ init, writeExpr }) => writeExpr && init !== true);
  return writes.length > 0 && writes.every(({ identifier, writeExpr }) => isInside(identifier, around) && writeExpr && /^(true|!0|new\b|\w+\()/.test(sourceCode.getText(writeExpr)));
}

/** `if (!table.length) for (…) table.push(…)`. */
function isFilledOnce(holder: Holder, growth: Operation): boolean {
  return holder.measures.some((measured) => {
    for (let up = measured.parent; up && !isFunction(up); up = up.parent) {
      if (up.type !== "IfStatement") continue;
      if (!isInside(measured, up.test) || !isInside(growth.node, up.consequent)) return false;
      return isEmptyTest(measured);
    }
    return false;
  });
}

function isEmptyTest(measured: Node): boolean {
  const parent = measured.parent;
  if (parent?.type === "UnaryExpression") return parent.operator === "!";
  return parent?.type === "BinaryExpression" && /^===?$|^<$/.test(parent.operator) && parent.right.type === "Literal" && Number(parent.right.value) <= 1;
}

/** Emptied by what the growth leads to, by a timer, or by another step of a common caller. */
function isFlushed(sourceCode: SourceCode, holder: Holder, growths: readonly Operation[]): boolean {
  const flushes = [...holder.empties.filter((empty) => empty.depth === 0), ...holder.removals.filter((removal) => isSweep(holder, removal))];
  return flushes.some((flush) => {
    if (isTimedAgain(sourceCode, flush.node)) return true;
    const flusher = functionAround(flush.node);
    if (!flusher || flusher === holder.boundary) return false;
    return growths.some(({ node }) => {
      const grower = functionAround(node);
      return grower !== null && (reaches(sourceCode, grower, flusher) || isInside(node, flusher) || haveCommonCaller(sourceCode, grower, flusher));
    });
  });
}

/** In the callback of a `FinalizationRegistry`: entries go when the objects they stand for do. */
function isFinalizer({ node }: Operation): boolean {
  for (let up = node.parent; up; up = up.parent) {
    if (up.type === "NewExpression" && calleeName(up.callee) === "FinalizationRegistry") return true;
  }
  return false;
}

/** A removal in a loop over the holder, or one that goes on until the holder is empty. */
export function isSweep(holder: Holder, removal: Operation): boolean {
  if (removal.depth > 0) return false;
  if (holder.iterations.some((loop) => isInside(removal.node, loop))) return true;
  for (let up = removal.node.parent; up && !isFunction(up); up = up.parent) {
    if (up.type === "WhileStatement" || up.type === "DoWhileStatement") {
      const { test } = up;
      return isInside(removal.node, test) || holder.measures.some((measured) => isInside(measured, test));
    }
    if (up.type === "ForInStatement" || up.type === "ForOfStatement") {
      const { right } = up;
      return holder.reads.length + holder.iterations.length > 0 && right.type === "CallExpression" && isKeysOf(right, holder);
    }
  }
  return false;
}

function isKeysOf(call: TSESTree.CallExpression, holder: Holder): boolean {
  const last = holder.properties.at(-1) ?? holder.name;
  return call.arguments.some((argument) => argument.type !== "SpreadElement" && nameOf(argument) === last) || nameOf(call.callee) === last;
}

function nameOf(expression: Node): string | null {
  const node = unwrap(expression);
  if (node.type === "Identifier") return node.name;
  return node.type === "MemberExpression" && node.property.type === "Identifier" ? node.property.name : null;
}

function storesWeakRef({ values }: Operation): boolean {
  const value = values[0] && unwrap(values[0]);
  return value?.type === "NewExpression" && value.callee.type === "Identifier" && value.callee.name === "WeakRef";
}

/** `table[i] = v` of an array: mostly an entry replaced. */
function isIndexed(holder: Holder, growth: Operation): boolean {
  if (holder.container !== "Array" || growth.operation !== "assign" || growth.depth > 0) return false;
  return !(growth.key?.type === "MemberExpression" && growth.key.property.type === "Identifier" && growth.key.property.name === "length");
}

/** Flags and counts by key: small, and most often keyed by names that the program bounds. */
function storesPrimitive(growth: Operation): boolean {
  if (growth.operation !== "assign" && growth.operation !== "set") return false;
  const value = growth.values[0] && unwrap(growth.values[0]);
  if (growth.node.type === "UpdateExpression") return true;
  return value?.type === "Literal" || (value?.type === "UnaryExpression" && value.operator === "!");
}
