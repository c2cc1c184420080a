import type { Holder, Operation } from "./holder.js";
import type { Release, Suspect } from "./suspects.js";

/** The parts of a report's sentence: `holder` keeps `entries` (`line`) `until`, and `release`. */
export interface Wording {
  readonly [placeholder: string]: string;
  readonly holder: string;
  readonly entries: string;
  readonly line: string;
  readonly until: string;
  readonly release: string;
}

/** What a suspect keeps, by what, until when, and what would let go, in words. */
export function wordingOf({ holder, growths, release }: Suspect): Wording {
  const [first] = growths;
  return {
    holder: holder.name,
    entries: first ? entriesOf(holder, first) : "what is added",
    line: String(first?.node.loc.start.line ?? holder.place.loc.start.line),
    until: lifetimeOf(holder),
    release: releaseIn(release),
  };
}

function entriesOf(holder: Holder, growth: Operation): string {
  if (growth.operation === "link") return "all its former values";
  if (growth.depth > 0) return "what is added to the collections in it";
  if (growth.key === null || holder.container === "Set") return "each value added";
  return "an entry for each new key";
}

function lifetimeOf(holder: Holder): string {
  if (holder.container === "WeakMap") return "as long as its key lives";
  switch (holder.kind) {
    case "global":
      return "as long as the process runs";
    case "static":
      return "as long as its class lives";
    case "closure":
      return holder.boundary ? "as long as a closure that uses it lives" : "as long as the module lives";
    case "property":
      return holder.boundary ? "as long as its owner lives" : "as long as the module lives";
    case "binding":
    case "export":
      return "as long as the module lives";
    case "import":
      return "as long as the module that owns it lives";
  }
}

function releaseIn(release: Release): string {
  switch (release.kind) {
    case "never":
      return "nothing in this file takes entries out";
    case "removed-by":
      return `entries go only when \`${release.functionName}\` is called`;
    case "emptied-by":
      return `it is emptied only when \`${release.functionName}\` is called`;
    case "skipped":
      return `the removal at line ${release.removal.node.loc.start.line} is passed by when the code before it throws or returns`;
    case "escapes":
      return "no code of this file takes entries out";
  }
}
