/** Keeps a function that is run thousands of times from printing thousands of lines. */

const METHODS = ["log", "info", "debug", "warn", "error", "dir", "table", "trace", "dirxml", "group"] as const;

/**
 * Has the console say nothing. A method that somebody has put in its place, as mocks are, is left alone.
 *
 * @param isReplaced whether a method is none of the console's own
 * @returns what gives its methods back
 */
export function quietConsole(isReplaced: (method: unknown) => boolean): () => void {
  const silenced = METHODS.flatMap((name) => {
    const before: unknown = Reflect.get(console, name);
    if (isReplaced(before)) return [];
    const silent = (): void => {};
    return Reflect.set(console, name, silent) ? [{ name, before, silent }] : [];
  });
  return () => {
    for (const { name, before, silent } of silenced)
      if (Reflect.get(console, name) === silent) Reflect.set(console, name, before);
  };
}
