import { importSource } from "../imports.js";
import type { Invocation } from "../invocations.js";
import type { Leak } from "../leak.js";
import { runsAgain } from "../lifetime.js";
import { racesOf } from "../retention/races.js";
import {
  classAround,
  calleeName,
  functionAround,
  isFunction,
  isInside,
  unwrap,
  variableNamed,
  walk,
  wrapped,
  type FunctionNode,
  type Node,
  type SourceCode,
} from "../syntax.js";
import { timersOf, type Acquisition } from "./acquisitions.js";
import { callbackOf, callsByName, closesOverCall } from "./callbacks.js";
import { custodyOf, type Custody } from "./custody.js";
import { effectAround, returnedValues } from "./effects.js";
import { keptInRef } from "./intervals.js";
import { ANIMATION_FRAME, IDLE_CALLBACK, TIMEOUT } from "./release-table.js";
import { teardownsOf } from "./teardown.js";
import { delayOf, millisecondsOf } from "./delays.js";
import { timerLeak } from "./timer-leak.js";

/** Delays below this, in milliseconds, keep what they close over for no time worth a report. */
const SHORT = 1000;
/** Delays below this keep it for no time that users would call a leak, unless many races are lost at once. */
const LONG = 10_000;

/** Timeouts that lose a race, that set themselves again for ever, or that outlive the component that set them. */
export function timeoutLeaks(sourceCode: SourceCode): readonly Leak[] {
  return timersOf(sourceCode)
    .flatMap((acquisition) => {
      const { row, call } = acquisition;
      if (row !== TIMEOUT && row !== ANIMATION_FRAME && row !== IDLE_CALLBACK) return [];
      if (!runsAgain(sourceCode, call, null)) return [];
      const custody = custodyOf(sourceCode, call, row.release);
      const leak =
        reschedules(sourceCode, acquisition, custody) ??
        (row === TIMEOUT ? single(sourceCode, acquisition, custody) : null);
      return leak ? [leak] : [];
    })
    .concat(lostPromiseTimers(sourceCode));
}

function single(sourceCode: SourceCode, acquisition: Acquisition, custody: Custody): Leak | null {
  if (custody.releases.length > 0) {
    if (!keptInRef(sourceCode, custody)) return null;
    return timerLeak(sourceCode, acquisition, custody, { messageId: "notOnUnmount", isLikely: false });
  }
  if (custody.escapes.length > 0) return null;
  return (
    lostRace(sourceCode, acquisition, custody) ??
    inEffect(sourceCode, acquisition, custody) ??
    inMortal(sourceCode, acquisition, custody)
  );
}

/** The timeout of a promise that races with others: it stays when another of them wins. */
function lostRace(sourceCode: SourceCode, acquisition: Acquisition, custody: Custody): Leak | null {
  const { call } = acquisition;
  const executor = executorAround(call);
  if (!executor) return null;
  const delay = delayOf(sourceCode, call);
  if (!isReturned(functionAround(executor)) && racers(sourceCode).some((promise) => isInside(call, promise))) {
    return timerLeak(sourceCode, acquisition, custody, { messageId: "lostRace", isLikely: !(delay < LONG) });
  }
  if (delay < SHORT || !settles(sourceCode, executor, call)) return null;
  return timerLeak(sourceCode, acquisition, custody, { messageId: "lostRace", isLikely: false });
}

/** What a function answers is not run by the race that the answer wins: `work.then(() => () => wait(ms))`. */
function isReturned(fn: FunctionNode | null): boolean {
  const parent = fn && wrapped(fn).parent;
  return parent?.type === "ReturnStatement" || (parent?.type === "ArrowFunctionExpression" && parent.body === fn);
}

/** The expressions that make the promises of all races of the file. */
function racers(sourceCode: SourceCode): readonly Node[] {
  return racesOf(sourceCode).flatMap(({ operands }) => operands.flatMap((operand) => makersOf(sourceCode, operand, 0)));
}

/** Where a promise is made: in place, in the variable that names it, in the function of this file that returns it. */
function makersOf(sourceCode: SourceCode, operand: Node, depth: number): readonly Node[] {
  const node = unwrap(operand);
  if (depth > 3) return [node];
  if (node.type === "Identifier") {
    const writes = variableNamed(sourceCode, node)?.references.flatMap(({ writeExpr }) => writeExpr ?? []) ?? [];
    return writes.flatMap((written) => (written === operand ? [] : makersOf(sourceCode, written, depth + 1)));
  }
  if (node.type !== "CallExpression") return [node];
  const callee = callbackOf(sourceCode, node.callee);
  return callee
    ? returnedValues(sourceCode, callee).flatMap((value) => makersOf(sourceCode, value, depth + 1))
    : [node];
}

/** The function handed to `new Promise(…)` that a node stands in, not deeper than one callback. */
function executorAround(node: Node): FunctionNode | null {
  const around = functionAround(node);
  const parent = around && wrapped(around).parent;
  return parent?.type === "NewExpression" && calleeName(parent.callee) === "Promise" ? around : null;
}

/** A race by hand: the executor settles in the timeout's callback, and where something else comes first. */
function settles(sourceCode: SourceCode, executor: FunctionNode, call: Invocation): boolean {
  const callback = call.arguments[0];
  if (!callback) return false;
  const settlers = executor.params.flatMap((parameter) =>
    parameter.type === "Identifier" ? (variableNamed(sourceCode, parameter) ?? []) : [],
  );
  const places = settlers.flatMap(({ references }) => references.map(({ identifier }) => identifier));
  return places.some((place) => isInside(place, callback)) && places.some((place) => !isInside(place, callback));
}

