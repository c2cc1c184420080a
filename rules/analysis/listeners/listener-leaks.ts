import type { Leak } from "../leak.js";
import { perFile } from "../per-file.js";
import { effectAround } from "../release/effects.js";
import { teardownsOf } from "../release/teardown.js";
import {
  calleeName,
  functionAround,
  isFunction,
  isInside,
  variableNamed,
  wrapped,
  type Node,
  type SourceCode,
} from "../syntax.js";
import { isAbortRegistration } from "./abort-leaks.js";
import { cleanupSuggestion } from "./cleanup.js";
import { isSameEvent } from "./events.js";
import { captures, handlerFunction, isFresh, isNamed, keepsCall } from "./handlers.js";
import { isSame, mayBeSame, nameOf, thisOwner } from "./identity.js";
import { mayRemove } from "./matching.js";
import { removalMismatches } from "./mismatches.js";
import { addsAgain, isConstructor, isStart } from "./occasions.js";
import { isPageSetUp } from "./page-set-up.js";
import { receiverKind, type ReceiverKind } from "./receivers.js";
import { registrationsOf, type Registration } from "./registrations.js";
import { removalsOf, type Removal } from "./removals.js";

/** Listeners that are added per call or per instance to something that outlives it. */
export const listenerLeaks = perFile((sourceCode): readonly Leak[] => {
  const leaks: Leak[] = [];
  for (const registration of registrationsOf(sourceCode)) {
    const leak = leakOf(sourceCode, registration);
    if (leak) leaks.push(leak);
  }
  return leaks;
});

const UNTIL: Readonly<Record<ReceiverKind, string>> = {
  process: "as long as the process runs",
  global: "as long as the page lives",
  module: "as long as the module lives",
  import: "as long as the module it comes from lives",
  connection: "as long as the connection is kept alive, for further requests too",
  pooled: "after it is given back, for its next user too",
  parameter: "as long as its owner keeps it",
  field: "as long as its owner keeps it",
  accessor: "as long as its owner keeps it",
  "own field": "for each call",
  own: "as long as it lives",
};

function leakOf(sourceCode: SourceCode, registration: Registration): Leak | null {
  const { call, method, api, options, isOnce, expression, receiver, event, handler, place } = registration;
  if (method === "hook" || options.hasSignal === true || (api === "target" && isOnce)) return null;
  if (isAbortRegistration(sourceCode, registration) || isResultUsed(registration)) return null;
  const kind = receiverKind(sourceCode, registration);
  if (kind === "own" || isRemoved(sourceCode, registration) || !addsAgain(sourceCode, call)) return null;
  if (isAddedOnce(sourceCode, registration)) return null;
  const mismatch = removalMismatches(sourceCode).find(({ acquisitions }) => acquisitions.includes(call));
  const isLikely = options.hasSignal === false && isCertain(sourceCode, registration, kind);
  if (mismatch && (mismatch.isLikely || !isLikely)) return null;
  if (!isLikely && !isSuspicious(registration, kind)) return null;
  const effect = effectAround(sourceCode, call);
  const closure = handler && handlerFunction(sourceCode, handler);
  const name = nameOf(sourceCode, receiver);
  return {
    messageId: effect && isLikely ? "effect" : "kept",
    data: { receiver: name, event: event.text, until: UNTIL[kind] },
    place,
    isLikely,
    suggestions: effect && isLikely ? cleanupSuggestion(sourceCode, registration, effect) : [],
    holder: { kind: "listener", name, container: "unknown", expression, closures: closure ? [closure] : [] },
    acquisitions: [call],
    releases: [],
  };
}

/** Kept, returned or handed on: what a registration gives back may be what removes it. */
function isResultUsed({ call, handler }: Registration): boolean {
  let outer = wrapped(call);
  for (;;) {
    const member = outer.parent;
    if (member?.type !== "MemberExpression" || member.object !== outer) break;
    const next = wrapped(member).parent;
    if (next?.type !== "CallExpression") break;
    outer = wrapped(next);
  }
  const { parent } = outer;
  // The promise of `once(emitter, "x")` is awaited; where it races, `no-pending-promise-leak` reports it.
  if (handler === null) return true;
  if (parent?.type === "ArrowFunctionExpression" && parent.body === outer) {
    const around = wrapped(parent).parent;
    return !(
      around?.type === "CallExpression" && /^(?:forEach|Promise|on\w*|once|use\w*)$/.test(calleeName(around.callee))
    );
  }
  if (
    parent?.type === "LogicalExpression" ||
    parent?.type === "ConditionalExpression" ||
    parent?.type === "SequenceExpression"
  ) {
    return wrapped(parent).parent?.type !== "ExpressionStatement";
  }
  return parent?.type !== "ExpressionStatement" && !(parent?.type === "UnaryExpression" && parent.operator === "void");
}

/** A removal that only a failure reaches leaves the listener of what succeeds. */
function isRemoved(sourceCode: SourceCode, registration: Registration): boolean {
  const removals = removalsOf(sourceCode).filter((removal) => mayRemove(sourceCode, removal, registration));
  if (removals.length > 0) return !removals.every((removal) => isOnFailure(sourceCode, removal, registration));
  const own = registration.handler && handlerFunction(sourceCode, registration.handler);
  return (
    own !== null &&
    removalsOf(sourceCode).some(
      (removal) => isInside(removal.call, own) && mayBeSame(removal.receiver, registration.receiver),
    )
  );
}

