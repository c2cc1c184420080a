import { invocationsOf } from "../invocations.js";
import type { Leak, Suggestion } from "../leak.js";
import { isLoadScope, runsAgain } from "../lifetime.js";
import {
  isClassConstructor,
  calleeName,
  functionAround,
  isFunction,
  isInside,
  unwrap,
  type FunctionNode,
  type Node,
  type SourceCode,
  type Variable,
} from "../syntax.js";
import { timersOf, type Acquisition } from "./acquisitions.js";
import { callbackOf, closesOverParameter } from "./callbacks.js";
import { custodyOf, type Custody, type Holder } from "./custody.js";
import { effectAround } from "./effects.js";
import { isGuarded } from "./guards.js";
import { fieldReferences } from "./handles.js";
import { INTERVAL } from "./release-table.js";
import { isTeardown, nameOf } from "./teardown.js";
import { timerLeak } from "./timer-leak.js";

interface Interval extends Acquisition {
  readonly custody: Custody;
}

/** Intervals that nothing clears, and intervals that take the place of one that still runs. */
export function intervalLeaks(sourceCode: SourceCode): readonly Leak[] {
  const intervals = timersOf(sourceCode)
    .filter(({ row }) => row === INTERVAL)
    .map((acquisition) => ({ ...acquisition, custody: custodyOf(sourceCode, acquisition.call, INTERVAL.release) }));
  return intervals.flatMap((interval) => {
    if (!runsAgain(sourceCode, interval.call, null) || clearsItself(sourceCode, interval)) return [];
    const leak =
      interval.custody.releases.length === 0
        ? neverCleared(sourceCode, interval)
        : (overwritten(sourceCode, interval, intervals) ??
          lastOneStays(sourceCode, interval) ??
          outlivesComponent(sourceCode, interval));
    return leak ? [leak] : [];
  });
}

/** `setInterval(function () { clearInterval(this); })`. */
function clearsItself(sourceCode: SourceCode, { call }: Interval): boolean {
  const callback = callbackOf(sourceCode, call.arguments[0]);
  return (
    callback !== null &&
    invocationsOf(sourceCode, INTERVAL.release.names).some(
      ({ arguments: [handle] }) =>
        handle !== undefined && unwrap(handle).type === "ThisExpression" && isInside(handle, callback),
    )
  );
}

function neverCleared(sourceCode: SourceCode, interval: Interval): Leak | null {
  const { custody, call } = interval;
  // Whoever is handed the handle may clear it; a container of this file is emptied by this file, or not at all.
  if (custody.escapes.some(({ kind }) => /^(?:returned|passed|exported|destructured)$/.test(kind))) {
    const isStored = custody.escapes.every(({ node }) => isPushed(node));
    if (!isStored) return null;
  }
  const clears = custody.escapes.length > 0 && invocationsOf(sourceCode, INTERVAL.release.names).length > 0;
  if (clears) return null;
  if (custody.escapes.some(({ kind }) => kind === "field")) return null;
  const isInEffect = effectAround(sourceCode, call) !== null;
  return timerLeak(sourceCode, interval, custody, {
    messageId: isInEffect ? "effect" : "neverCleared",
    isLikely: custody.escapes.length === 0 && !isStartUp(sourceCode, interval),
  });
}

const START_UP =
  /^(?:init\w*|main|boot\w*|set_?up\w*|install\w*|register\w*|activate|launch\w*|serve\w*|create(?:Server|App)|apply)$/i;
const START = /^(?:start\w*|enable\w*|run\w*|begin\w*)$/i;

/** A function that a program calls once, as far as its name and its author's `.unref()` tell. Not a class's. */
function isStartUp(sourceCode: SourceCode, { call, custody }: Interval): boolean {
  const around = functionAround(call);
  const callback = callbackOf(sourceCode, call.arguments[0]);
  if (!around || isOfInstance(around) || effectAround(sourceCode, call)) return false;
  if (custody.calls.some(({ callee }) => calleeName(callee) === "unref")) return true;
  const name = nameOf(around) ?? "";
  const takesNothing = callback !== null && !closesOverParameter(sourceCode, callback, around);
  return START_UP.test(name) || (START.test(name) && takesNothing);
}

function isOfInstance({ parent }: FunctionNode): boolean {
  return (parent.type === "MethodDefinition" || parent.type === "PropertyDefinition") && !parent.static;
}

/** `timers.push(setInterval(…))`, `timers.add(…)`, `timers.set(key, …)`. */
function isPushed(node: Node): boolean {
  const call = node.parent;
  if (call?.type !== "CallExpression" || call.callee.type !== "MemberExpression") return false;
  const { property } = call.callee;
  return property.type === "Identifier" && /^(?:push|add|set|unshift)$/.test(property.name);
}

/** A new interval in a variable or field that may still hold the one before. */
function overwritten(sourceCode: SourceCode, interval: Interval, all: readonly Interval[]): Leak | null {
  const [holder] = interval.custody.holders;
  const around = functionAround(interval.call);
  if (!holder || !around || !isReplacement(sourceCode, interval, holder, around)) return null;
  const siblings = all.filter((other) => other !== interval && sharesHolder(other, holder));
  const isInconsistent = siblings.some((other) => isMadeRoom(sourceCode, other));
  const isModuleWide = holder.kind === "variable" && isModuleVariable(sourceCode, holder.variable);
  if (holder.kind === "field" && siblings.length === 0) return null;
  return timerLeak(sourceCode, interval, interval.custody, {
    messageId: "overwritten",
    isLikely: isModuleWide || isInconsistent,
    suggestions: clearingFirst(interval),
  });
}

