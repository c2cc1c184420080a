/** The function of a module that empties what it holds, by its name and its text. */

/** Names of functions that empty something, the most telling first. */
const NAMES: readonly RegExp[] = [
  /^(?:clear|reset|dispose|destroy|tear_?down|clean_?up|purge|flush)/i,
  /^(?:removeAll|unregisterAll|shutdown|close|stop|end|release|delete|remove|unregister|unsubscribe|off)/i,
];
const EXPORTED = [
  /\bexport\s+(?:async\s+)?function\s*\*?\s*([\w$]+)/g,
  /\bexport\s+(?:const|let|var)\s+([\w$]+)\s*(?::[^=]+)?=\s*(?:async\s*)?(?:\(|function\b|[\w$]+\s*=>)/g,
  /\b(?:module\.)?exports\.([\w$]+)\s*=/g,
] as const;

/**
 * An exported function whose name says that it empties something, and which mentions the holder.
 *
 * @param code of the module
 * @param holder as reports name it: `sessions`, `bus._events.x`
 */
export function tearDownOf(code: string, holder: string): string | null {
  const root = /^[\w$]+/.exec(holder)?.[0];
  if (root === undefined) return null;
  const starts = EXPORTED.flatMap((pattern) =>
    [...code.matchAll(pattern)].map(({ 1: name = "", index }) => ({ name, index })),
  ).sort((left, right) => left.index - right.index);
  const mention = new RegExp(`(?<![\\w$.])${root.replaceAll("$", "\\$")}(?![\\w$])`);
  for (const pattern of NAMES) {
    for (const [at, { name, index }] of starts.entries()) {
      const text = code.slice(index, starts[at + 1]?.index);
      // What takes one thing out is given that thing.
      const takesNone = new RegExp(
        `${name.replaceAll("$", "\\$")}\\s*=?\\s*(?:async\\s*)?(?:function\\s*)?\\(\\s*\\)`,
      ).test(text);
      if (pattern.test(name) && takesNone && mention.test(text)) return name;
    }
  }
  return null;
}
