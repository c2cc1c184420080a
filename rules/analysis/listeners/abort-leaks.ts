import type { TSESTree } from "@typescript-eslint/utils";
import { importSource } from "../imports.js";
import { calleePlace, invocationsOf } from "../invocations.js";
import type { Leak, Suggestion } from "../leak.js";
import { runsAgain } from "../lifetime.js";
import { perFile } from "../per-file.js";
import {
  functionAround,
  isFunction,
  isInside,
  normalisedText,
  unwrap,
  variableNamed,
  wrapped,
  type Node,
  type SourceCode,
} from "../syntax.js";
import { handlerFunction, isNamed } from "./handlers.js";
import { identityOf, nameOf } from "./identity.js";
import { mayRemove } from "./matching.js";
import { registrationsOf, type Registration } from "./registrations.js";
import { removalsOf } from "./removals.js";
import { isSignal, signalLifetime } from "./signals.js";

/** `abort` listeners on signals that outlive the work that listens. */
export const abortLeaks = perFile((sourceCode): readonly Leak[] => [
  ...unremoved(sourceCode),
  ...droppedDisposables(sourceCode),
  ...unclearedComposites(sourceCode),
]);

/** Whether a registration is for `no-leaked-abort-listener` to judge. */
export function isAbortRegistration(sourceCode: SourceCode, registration: Registration): boolean {
  const { api, event } = registration;
  return api === "target" && event.kind === "literal" && event.text === "abort" && isSignal(sourceCode, registration);
}

function unremoved(sourceCode: SourceCode): readonly Leak[] {
  const leaks: Leak[] = [];
  for (const registration of registrationsOf(sourceCode)) {
    if (!isAbortRegistration(sourceCode, registration) || registration.options.hasSignal === true) continue;
    const lifetime = signalLifetime(sourceCode, registration);
    if (lifetime === "own" || !runsAgain(sourceCode, registration.call, null)) continue;
    if (isRemoved(sourceCode, registration)) continue;
    const { call, place, expression, receiver, isOnce, handler, options } = registration;
    const closure = handler && handlerFunction(sourceCode, handler);
    const name = nameOf(sourceCode, receiver);
    leaks.push({
      messageId: isOnce ? "once" : "kept",
      data: { signal: name },
      place,
      isLikely: lifetime === "foreign" && options.hasSignal === false,
      suggestions: removalInFinally(sourceCode, registration),
      holder: { kind: "listener", name, container: "unknown", expression, closures: closure ? [closure] : [] },
      acquisitions: [call],
      releases: [],
    });
  }
  return leaks;
}

/** A removal in the handler itself comes after an abort that may never come, as `once` does. */
function isRemoved(sourceCode: SourceCode, registration: Registration): boolean {
  const own = registration.handler && handlerFunction(sourceCode, registration.handler);
  return removalsOf(sourceCode).some(
    (removal) => !(own && isInside(removal.call, own)) && mayRemove(sourceCode, removal, registration),
  );
}

/** Where a `finally` around or after the registration already ends the work, the removal belongs there. */
function removalInFinally(sourceCode: SourceCode, { call, handler, expression }: Registration): readonly Suggestion[] {
  const around = functionAround(call);
  if (!handler || !expression || !around || unwrap(handler).type !== "Identifier" || !isNamed(handler)) return [];
  const statement = finallyAfter(call, around);
  if (!statement) return [];
  const removal = `${sourceCode.getText(expression)}.removeEventListener("abort", ${sourceCode.getText(handler)});`;
  const isOptional = sourceCode.getText(wrapped(call)).startsWith(`${sourceCode.getText(expression)}?.`);
  const text = isOptional ? removal.replace(".removeEventListener", "?.removeEventListener") : removal;
  return [
    { messageId: "removeInFinally", fix: (fixer) => fixer.insertTextAfterRange(afterBrace(statement), ` ${text}`) },
  ];
}

