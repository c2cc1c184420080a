/** Message and stack of whatever was thrown, which may be anything: no question to it may throw. */
import { inspect, types } from "node:util";
import { JSON, String } from "./natives.js";

/** Characters of a message or a stack that are passed on. */
const LONGEST_MESSAGE = 1000;
const LONGEST_STACK = 8000;

export interface ErrorText {
  readonly message: string;
  /** Empty where there is none. */
  readonly stack: string;
}

export function describeError(error: unknown): ErrorText {
  if (!isErrorLike(error)) return { message: cut(textOf(error), LONGEST_MESSAGE), stack: "" };
  const name = propertyText(error, "name") || "Error";
  const message = propertyText(error, "message");
  const stack = propertyText(error, "stack");
  return {
    message: cut(message === "" ? name : `${name}: ${message}`, LONGEST_MESSAGE),
    stack: cut(stack, LONGEST_STACK),
  };
}

/** Errors of other realms, such as a test runner's, count too. */
function isErrorLike(error: unknown): error is object {
  if (types.isNativeError(error)) return true;
  if (typeof error !== "object" || error === null || types.isProxy(error)) return false;
  return propertyText(error, "stack") !== "" && propertyText(error, "message") !== "";
}

function propertyText(error: object, name: string): string {
  try {
    const value: unknown = (error as Record<string, unknown>)[name];
    return typeof value === "string" ? value : "";
  } catch {
    return "";
  }
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  try {
    const text = types.isProxy(value) ? undefined : JSON.stringify(value);
    return text ?? String(value);
  } catch {
    try {
      return inspect(value, { depth: 1, getters: false, showProxy: true });
    } catch {
      return typeof value;
    }
  }
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}…`;
}
