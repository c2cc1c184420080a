import type { Leak, Suggestion } from "../leak.js";
import { perFile } from "../per-file.js";
import { unwrap, type Node, type SourceCode } from "../syntax.js";
import { isSameEvent, mayBeSameEvent } from "./events.js";
import { handlerFunction, isFresh, isNamed, isSameHandler, mayBeSameHandler } from "./handlers.js";
import { isFromCall, isHandedOn, isOfFile, isWrapperOf } from "./handler-origin.js";
import { identityOf, isSame, mayBeSame, nameOf, type Identity } from "./identity.js";
import { hasOtherCapture, mayRemove, removes } from "./matching.js";
import { rebindings } from "./rebindings.js";
import { registrationsOf, type Registration } from "./registrations.js";
import { removalsOf, type Removal } from "./removals.js";

/** Removals that cannot take away what the same file added. */
export const removalMismatches = perFile((sourceCode): readonly Leak[] => {
  const removals = removalsOf(sourceCode);
  if (removals.length === 0) return [];
  const registrations = registrationsOf(sourceCode);
  const found = removals.map((removal) => mismatchOf(sourceCode, removal, registrations));
  return [...found.filter((leak) => leak !== null), ...rebindings(sourceCode)];
});

type Question = (sourceCode: SourceCode, removal: Removal, registrations: readonly Registration[]) => Leak | null;

function mismatchOf(sourceCode: SourceCode, removal: Removal, registrations: readonly Registration[]): Leak | null {
  if (!/^(?:_?removeEventListener|removeListener|\$?off|removeHook|unlisten)$/.test(removal.method)) return null;
  for (const question of QUESTIONS) {
    const leak = question(sourceCode, removal, registrations);
    if (leak) return leak;
  }
  return null;
}

/** `removeEventListener("x")`, which needs to be told the listener. */
const withoutHandler: Question = (sourceCode, removal, registrations) => {
  if (removal.method !== "removeEventListener" || removal.call.arguments.length !== 1) return null;
  const added = addedTo(removal, registrations).filter(({ api }) => api === "target");
  return added.length > 0 ? mismatch(sourceCode, "withoutHandler", removal, added, true) : null;
};

/** A function made for the removal, which nobody can have added. */
const freshHandler: Question = (sourceCode, removal, registrations) => {
  if (!removal.handler || !isFresh(removal.handler)) return null;
  const added = addedTo(removal, registrations).filter(isKept);
  return added.length > 0 ? mismatch(sourceCode, "freshHandler", removal, added, true) : null;
};

/** A function that was never added, where what was added is one that no name leads to. */
const otherHandler: Question = (sourceCode, removal, registrations) => {
  const { handler } = removal;
  if (!handler || !isNamed(handler)) return null;
  const added = addedTo(removal, registrations).filter(isKept);
  const wrappers = added.filter((each) => each.handler && isWrapperOf(sourceCode, each.handler, handler));
  const isAdded = registrations.some(
    (each) => each.handler && !wrappers.includes(each) && mayBeSameHandler(sourceCode, each.handler, handler),
  );
  if (isAdded || added.length === 0 || isFromCall(sourceCode, handler)) return null;
  if (wrappers.length > 0) return mismatch(sourceCode, "wrapper", removal, wrappers, true);
  const areFresh = added.every((each) => each.handler && isFresh(each.handler));
  if (!areFresh || !isOfFile(sourceCode, handler) || isHandedOn(sourceCode, handler, removal.call)) return null;
  return mismatch(sourceCode, "otherHandler", removal, added, true);
};

/** The listener, at the same receiver, but never for this event. */
const otherEvent: Question = (sourceCode, removal, registrations) => {
  const { handler, event } = removal;
  if (!handler || !isNamed(handler) || event?.kind !== "literal") return null;
  const alike = registrations.filter((each) => each.handler && mayBeSameHandler(sourceCode, each.handler, handler));
  if (alike.some((each) => mayBeSameEvent(each.event, event))) return null;
  const added = alike.filter(
    (each) =>
      each.handler &&
      isSameHandler(sourceCode, each.handler, handler) &&
      isSame(each.receiver, removal.receiver) &&
      isKept(each),
  );
  if (added.length === 0 || isHandedOn(sourceCode, handler, removal.call)) return null;
  const left = unremoved(sourceCode, added);
  const [first] = left;
  const suggestions =
    first && left.length === 1 ? replacement(sourceCode, removal.eventNode, first.call.arguments[0]) : [];
  return mismatch(sourceCode, "otherEvent", removal, left.length > 0 ? left : added, left.length > 0, suggestions);
};

