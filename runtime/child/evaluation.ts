/** Evaluates what a user types at the prompt at the end of a run, in the workload's process. */
import { inspect } from "node:util";
import { describeError } from "./error-text.js";
import { Error, Object, SyntaxError } from "./natives.js";
import type { NamedModule } from "./protocol.js";

type AsyncFunction = (...values: unknown[]) => Promise<unknown>;

/**
 * Evaluates an expression, or statements, with the exports of modules as names; what it gives is waited for.
 *
 * @returns the value as Node shows it, or the error's text
 */
export async function evaluate(
  expression: string,
  modules: readonly NamedModule[],
): Promise<{ readonly text: string; readonly isError: boolean }> {
  try {
    const values: unknown[] = [];
    for (const { url } of modules) values.push(exportsOf((await import(url)) as Record<string, unknown>));
    const names = modules.map(({ name }) => name);
    const value = await compile(expression, names)(...values);
    return { text: inspect(value, { depth: 2, breakLength: 100 }), isError: false };
  } catch (error) {
    return { text: describeError(error).message, isError: true };
  }
}

// What a CommonJS module exports is the default export of its namespace.
function exportsOf(namespace: Record<string, unknown>): unknown {
  const names = Object.keys(namespace);
  const isCommonJs = names.every((name) => name === "default" || name === "module.exports");
  return isCommonJs && names.length > 0 ? namespace["default"] : namespace;
}

function compile(expression: string, names: readonly string[]): AsyncFunction {
  const { constructor } = Object.getPrototypeOf(async () => {}) as { readonly constructor: unknown };
  const AsyncFunctionOf = constructor as new (...parts: string[]) => AsyncFunction;
  try {
    return new AsyncFunctionOf(...names, `return (${expression}\n)`);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error instanceof Error ? error : new Error(String(error));
    return new AsyncFunctionOf(...names, expression);
  }
}
