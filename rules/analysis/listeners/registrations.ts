import type { TSESTree } from "@typescript-eslint/utils";
import { importSource } from "../imports.js";
import { invocationsOf, receiverOf } from "../invocations.js";
import { perFile } from "../per-file.js";
import { calleeName, unwrap, variableNamed, wrapped, type Node, type SourceCode } from "../syntax.js";
import { eventName, type EventName } from "./events.js";
import { identityOf, WINDOW, type Identity } from "./identity.js";
import { listenerOptions, type ListenerOptions } from "./options.js";

/** A call that adds a listener to an emitter or an `EventTarget`. */
export interface Registration {
  readonly call: TSESTree.CallExpression;
  /** The name of the method, where a report stands. */
  readonly place: Node;
  readonly method: string;
  /** `target`: `addEventListener`, whose listeners are told apart by their capture flag. */
  readonly api: "emitter" | "target";
  readonly receiver: Identity;
  /** The receiver's expression; null where the file does not write one (`addEventListener("x", …)`). */
  readonly expression: Node | null;
  readonly event: EventName;
  /** What is called on the event; null for `once(emitter, "x")`, which makes its own. */
  readonly handler: Node | null;
  readonly options: ListenerOptions;
  /** Whether the listener goes with the first event. */
  readonly isOnce: boolean;
}

const EMITTER_METHODS = ["on", "addListener", "prependListener", "once", "prependOnceListener", "$on", "hook"];
/** The methods that add listeners. */
export const ADDING = [...EMITTER_METHODS, "addEventListener"];
const ONCE = /^(?:once|prependOnceListener)$/;

/** All registrations of a file whose event can be read, in the order of their methods' names. */
export const registrationsOf = perFile((sourceCode): readonly Registration[] => {
  const found: Registration[] = [];
  for (const call of invocationsOf(sourceCode, ADDING)) {
    const registration = call.type === "CallExpression" ? registrationAt(sourceCode, call) : null;
    if (registration) found.push(registration);
  }
  for (const { call, receiver } of boundCalls(sourceCode, /^(?:on|once|addListener|addEventListener)$/)) {
    const registration = methodCall(sourceCode, call, call.callee, receiver);
    if (registration) found.push(registration);
  }
  return found;
});

function registrationAt(sourceCode: SourceCode, call: TSESTree.CallExpression): Registration | null {
  const callee = unwrap(call.callee);
  if (callee.type === "MemberExpression") {
    if (callee.property.type === "PrivateIdentifier") return null;
    const isModule = callee.object.type === "Identifier" && isEvents(sourceCode, callee.object);
    return isModule
      ? promisedOnce(sourceCode, call, callee.property)
      : methodCall(sourceCode, call, callee.property, callee.object);
  }
  if (callee.type !== "Identifier") return null;
  if (callee.name === "once" && isEvents(sourceCode, callee)) return promisedOnce(sourceCode, call, callee);
  const isGlobal = callee.name === "addEventListener" && !variableNamed(sourceCode, callee)?.defs.length;
  return isGlobal ? methodCall(sourceCode, call, callee, null) : null;
}

function methodCall(
  sourceCode: SourceCode,
  call: TSESTree.CallExpression,
  place: Node,
  expression: Node | null,
): Registration | null {
  const method = place.type === "Identifier" ? place.name : "";
  const [event, handler, third] = call.arguments;
  if (!event || event.type === "SpreadElement" || !handler || handler.type === "SpreadElement") return null;
  if (!isListener(handler) || !isEventLike(event)) return null;
  const options = listenerOptions(sourceCode, third);
  const api = method === "addEventListener" ? "target" : "emitter";
  return {
    call,
    place,
    method,
    api,
    receiver: expression ? identityOf(sourceCode, expression) : WINDOW,
    expression: expression && unwrap(expression),
    event: eventName(sourceCode, event),
    handler: unwrap(handler),
    options,
    isOnce: ONCE.test(method) || (api === "target" && options.once === true),
  };
}

/** `once(emitter, "x")` of `node:events`. */
function promisedOnce(sourceCode: SourceCode, call: TSESTree.CallExpression, place: Node): Registration | null {
  const [emitter, event, third] = call.arguments;
  if (calleeName(call.callee) !== "once" || !emitter || !event) return null;
  return {
    call,
    place,
    method: "once",
    api: "emitter",
    receiver: identityOf(sourceCode, emitter),
    expression: unwrap(emitter),
    event: eventName(sourceCode, event),
    handler: null,
    options: listenerOptions(sourceCode, third),
    isOnce: true,
  };
}

function isEvents(sourceCode: SourceCode, identifier: TSESTree.Identifier): boolean {
  const variable = variableNamed(sourceCode, identifier);
  return variable !== null && /^(?:node:)?events$/.test(importSource(variable) ?? "");
}

/** A route's path, a query's operator and a style's value are no listeners. */
export function isListener(argument: Node): boolean {
  const node = unwrap(argument);
  switch (node.type) {
    case "FunctionExpression":
    case "ArrowFunctionExpression":
    case "MemberExpression":
    case "CallExpression":
    case "ThisExpression":
    case "AssignmentExpression":
    case "ConditionalExpression":
    case "LogicalExpression":
    case "AwaitExpression":
      return true;
    case "Identifier":
      return node.name !== "undefined";
    default:
      return false;
  }
}

function isEventLike(argument: Node): boolean {
  const node = unwrap(argument);
  return (
    (node.type === "Literal" && typeof node.value === "string") ||
    node.type === "TemplateLiteral" ||
    node.type === "Identifier" ||
    node.type === "MemberExpression" ||
    node.type === "BinaryExpression"
  );
}

interface BoundCall {
  readonly call: TSESTree.CallExpression;
  readonly receiver: Node;
}

/** Calls of `const processOn = process.on.bind(process)`. */
export function boundCalls(sourceCode: SourceCode, methods: RegExp): readonly BoundCall[] {
  const found: BoundCall[] = [];
  for (const bind of invocationsOf(sourceCode, ["bind"])) {
    const method = receiverOf(bind);
    if (method?.type !== "MemberExpression" || !methods.test(calleeName(method))) continue;
    const declaration = wrapped(bind).parent;
    if (declaration?.type !== "VariableDeclarator" || declaration.id.type !== "Identifier") continue;
    for (const { identifier } of variableNamed(sourceCode, declaration.id)?.references ?? []) {
      const call = identifier.parent;
      if (call?.type === "CallExpression" && call.callee === identifier) found.push({ call, receiver: method.object });
    }
  }
  return found;
}
