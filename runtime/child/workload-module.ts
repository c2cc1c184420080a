/** What a workload's module exports. */
import type { ScriptOrigin, TestFailure } from "./protocol.js";

export interface Workload {
  readonly setup?: () => unknown;
  readonly iteration: (i: number) => unknown;
  readonly afterEach?: (i: number) => unknown;
  readonly teardown?: () => unknown;
  /** Where an iteration is a run of test files. */
  readonly suite?: Suite;
  /** Where the text of a script (V8's name of it) comes from, if Node does not know. */
  readonly originOf?: (script: string) => ScriptOrigin | null;
}

/** Test files that can be run apart. */
export interface Suite {
  /** Those that can be run again and again: absolute. */
  readonly files: () => readonly string[];
  /** Is to be told of each file before it is run. */
  readonly watch: (listener: (file: string) => void) => void;
  /** Why others cannot. */
  readonly failures: readonly TestFailure[];
  /** One iteration. @param after is called after each file */
  readonly runApart: (after: (file: string) => void) => Promise<void>;
  /** Iterations are of these files alone from now on; null for all. */
  readonly choose: (files: readonly string[] | null) => void;
}

/** What a module of ours exports that makes a workload of something else: a test suite, a server. */
export type WorkloadFactory<Input> = (input: Input) => Workload;

/**
 * `export function iteration`, an object with one as default export (CommonJS too), or a default function; null where
 * the module has none of them. With an `input`, the module is one of ours, and its `workload` is a `WorkloadFactory`.
 */
export function workloadOf(namespace: Record<string, unknown>, input: unknown = null): Workload | null {
  if (input !== null) return (namespace["workload"] as WorkloadFactory<unknown>)(input);
  const fallback = namespace["default"];
  const candidates = [namespace, typeof fallback === "object" ? fallback : null, { ...namespace, iteration: fallback }];
  for (const candidate of candidates as readonly (Record<string, unknown> | null)[]) {
    if (candidate === null || !isFunction(candidate["iteration"])) continue;
    const { iteration, setup, afterEach, teardown } = candidate;
    return {
      iteration,
      ...(isFunction(setup) && { setup }),
      ...(isFunction(afterEach) && { afterEach }),
      ...(isFunction(teardown) && { teardown }),
    };
  }
  return null;
}

export function isFunction(value: unknown): value is (...parameters: unknown[]) => unknown {
  return typeof value === "function";
}
