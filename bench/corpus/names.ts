/** By which names a leak's holder goes: in its package's source, and in a chain of references. */
import type { ChainHop } from "../../runtime/verdict/result.js";
import type { Leak } from "./cases.js";

const IDENTIFIER = /[A-Za-z_$][\w$]*/g;
/** Files, scoped packages and ellipses in the words of an expected chain. */
const NOT_NAMES = /\S+\.[cm]?js\b|@[\w-]+\/[\w.-]+|\.{2,}/g;
/** Names that say nothing about which holder is meant. */
const EVERYWHERE: ReadonlySet<string> = new Set(["exports", "module", "this"]);

/** `clones` of `clones`, `_cache` of `this._cache`, `logEntries` of `#logEntries`, `` of `(discarded handle)`. */
export function lastName(name: string): string {
  const last = name
    .replace(/ ?\(.*$/, "")
    .split(".")
    .at(-1);
  return (last ?? "").replace(/^#/, "");
}

/** What the leak sites bind. */
export function bindingNames(leak: Leak): ReadonlySet<string> {
  return new Set(leak.leakSites.map(({ binding }) => lastName(binding)).filter((name) => name !== ""));
}

/**
 * The holders that the expected chain names: the last of identifiers joined by dots, and what can only be an
 * identifier, with an underscore or a capital inside. Classes are no holders: `Map`, `ReactiveEffect`.
 */
export function expectedNames(leak: Leak): ReadonlySet<string> {
  const tokens = leak.expectedChain.replace(NOT_NAMES, " ").match(/[\w$.#]+/g) ?? [];
  const names = tokens.flatMap((token) => {
    const parts = token.split(".").map((part) => part.replace(/^#/, ""));
    return parts.filter(
      (part, index) => /^[$_]|^[a-z]\w*[A-Z_]/.test(part) || (index > 0 && index === parts.length - 1),
    );
  });
  return new Set(names.filter((name) => /^[a-z$_]/.test(name) && !EVERYWHERE.has(name)));
}

/** The identifiers in a hop's edge, and the name of its function. */
export function namesOfHop({ edge, type }: ChainHop): readonly string[] {
  const named = /^(?:function|class) (.*)$/.exec(type)?.[1] ?? "";
  return `${edge} ${named}`.match(IDENTIFIER) ?? [];
}
