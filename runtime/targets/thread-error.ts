import { SnapshotError } from "../heap/error.js";
import { InputError } from "../input-error.js";

/** An error on its way to another thread, where its class is found again. */
export interface ThreadError {
  readonly class: keyof typeof classes;
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  /** Which error of the main thread it was in the first place; null for one of the worker's own. */
  readonly thrownByMain: number | null;
}

const classes = { InputError, SnapshotError, RangeError, TypeError, Error };

/** In the worker: what a function of the main thread threw. */
export class AskFailed extends Error {
  readonly thrownByMain: number;

  constructor(thrownByMain: number, message: string) {
    super(message);
    this.thrownByMain = thrownByMain;
  }
}

/** @param thrownByMain the number under which the main thread keeps it */
export function packError(thrown: unknown, thrownByMain: number | null = null): ThreadError {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return {
    class: classOf(error),
    name: error.name,
    message: error.message,
    stack: error.stack ?? "",
    thrownByMain: error instanceof AskFailed ? error.thrownByMain : thrownByMain,
  };
}

/** The error with the class it had, and the stack of the thread that it comes from. */
export function unpackError(packed: ThreadError): Error {
  const error = new classes[packed.class](packed.message);
  if (error.name !== packed.name) Object.defineProperty(error, "name", { value: packed.name, configurable: true });
  error.stack = packed.stack;
  return error;
}

function classOf(error: Error): ThreadError["class"] {
  for (const name of Object.keys(classes) as ThreadError["class"][]) if (error instanceof classes[name]) return name;
  return "Error";
}
