import { importSource } from "../imports.js";
import { calleePlace, invocationsOf } from "../invocations.js";
import type { Leak } from "../leak.js";
import {
  functionAround,
  isFunction,
  isInside,
  unwrap,
  variableNamed,
  wrapped,
  type Node,
  type SourceCode,
} from "../syntax.js";
import { callbackOf, closesOverCall } from "./callbacks.js";
import { effectAround } from "./effects.js";

/** Requests of an effect that go on, and keep what waits for them, when the component is gone. */
export function fetchLeaks(sourceCode: SourceCode): readonly Leak[] {
  return invocationsOf(sourceCode, ["fetch"]).flatMap((call) => {
    const callee = unwrap(call.callee);
    if (callee.type !== "Identifier" || !isGlobal(sourceCode, callee)) return [];
    const effect = effectAround(sourceCode, call);
    // A clean-up that aborts, or that sets a flag to ignore the answer.
    if (!effect || effect.cleanups.length > 0 || effect.returned.length > 0 || !isStraight(call, effect.setup))
      return [];
    const [address, options] = call.arguments;
    const carriesSignal =
      options && (options.type !== "ObjectExpression" || /\bsignal\b|\.\.\./.test(sourceCode.getText(options)));
    if (carriesSignal || !closesOverCall(sourceCode, effect.setup)) return [];
    const name = `fetch(${address ? sourceCode.getText(address).slice(0, 40) : ""})`;
    const callbacks = callbacksOf(sourceCode, call);
    return [
      {
        messageId: "request",
        data: { holder: name },
        place: calleePlace(callee),
        isLikely: false,
        holder: { kind: "resource", name, container: "unknown", expression: null, closures: callbacks },
        acquisitions: [call],
        releases: [],
      },
    ];
  });
}

function isGlobal(sourceCode: SourceCode, callee: Node): boolean {
  const variable = callee.type === "Identifier" ? variableNamed(sourceCode, callee) : null;
  return !variable || variable.defs.length === 0 || /fetch/.test(importSource(variable) ?? "");
}

/** In the set-up's own code, or in a function that it makes for itself: not in a handler of a later event. */
function isStraight(call: Node, setup: Node): boolean {
  for (let around = functionAround(call); around; around = functionAround(around)) {
    if (around === setup) return true;
    const parent = wrapped(around).parent;
    const isOwn = around.type === "FunctionDeclaration" || parent?.type === "VariableDeclarator";
    const isCalled = parent?.type === "CallExpression" && parent.callee === wrapped(around);
    if (!isOwn && !isCalled) return false;
  }
  return false;
}

/** The functions along `.then(…).then(…)`. */
function callbacksOf(sourceCode: SourceCode, call: Node): readonly Node[] {
  const callbacks: Node[] = [];
  for (let up = call.parent; up && !isFunction(up) && isInside(call, up); up = up.parent) {
    if (up.type !== "CallExpression") continue;
    for (const argument of up.arguments) {
      const callback = callbackOf(sourceCode, argument);
      if (callback) callbacks.push(callback);
    }
  }
  return callbacks;
}
