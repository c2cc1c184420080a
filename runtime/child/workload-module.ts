/** What a workload's module exports. */

export interface Workload {
  readonly setup?: () => unknown;
  readonly iteration: (i: number) => unknown;
  readonly afterEach?: (i: number) => unknown;
  readonly teardown?: () => unknown;
}

/**
 * `export function iteration`, an object with one as default export (CommonJS too), or a default function; null where
 * the module has none of them.
 */
export function workloadOf(namespace: Record<string, unknown>): Workload | null {
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