function isReplacement(sourceCode: SourceCode, interval: Interval, holder: Holder, around: FunctionNode): boolean {
  if (isMadeRoom(sourceCode, interval) || isClassConstructor(around)) return false;
  if (effectAround(sourceCode, interval.call)) return false;
  if (holder.kind === "field") return holder.text.startsWith("this.");
  const { block } = holder.variable.scope.variableScope;
  if (isFunction(block) && isInside(interval.call, block) && block === around) return false;
  return runsAgain(
    sourceCode,
    interval.call,
    isFunction(block) && !isModuleVariable(sourceCode, holder.variable) ? block : null,
  );
}

function sharesHolder(interval: Interval, holder: Holder): boolean {
  return interval.custody.holders.some((other) =>
    holder.kind === "variable"
      ? other.kind === "variable" && other.variable === holder.variable
      : other.kind === "field" && other.name === holder.name,
  );
}

function isModuleVariable(sourceCode: SourceCode, { scope }: Variable): boolean {
  const { block } = scope.variableScope;
  return !isFunction(block) || isLoadScope(sourceCode, block);
}

/**
 * Whether the function looks at the handle first (clears it, or goes on only without one), clears it afterwards, or
 * goes on only under a flag that it keeps.
 */
function isMadeRoom(sourceCode: SourceCode, { call, custody }: Interval): boolean {
  const around = functionAround(call);
  const [holder] = custody.holders;
  if (!around || !holder) return false;
  // `timer ??= setInterval(…)`
  if (call.parent.type === "AssignmentExpression" && call.parent.operator !== "=") return true;
  if (custody.releases.some((release) => isInside(release, around))) return true;
  const mentions =
    holder.kind === "variable"
      ? holder.variable.references.map(({ identifier }) => identifier)
      : fieldReferences(sourceCode, holder.name);
  const isLookedAt = mentions.some(
    (node) => isInside(node, around) && node !== holder.place && node.range[1] < holder.place.range[0],
  );
  return isLookedAt || clearsFirst(sourceCode, around, call, custody) || isGuarded(sourceCode, around, call);
}

/** A call, before the new interval, of a function or method that clears. */
function clearsFirst(sourceCode: SourceCode, around: FunctionNode, call: Node, { releases }: Custody): boolean {
  const names = releases.flatMap((release) => {
    const remover = functionAround(release);
    const name = remover && nameOf(remover);
    return name ? [name] : [];
  });
  const earlier = invocationsOf(sourceCode, names).filter((each) => functionAround(each) === around);
  return earlier.some((each) => each.range[1] <= call.range[0]);
}

function clearingFirst({ call, custody }: Interval): readonly Suggestion[] {
  const statement = call.parent.type === "AssignmentExpression" ? call.parent.parent : null;
  const [holder] = custody.holders;
  if (statement?.type !== "ExpressionStatement" || statement.parent.type !== "BlockStatement" || !holder) return [];
  const handle = holder.kind === "field" ? holder.text : holder.name;
  return [
    {
      messageId: "clearFirst",
      data: { handle },
      fix: (fixer) =>
        fixer.insertTextBefore(statement, `clearInterval(${handle});\n${" ".repeat(statement.loc.start.column)}`),
    },
  ];
}

/** A field whose interval is cleared only to make room for the next: the last one of each instance stays. */
function lastOneStays(sourceCode: SourceCode, interval: Interval): Leak | null {
  const { custody, call } = interval;
  const [holder] = custody.holders;
  if (holder?.kind !== "field" || custody.escapes.length > 0 || !holder.text.startsWith("this.")) return null;
  const around = functionAround(call);
  const isOnlyReplaced = custody.releases.every(
    (release) => functionAround(release) === around && release.range[1] <= call.range[0],
  );
  if (!isOnlyReplaced) return null;
  return timerLeak(sourceCode, interval, custody, { messageId: "lastOne", isLikely: false });
}

/** `timerRef.current = setInterval(…)` of a component: cleared on some click, but not when the component goes. */
function outlivesComponent(sourceCode: SourceCode, interval: Interval): Leak | null {
  return keptInRef(sourceCode, interval.custody)
    ? timerLeak(sourceCode, interval, interval.custody, { messageId: "notOnUnmount", isLikely: false })
    : null;
}

/** Whether a handle is kept in a `useRef`, and no teardown of the file releases it. */
export function keptInRef(sourceCode: SourceCode, { holders: [holder], releases }: Custody): boolean {
  if (holder?.kind !== "field" || holder.name !== "current" || !/Ref\.current$/i.test(holder.text)) return false;
  return !releases.some((release) => isInTeardown(sourceCode, release));
}

function isInTeardown(sourceCode: SourceCode, node: Node, depth = 0): boolean {
  for (let around = functionAround(node); around; around = functionAround(around)) {
    if (isTeardown(sourceCode, around)) return true;
    const name = depth < 3 ? nameOf(around) : null;
    const calls = name === null ? [] : invocationsOf(sourceCode, [name]);
    if (calls.some((call) => isInTeardown(sourceCode, call, depth + 1))) return true;
  }
  return false;
}
