import type { TSESTree } from "@typescript-eslint/utils";
import { invocationsOf } from "../invocations.js";
import { perFile } from "../per-file.js";
import { unwrap, variableNamed, type Node, type SourceCode } from "../syntax.js";
import { eventName, type EventName } from "./events.js";
import { identityOf, WINDOW, type Identity } from "./identity.js";
import { listenerOptions, type ListenerOptions } from "./options.js";
import { boundCalls, isListener } from "./registrations.js";

/** A call that takes listeners away from an emitter or an `EventTarget`. */
export interface Removal {
  readonly call: TSESTree.CallExpression;
  /** The name of the method, where a report stands. */
  readonly place: Node;
  readonly method: string;
  readonly receiver: Identity;
  /** The receiver's expression; null where the file does not write one. */
  readonly expression: Node | null;
  /** Null: whatever event (`removeAllListeners()`). */
  readonly event: EventName | null;
  readonly eventNode: Node | null;
  /** Null: whatever listener (`removeAllListeners("x")`). */
  readonly handler: Node | null;
  readonly options: ListenerOptions;
}

/** The methods that take listeners away. */
export const REMOVING = [
  "removeEventListener",
  "removeListener",
  "off",
  "$off",
  "removeAllListeners",
  "_removeEventListener",
  "removeHook",
  "stopListening",
  "unlisten",
];

/** All removals of a file. */
export const removalsOf = perFile((sourceCode): readonly Removal[] => {
  const found: Removal[] = [];
  for (const call of invocationsOf(sourceCode, REMOVING)) {
    if (call.type !== "CallExpression") continue;
    const callee = unwrap(call.callee);
    if (callee.type === "MemberExpression" && callee.property.type === "Identifier") {
      found.push(removal(sourceCode, call, callee.property, callee.object));
    } else if (callee.type === "Identifier") {
      found.push(removal(sourceCode, call, callee, isGlobal(sourceCode, callee) ? null : callee));
    }
  }
  for (const { call, receiver } of boundCalls(sourceCode, /^(?:off|removeListener|removeEventListener)$/)) {
    found.push(removal(sourceCode, call, call.callee, receiver));
  }
  return found;
});

function isGlobal(sourceCode: SourceCode, callee: TSESTree.Identifier): boolean {
  return callee.name === "removeEventListener" && !variableNamed(sourceCode, callee)?.defs.length;
}

function removal(sourceCode: SourceCode, call: TSESTree.CallExpression, place: Node, object: Node | null): Removal {
  const method = place.type === "Identifier" ? place.name : "";
  const [first, second, third] = call.arguments;
  // `removeEventListener(process, "exit", handler)` of somebody's own.
  const isHelper =
    isReceiver(first) && second !== undefined && isText(second) && third !== undefined && isListener(third);
  const expression = isHelper && first ? unwrap(first) : object && unwrap(object);
  const [event, handler, options] = isHelper ? call.arguments.slice(1) : call.arguments;
  return {
    call,
    place,
    method,
    receiver: expression ? identityOf(sourceCode, expression) : WINDOW,
    expression,
    event: event && event.type !== "SpreadElement" ? eventName(sourceCode, event) : null,
    eventNode: event ?? null,
    handler: handler && handler.type !== "SpreadElement" ? unwrap(handler) : null,
    options: listenerOptions(sourceCode, options),
  };
}

function isReceiver(argument: Node | undefined): boolean {
  if (!argument) return false;
  const { type } = unwrap(argument);
  return type === "Identifier" || type === "MemberExpression" || type === "ThisExpression";
}

function isText(argument: Node): boolean {
  const node = unwrap(argument);
  return node.type === "Literal" && typeof node.value === "string";
}
