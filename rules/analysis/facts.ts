/**
 * What the static half knows of one finding's holder: the contract between the rules and the verifier.
 */
import type { SourceCode as EslintSourceCode } from "eslint";
import { DETECTORS } from "./detectors.js";
import { growthFactsAt } from "./growth/growth-facts.js";
import { leakFacts } from "./leak-facts.js";
import type { SourceCode } from "./syntax.js";

/** A place in source text: `line` from 1, `column` and `offset` from 0, in UTF-16 units. */
export interface SourcePlace {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

/** A half-open range of source text. */
export interface SourceRange {
  readonly start: SourcePlace;
  readonly end: SourcePlace;
}

/** A collection, or a slot for one value, that a name of the file leads to. */
export type CollectionKind = "binding" | "export" | "static" | "property" | "closure" | "global" | "import";

/** What keeps the objects. `import`: the binding belongs to another module. */
export type HolderKind =
  | CollectionKind
  /** A field of instances. */
  | "field"
  /** The listeners of an emitter, an `EventTarget`, a signal, a process. */
  | "listener"
  | "timer"
  /** What a store, an observable or an event keeps of those who subscribed. */
  | "subscription"
  /** A native or foreign resource: an observer, a port, a worker, a file, an object URL. */
  | "resource"
  /** The reactions of a promise, or a chain of promises. */
  | "promise"
  /** The variables that closures share. */
  | "context";

/** The kind of collection, as far as its initialiser tells. */
export type ContainerKind = "Map" | "Set" | "WeakMap" | "Array" | "Object" | "unknown";

/** An operation on a holder: where it is, what it is called, and the function it stands in. */
export interface OperationSite extends SourceRange {
  /** `set`, `add`, `push`, `unshift`, `assign` (`o[k] = v`), `spread` (`x = [...x, y]`), `delete`, `clear`, … */
  readonly operation: string;
  /** The innermost function around the operation; null for code that runs at load. */
  readonly functionRange: SourceRange | null;
  /** That function's name where it has one (`clear`, `Registry.remove`), else null. */
  readonly functionName: string | null;
  /** True when that function is exported or a public method, so that a caller's tear-down could run it. */
  readonly isPublic: boolean;
  /** True when the operation stands in a timer's callback. */
  readonly isTimed: boolean;
}

/** How running code reaches the holder: a root, then property names (`#name` for private fields). */
export interface HolderPath {
  readonly root:
    | {
        readonly kind: "variable";
        readonly name: string;
        /** `module`: the module's own scope. `function`: a variable of a function, one for each call. */
        readonly scope: "module" | "function";
        /** The range of the function or module that declares it. */
        readonly scopeRange: SourceRange;
        /** Where the variable is declared. */
        readonly declaration: SourceRange;
        /** The class or function the name is bound to, for static fields and function properties. */
        readonly definition: SourceRange | null;
        /** Whether the variable keeps its first value, so that it need be looked up only once. */
        readonly isConstant: boolean;
      }
    | { readonly kind: "exports" }
    | { readonly kind: "global" }
    /** A field of instances: `properties` lead on from each instance of the class or constructor function. */
    | { readonly kind: "instance"; readonly definition: SourceRange }
    /** No name of the file leads to it: a foreign receiver, the runtime's timers, a promise. See `closures`. */
    | { readonly kind: "unnamed" };
  readonly properties: readonly string[];
}

/** All that the static half knows of the holder of one finding. */
export interface Facts {
  readonly kind: HolderKind;
  /** As the user would write it: `tempLogs`, `Session.live`, `createDebug.instances`, `module.exports.cache`. */
  readonly name: string;
  /** The file the holder is declared in (for `import`: the importing file), as ESLint names it. */
  readonly module: string;
  readonly container: ContainerKind;
  readonly path: HolderPath;
  readonly growSites: readonly OperationSite[];
  readonly shrinkSites: readonly OperationSite[];
  /** Numeric limits found in the holder's code (`size >= LIMIT`, `max: 500`), in entries. */
  readonly capacities: readonly number[];
  /** Whether the holder's size is compared with a limit whose value the file does not tell. */
  readonly hasUnknownLimit: boolean;
  /** Functions whose closures the holder keeps: handlers, callbacks, executors. Empty for collections. */
  readonly closures: readonly SourceRange[];
  /** Clocks read or set near the holder's entries: `Date.now`, `performance.now`, `setTimeout`, `expires`, … */
  readonly clocks: readonly string[];
  /** A hash of relative path, rule, holder and normalised grow and shrink code: stable when lines move. */
  readonly fingerprint: string;
}

/**
 * What is known of the holder that a report names; null where no holder is reported at that place.
 *
 * @param ruleId with or without the plugin's prefix
 * @param place as in ESLint's messages: line and column from 1
 * @param file the path to name and to hash: relative to the working directory, with `/`
 */
export function factsAt(
  sourceCode: EslintSourceCode,
  ruleId: string,
  place: { readonly line: number; readonly column: number },
  file: string,
): Facts | null {
  const rule = ruleId.slice(ruleId.lastIndexOf("/") + 1);
  const source = withParents(sourceCode);
  const start = { line: place.line, column: place.column - 1 };
  const leak = DETECTORS[rule]?.(source).find(
    ({ place: { loc } }) => loc.start.line === start.line && loc.start.column === start.column,
  );
  return leak ? leakFacts(source, rule, leak, file) : growthFactsAt(source, rule, start, file);
}

/** ESLint links nodes to their parents only when it lints; a file that was merely parsed is linked here. */
function withParents(sourceCode: EslintSourceCode): SourceCode {
  const linked = sourceCode as unknown as SourceCode & { traverse?: () => unknown };
  if (linked.ast.body[0] && !linked.ast.body[0].parent) linked.traverse?.();
  return linked;
}
