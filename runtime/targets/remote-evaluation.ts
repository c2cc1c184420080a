import { InputError } from "../input-error.js";
import type { InspectorConnection, SendOptions } from "./inspector-connection.js";

interface Evaluation {
  readonly result: {
    readonly type: string;
    readonly value?: unknown;
    readonly unserializableValue?: string;
    readonly description?: string;
  };
  readonly exceptionDetails?: { readonly text: string; readonly exception?: { readonly description?: string } };
}

/**
 * Evaluates an expression in the global scope of the other side. By value: no handle keeps anything alive there.
 *
 * @param options `isAwaited` (the default): a promise's outcome is waited for. Without, a process answers also while
 * its main thread computes
 * @returns a string as it is, anything else as JSON, or as JavaScript shows it where JSON cannot
 * @throws InputError when the expression throws
 */
export async function evaluateRemotely(
  connection: InspectorConnection,
  expression: string,
  options: SendOptions & { readonly isAwaited?: boolean } = {},
): Promise<string> {
  const parameters = { expression, returnByValue: true, awaitPromise: options.isAwaited ?? true, silent: true };
  const { result, exceptionDetails } = (await connection.send("Runtime.evaluate", parameters, options)) as Evaluation;
  if (exceptionDetails !== undefined) {
    const told = exceptionDetails.exception?.description ?? exceptionDetails.text;
    throw new InputError(`${connection.name}: the expression failed: ${told.split("\n", 1)[0] ?? ""}`);
  }
  if (typeof result.value === "string") return result.value;
  if (result.value !== undefined) return JSON.stringify(result.value);
  return result.unserializableValue ?? result.description ?? result.type;
}