function isOnFailure(sourceCode: SourceCode, { call }: Removal, registration: Registration): boolean {
  const around = functionAround(call);
  const failure = registrationsOf(sourceCode).find((each) => each.handler === around && each !== registration);
  return failure !== undefined && /^(?:error|abort|timeout)$/.test(failure.event.text);
}

/** An `EventTarget` knows a listener that it has: a function of the module is added to it once. */
function isAddedOnce(sourceCode: SourceCode, { api, handler }: Registration): boolean {
  if (api !== "target" || handler?.type !== "Identifier") return false;
  const block = variableNamed(sourceCode, handler)?.scope.variableScope.block;
  return block !== undefined && !isFunction(block);
}

/** Nearly certain leaks: what lives to the end, or serves others next, keeps something of each call. */
function isCertain(sourceCode: SourceCode, registration: Registration, kind: ReceiverKind): boolean {
  const { call, handler, isOnce } = registration;
  if (isForgotten(sourceCode, registration)) return true;
  const around = functionAround(call);
  const effect = effectAround(sourceCode, call);
  if (isOnce || (!effect && !keepsCall(sourceCode, registration))) return false;
  const own = handler && handlerFunction(sourceCode, handler);
  switch (kind) {
    case "connection":
      return true;
    case "process":
      return (
        !isStart(call) &&
        !(own && endsProcess(sourceCode, own)) &&
        (registration.receiver.properties.length > 0 ? isOfMortal(sourceCode, call) : hasEnd(sourceCode, call)) &&
        isPerInstance(sourceCode, registration)
      );
    case "global":
      if (/^(?:load|DOMContentLoaded|readystatechange)$/.test(registration.event.text)) return false;
      if (effect) return effect.returned.length === 0 && effect.cleanups.length === 0;
      if (isPageSetUp(sourceCode, around)) return false;
      return (
        (isConstructor(around) || !isStart(call)) && hasEnd(sourceCode, call) && isPerInstance(sourceCode, registration)
      );
    case "module":
      if (effect) return effect.returned.length === 0 && effect.cleanups.length === 0;
      return !isStart(call) && handler !== null && isFresh(handler) && isPerInstance(sourceCode, registration);
    default:
      return false;
  }
}

/** The streams of the process are read by commands, which run once; an instance with an end of its own is another thing. */
function isOfMortal(sourceCode: SourceCode, call: Node): boolean {
  const owner = thisOwner(call);
  return owner !== null && teardownsOf(sourceCode, owner).length > 0;
}

/** An instance that nothing ends may be one of a kind, and live as long as the program; a call comes again. */
function hasEnd(sourceCode: SourceCode, call: Node): boolean {
  const owner = thisOwner(call);
  const isInstance = owner?.type === "ClassDeclaration" || owner?.type === "ClassExpression";
  return !isInstance || teardownsOf(sourceCode, owner).length > 0;
}

/** A handler that closes over an instance, or over what a call was given or made. */
function isPerInstance(sourceCode: SourceCode, { handler, call }: Registration): boolean {
  const around = functionAround(call);
  const own = handler && handlerFunction(sourceCode, handler);
  if (!own) return handler !== null && isNamed(handler);
  const { variables, hasThis } = captures(sourceCode, own);
  return hasThis || isConstructor(around) || variables.length > 0;
}

/** A handler that ends the process belongs to the program, which starts once. */
function endsProcess(sourceCode: SourceCode, handler: Node): boolean {
  return /\bprocess\s*\.\s*(?:exit|kill|abort|exitCode)\b|\b\w*[eE]xit\w*\(/.test(sourceCode.getText(handler));
}

/** One of a group whose other listeners are all removed by their names, and this one, named too, is not. */
function isForgotten(sourceCode: SourceCode, registration: Registration): boolean {
  const { handler, receiver, call } = registration;
  if (!handler || !isNamed(handler) || receiver.root.kind === "value") return false;
  const around = functionAround(call);
  const siblings = registrationsOf(sourceCode).filter(
    (each) => each !== registration && functionAround(each.call) === around && isSame(each.receiver, receiver),
  );
  if (siblings.length < 2 || siblings.some((each) => isSameEvent(each.event, registration.event))) return false;
  return siblings.every(
    (each) =>
      each.handler &&
      isNamed(each.handler) &&
      removalsOf(sourceCode).some((removal) => removal.handler && mayRemove(sourceCode, removal, each)),
  );
}

/** The end of what is listened to: the listener goes with it. */
const END = /^(?:close|end|exit|finish|disconnect|destroy(?:ed)?|dispose)$/;

/** What a run could confirm. */
function isSuspicious(registration: Registration, kind: ReceiverKind): boolean {
  const { call, event, handler } = registration;
  switch (kind) {
    case "own field":
      return handler !== null && isFresh(handler) && !isConstructor(functionAround(call)) && !isStart(call);
    case "parameter":
    case "field":
    case "accessor":
    case "import":
      return !END.test(event.text);
    default:
      return true;
  }
}
