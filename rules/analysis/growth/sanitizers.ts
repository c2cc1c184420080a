import { isCompared, isFilledOnce, isMadeAnew, isSizeBound } from "./bounds.js";
import { isReleasedByCounterpart } from "./counterparts.js";
import { isFinalized, isFlushed } from "./flushes.js";
import type { Holder, Operation } from "./holder.js";
import { isPerCall } from "./evidence.js";
import { isClosedKey } from "./keys.js";
import { isCalledAtLoad } from "../lifetime.js";
import {
  functionAround,
  isInside,
  unwrap,
  variableNamed,
  type FunctionNode,
  type Node,
  type SourceCode,
} from "../syntax.js";

/** What a sanitizer judges: a holder, and those of its growths whose key set is open. */
export interface Growing {
  readonly sourceCode: SourceCode;
  readonly holder: Holder;
  readonly growths: readonly Operation[];
}

/** A reason not to report a growing holder. */
export type Sanitizer = (growing: Growing) => boolean;

/** As far as the code tells, the holder cannot leak: silent under every option. */
export const BOUNDED: Readonly<Record<string, Sanitizer>> = {
  "size-bound": isSizeBound,
  "guard-flag": ({ sourceCode, growths }) => growths.every((growth) => isGuardedOnce(sourceCode, growth)),
  "filled-once": ({ holder, growths }) => growths.every((growth) => isFilledOnce(holder, growth)),
  "made-anew": ({ holder, growths }) => growths.every((growth) => isMadeAnew(holder, growth)),
  flushed: isFlushed,
  finalized: isFinalized,
  counterpart: isReleasedByCounterpart,
  generated: ({ sourceCode, holder }) => isGenerated(sourceCode, holder),
};

/** It may leak, but too seldom for the default option: silent under `likely`. */
export const UNLIKELY: Readonly<Record<string, Sanitizer>> = {
  compared: isCompared,
  imported: ({ holder }) => holder.kind === "import",
  "initialised-elsewhere": ({ holder }) => holder.container === "unknown",
  "weak-keys": ({ holder }) => holder.container === "WeakMap",
  "weak-values": ({ growths }) => growths.every(storesWeakRef),
  escape: ({ holder }) => holder.escapes.length > 0,
  "removed-elsewhere": ({ holder }) => holder.removals.length > 0,
  "emptied-elsewhere": ({ holder }) => holder.empties.length > 0,
  "one-per-call": ({ sourceCode, holder }) => holder.boundary !== null && !isCalledAtLoad(sourceCode, holder.boundary),
  indexed: ({ holder, growths }) => growths.every((growth) => isIndexed(holder, growth)),
  "nested-only": ({ growths }) => growths.every((growth) => growth.depth > 0),
  "warns-once": warnsOnce,
  counts: ({ growths }) => growths.every(storesPrimitive),
  "bounded-by-program": (growing) => !isPerCall(growing),
};

const LONG_LINE = 500;

/** Code that a tool has squeezed into long lines: nobody would mend it there. */
function isGenerated(sourceCode: SourceCode, { place }: Holder): boolean {
  return (sourceCode.lines[place.loc.start.line - 1]?.length ?? 0) > LONG_LINE;
}

const WARN_ONCE = /warn|deprecat|notified|reported|logged|did[A-Z]|already/i;
const WARNING_CALL = /\b\w*(?:[wW]arn|deprecat)\w*\(/;

/** A record of messages already given: most often as many as the program has messages. */
function warnsOnce({ sourceCode, holder, growths }: Growing): boolean {
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

/** `if (!started) { started = true; handlers.push(…); }`. */
function isGuardedOnce(sourceCode: SourceCode, growth: Operation): boolean {
  const around = functionAround(growth.node);
  if (!around) return false;
  const tests: Node[] = [];
  for (let up = growth.node.parent; up && up !== around; up = up.parent)
    if (up.type === "IfStatement") tests.push(up.test);
  if (around.body.type === "BlockStatement") {
    for (const statement of around.body.body) {
      if (statement.range[0] > growth.node.range[0]) break;
      if (statement.type === "IfStatement" && /^(return|\{\s*return\b)/.test(sourceCode.getText(statement.consequent)))
        tests.push(statement.test);
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
  return (
    writes.length > 0 &&
    writes.every(
      ({ identifier, writeExpr }) =>
        isInside(identifier, around) && writeExpr && /^(true|!0|new\b|\w+\()/.test(sourceCode.getText(writeExpr)),
    )
  );
}

function storesWeakRef({ values }: Operation): boolean {
  const value = values[0] && unwrap(values[0]);
  return value?.type === "NewExpression" && value.callee.type === "Identifier" && value.callee.name === "WeakRef";
}

/** `table[i] = v` of an array: mostly an entry replaced. */
function isIndexed(holder: Holder, growth: Operation): boolean {
  if (holder.container !== "Array" || growth.operation !== "assign" || growth.depth > 0) return false;
  return !(
    growth.key?.type === "MemberExpression" &&
    growth.key.property.type === "Identifier" &&
    growth.key.property.name === "length"
  );
}

/** Flags and counts by key: small, and most often keyed by names that the program bounds. */
function storesPrimitive(growth: Operation): boolean {
  if (growth.operation !== "assign" && growth.operation !== "set") return false;
  const value = growth.values[0] && unwrap(growth.values[0]);
  if (growth.node.type === "UpdateExpression") return true;
  return (
    (value?.type === "Literal" && typeof value.value !== "string") ||
    (value?.type === "UnaryExpression" && value.operator === "!") ||
    (value?.type === "BinaryExpression" &&
      /^[-+*]$/.test(value.operator) &&
      value.right.type === "Literal" &&
      typeof value.right.value === "number")
  );
}
