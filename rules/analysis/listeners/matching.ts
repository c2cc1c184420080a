import { isInside, type Node, type SourceCode } from "../syntax.js";
import { isSameEvent, mayBeSameEvent } from "./events.js";
import { handlerFunction, isSameHandler, mayBeSameHandler } from "./handlers.js";
import { isSame, mayBeSame } from "./identity.js";
import type { Registration } from "./registrations.js";
import type { Removal } from "./removals.js";

/** Whether a removal takes away for certain what a registration added. */
export function removes(sourceCode: SourceCode, removal: Removal, registration: Registration): boolean {
  if (!isSame(removal.receiver, registration.receiver)) return false;
  if (removal.event && !isSameEvent(removal.event, registration.event)) return false;
  if (registration.api === "target" && hasOtherCapture(removal, registration)) return false;
  if (!removal.handler || !registration.handler) return removal.handler === registration.handler;
  return isSameHandler(sourceCode, registration.handler, removal.handler);
}

/** Whether it may: the receiver under another name, an event that only a run can tell, a handler stored meanwhile. */
export function mayRemove(sourceCode: SourceCode, removal: Removal, registration: Registration): boolean {
  if (removal.event && !mayBeSameEvent(removal.event, registration.event)) return false;
  if (!removal.handler) {
    const isSameText = removal.event?.kind === "literal" && isSameEvent(removal.event, registration.event);
    return isSameText || mayBeSame(removal.receiver, registration.receiver);
  }
  if (registration.handler && mayBeSameHandler(sourceCode, registration.handler, removal.handler)) return true;
  // The handler takes itself away under the name of its own expression or variable.
  const own = registration.handler && handlerFunction(sourceCode, registration.handler);
  return own !== null && isInside(removal.call, own) && isNameOf(removal.handler, own);
}

function isNameOf(handler: Node, own: Node): boolean {
  if (handler.type === "MemberExpression") return true;
  return handler.type === "Identifier" && own.type === "FunctionExpression" && own.id?.name === handler.name;
}

/** Null flags are known to neither side of the question, so they differ from nothing. */
export function hasOtherCapture({ options }: Removal, registration: Registration): boolean {
  const { capture } = registration.options;
  return capture !== null && options.capture !== null && capture !== options.capture;
}