/** The listener and the event, but of another object. */
const otherReceiver: Question = (sourceCode, removal, registrations) => {
  const { handler, event, receiver } = removal;
  if (!handler || !isNamed(handler) || !event) return null;
  const alike = registrations.filter(
    (each) => each.handler && mayBeSameHandler(sourceCode, each.handler, handler) && mayBeSameEvent(each.event, event),
  );
  if (alike.length === 0 || alike.some((each) => mayBeSame(each.receiver, receiver))) return null;
  const added = alike.filter(
    (each) =>
      each.handler &&
      isSameHandler(sourceCode, each.handler, handler) &&
      isSameEvent(each.event, event) &&
      areApart(each.receiver, receiver) &&
      isKept(each),
  );
  if (added.length < alike.length || isHandedOn(sourceCode, handler, removal.call)) return null;
  const left = unremoved(sourceCode, added);
  const [first] = left;
  const isLikely = receiver.root.kind === "global" && left.some((each) => each.receiver.root.kind === "global");
  const suggestions = first && left.length === 1 ? replacement(sourceCode, removal.expression, first.expression) : [];
  return mismatch(sourceCode, "otherReceiver", removal, left.length > 0 ? left : added, isLikely, suggestions);
};

/** All the same but the capture flag. */
const otherCapture: Question = (sourceCode, removal, registrations) => {
  const { handler } = removal;
  if (!handler || !isNamed(handler) || removal.method !== "removeEventListener") return null;
  const alike = addedTo(removal, registrations).filter(
    (each) => each.api === "target" && each.handler && mayBeSameHandler(sourceCode, each.handler, handler),
  );
  if (alike.length === 0 || !alike.every((each) => hasOtherCapture(removal, each))) return null;
  const left = unremoved(sourceCode, alike.filter(isKept));
  const [first] = left;
  if (!first) return null;
  const [, second, third] = removal.call.arguments;
  const flag = first.options.capture === true ? ", { capture: true }" : "";
  const suggestions: readonly Suggestion[] = second
    ? [
        {
          messageId: "removeSame",
          fix: (fixer) => fixer.replaceTextRange([second.range[1], (third ?? second).range[1]], flag),
        },
      ]
    : [];
  return mismatch(sourceCode, "otherCapture", removal, left, true, suggestions);
};

const QUESTIONS: readonly Question[] = [
  withoutHandler,
  freshHandler,
  otherHandler,
  otherEvent,
  otherReceiver,
  otherCapture,
];

function addedTo({ receiver, event }: Removal, registrations: readonly Registration[]): readonly Registration[] {
  return registrations.filter((each) => event && isSame(each.receiver, receiver) && isSameEvent(each.event, event));
}

/** A listener that goes with a signal needs no removal. */
function isKept({ options }: Registration): boolean {
  return options.hasSignal !== true;
}

function unremoved(sourceCode: SourceCode, registrations: readonly Registration[]): readonly Registration[] {
  const removals = removalsOf(sourceCode);
  return registrations.filter(
    (registration) =>
      !removals.some(
        (removal) =>
          removes(sourceCode, removal, registration) ||
          (mayRemove(sourceCode, removal, registration) &&
            mayBeSame(removal.receiver, registration.receiver) &&
            !(registration.api === "target" && hasOtherCapture(removal, registration))),
      ),
  );
}

/** Objects of the page that are never one, fields of one instance, and an object and one of its own fields. */
function areApart(first: Identity, second: Identity): boolean {
  if (first.root.kind === "global") return second.root.kind === "global";
  if (first.root.kind === "this")
    return second.root.kind === "this" && first.properties.length + second.properties.length > 0;
  if (first.root.kind !== "variable" || second.root.kind !== "variable") return false;
  return first.root.variable === second.root.variable;
}

function replacement(
  sourceCode: SourceCode,
  wrong: Node | null,
  right: Node | null | undefined,
): readonly Suggestion[] {
  if (!wrong || !right) return [];
  return [{ messageId: "removeSame", fix: (fixer) => fixer.replaceText(wrong, sourceCode.getText(right)) }];
}

function mismatch(
  sourceCode: SourceCode,
  messageId: string,
  removal: Removal,
  added: readonly Registration[],
  isLikely: boolean,
  suggestions: readonly Suggestion[] = [],
): Leak {
  const [first] = added;
  const receiver = nameOf(sourceCode, first?.receiver ?? removal.receiver);
  const closures = added.flatMap(({ handler }) => (handler && handlerFunction(sourceCode, handler)) ?? []);
  return {
    messageId,
    data: {
      receiver,
      method: removal.method,
      line: String(first?.call.loc.start.line ?? 0),
      event: first?.event.text ?? "",
      other: messageId === "otherEvent" ? (removal.event?.text ?? "") : nameOf(sourceCode, removal.receiver),
      handler:
        removal.handler && isNamed(removal.handler)
          ? nameOf(sourceCode, identityOf(sourceCode, unwrap(removal.handler)))
          : "",
    },
    place: removal.place,
    isLikely,
    suggestions,
    holder: { kind: "listener", name: receiver, container: "unknown", expression: first?.expression ?? null, closures },
    acquisitions: added.map(({ call }) => call),
    releases: [removal.call],
  };
}