/** `Promise.race([work, setTimeout(ms)])` of `node:timers/promises`, with no signal to end it. */
function lostPromiseTimers(sourceCode: SourceCode): readonly Leak[] {
  return racers(sourceCode).flatMap((racer) => {
    const call = timerPromise(sourceCode, racer);
    if (!call || !runsAgain(sourceCode, call, null)) return [];
    const hasSignal =
      call.arguments[2] !== undefined && /\bsignal\b|\.\.\./.test(sourceCode.getText(call.arguments[2]));
    const isShort = millisecondsOf(sourceCode, call.arguments[0]) < LONG;
    if (hasSignal) return [];
    const custody: Custody = { fate: { kind: "discarded" }, holders: [], releases: [], escapes: [], calls: [] };
    return [timerLeak(sourceCode, { row: TIMEOUT, call }, custody, { messageId: "lostRace", isLikely: !isShort })];
  });
}

function timerPromise(sourceCode: SourceCode, racer: Node): Invocation | null {
  let node = unwrap(racer);
  while (node.type === "CallExpression") {
    const callee = unwrap(node.callee);
    const root = callee.type === "MemberExpression" ? unwrap(callee.object) : callee;
    const variable = root.type === "Identifier" ? variableNamed(sourceCode, root) : null;
    if (variable && /^(?:node:)?timers\/promises$/.test(importSource(variable) ?? "")) return node;
    if (callee.type !== "MemberExpression") return null;
    node = unwrap(callee.object);
  }
  return null;
}

/** A timeout whose callback sets it again whatever happens, with a handle that nothing clears. */
function reschedules(sourceCode: SourceCode, acquisition: Acquisition, custody: Custody): Leak | null {
  if (custody.releases.length > 0 || custody.escapes.length > 0) return null;
  const { call, row } = acquisition;
  const ticker = tickerAround(sourceCode, call);
  if (!ticker || row === IDLE_CALLBACK || !isUnconditional(sourceCode, call, ticker)) return null;
  // One that is declared once is one chain, however long.
  const owner = classAround(call);
  const isMethod = owner !== null && isMethodOf(ticker);
  if (!isMethod && !runsAgain(sourceCode, ticker, null)) return null;
  // A promise that is rejected ends the chain.
  const isSure = functionAround(call) === ticker;
  const isLikely = isSure && (!isMethod || teardownsOf(sourceCode, owner).length > 0);
  return timerLeak(sourceCode, acquisition, custody, { messageId: "reschedules", isLikely });
}

function isMethodOf(fn: FunctionNode): boolean {
  return fn.parent.type === "MethodDefinition" || fn.parent.type === "PropertyDefinition";
}

/** The function around a timeout that its callback is, or calls; through the callbacks of promises. */
function tickerAround(sourceCode: SourceCode, call: Invocation): FunctionNode | null {
  const callback = callbackOf(sourceCode, call.arguments[0]);
  if (!callback) return null;
  for (let around = functionAround(call); around; around = functionAround(around)) {
    if (around === callback || (isInside(callback, around) && callsByName(sourceCode, callback, around))) return around;
    const parent = wrapped(around).parent;
    const isOfPromise = parent?.type === "CallExpression" && /^(?:then|finally|catch)$/.test(calleeName(parent.callee));
    if (!isOfPromise) return null;
  }
  return null;
}

function isUnconditional(sourceCode: SourceCode, call: Node, ticker: FunctionNode): boolean {
  for (let up = call.parent; up && up !== ticker; up = up.parent) {
    if (/^(?:If|Switch|While|For|ForOf|ForIn|DoWhile)Statement$|^Conditional|^Logical|^CatchClause/.test(up.type))
      return false;
  }
  let leaves = false;
  walk(sourceCode, ticker.body, (node) => {
    if (leaves || node.range[0] > call.range[0] || isFunction(node)) return isInside(call, node) && !leaves;
    if (node.type === "ReturnStatement" || node.type === "ThrowStatement") leaves = !isInside(call, node);
    return true;
  });
  return !leaves;
}

/** A timeout that an effect sets and does not clear: its callback runs for a component that is gone. */
function inEffect(sourceCode: SourceCode, acquisition: Acquisition, custody: Custody): Leak | null {
  const { call } = acquisition;
  const effect = effectAround(sourceCode, call);
  const delay = delayOf(sourceCode, call);
  if (!effect || functionAround(call) !== effect.setup || effect.returned.length > 0 || delay === 0) return null;
  const callback = callbackOf(sourceCode, call.arguments[0]);
  if (callback && !closesOverCall(sourceCode, callback)) return null;
  const isHook = effect.framework !== "angular" && effect.framework !== "custom element";
  return timerLeak(sourceCode, acquisition, custody, { messageId: "effect", isLikely: isHook && delay >= SHORT });
}

/** A timeout kept in a field of something that is torn down, and that forgets it. */
function inMortal(sourceCode: SourceCode, acquisition: Acquisition, custody: Custody): Leak | null {
  const { call } = acquisition;
  const [holder] = custody.holders;
  const owner = classAround(call);
  if (holder?.kind !== "field" || !owner || delayOf(sourceCode, call) < SHORT) return null;
  if (teardownsOf(sourceCode, owner).length === 0) return null;
  return timerLeak(sourceCode, acquisition, custody, { messageId: "neverCleared", isLikely: false });
}