function afterBrace({ range: [start] }: TSESTree.BlockStatement): [number, number] {
  return [start, start + 1];
}

function finallyAfter(call: Node, around: Node): TSESTree.BlockStatement | null {
  for (let up: Node | undefined = call; up && up !== around; up = up.parent) {
    if (up.parent?.type === "TryStatement" && up.parent.block === up && up.parent.finalizer) return up.parent.finalizer;
    if (up.parent?.type !== "BlockStatement") continue;
    const next = up.parent.body[up.parent.body.findIndex((statement) => statement === up) + 1];
    if (next?.type === "TryStatement" && next.finalizer) return next.finalizer;
  }
  return null;
}

/** `addAbortListener(signal, f);` of `node:events`, whose disposable nobody keeps. */
function droppedDisposables(sourceCode: SourceCode): readonly Leak[] {
  const leaks: Leak[] = [];
  for (const call of invocationsOf(sourceCode, ["addAbortListener"])) {
    const [signal, handler] = call.arguments;
    if (!signal || !handler || wrapped(call).parent?.type !== "ExpressionStatement") continue;
    if (!runsAgain(sourceCode, call, null) || isRemovedByHand(sourceCode, handler)) continue;
    const closure = handlerFunction(sourceCode, handler);
    // A function of the module keeps nothing of the call.
    if (closure && handler.type === "Identifier" && !functionAround(closure)) continue;
    const name = nameOf(sourceCode, identityOf(sourceCode, signal));
    leaks.push({
      messageId: "dropped",
      data: { signal: name },
      place: calleePlace(call.callee),
      isLikely: true,
      holder: {
        kind: "listener",
        name,
        container: "unknown",
        expression: unwrap(signal),
        closures: closure ? [closure] : [],
      },
      acquisitions: [call],
      releases: [],
    });
  }
  return leaks;
}

/** `signal.removeEventListener("abort", f)` elsewhere in the file. */
function isRemovedByHand(sourceCode: SourceCode, handler: Node): boolean {
  const name = isFunction(unwrap(handler)) ? null : normalisedText(sourceCode, handler);
  return (
    name !== null &&
    removalsOf(sourceCode).some((removal) => removal.handler && normalisedText(sourceCode, removal.handler) === name)
  );
}

/** `anySignal([…])` listens to each of its signals until `clear()`; `AbortSignal.any` holds them weakly. */
function unclearedComposites(sourceCode: SourceCode): readonly Leak[] {
  const leaks: Leak[] = [];
  for (const call of invocationsOf(sourceCode, ["anySignal"])) {
    const callee = unwrap(call.callee);
    const imported = callee.type === "Identifier" ? variableNamed(sourceCode, callee) : null;
    if (!imported || importSource(imported) !== "any-signal" || !runsAgain(sourceCode, call, null)) continue;
    const { parent } = wrapped(call);
    const kept = parent?.type === "VariableDeclarator" && parent.id.type === "Identifier" ? parent.id : null;
    const variable = kept && variableNamed(sourceCode, kept);
    if (variable?.references.some(({ identifier }) => isClearedOrReturned(identifier))) continue;
    if (!variable && parent?.type !== "Property" && parent?.type !== "CallExpression") continue;
    leaks.push({
      messageId: "uncleared",
      data: { signal: variable?.name ?? "anySignal()" },
      place: callee,
      isLikely: true,
      holder: {
        kind: "listener",
        name: variable?.name ?? "anySignal()",
        container: "unknown",
        expression: null,
        closures: [],
      },
      acquisitions: [call],
      releases: [],
    });
  }
  return leaks;
}

function isClearedOrReturned(identifier: Node): boolean {
  const { parent } = wrapped(identifier);
  if (parent?.type === "ReturnStatement") return true;
  if (parent?.type === "AssignmentExpression") return parent.right === identifier;
  return (
    parent?.type === "MemberExpression" && parent.property.type === "Identifier" && parent.property.name === "clear"
  );
}
