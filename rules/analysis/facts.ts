/**
 * What the static half knows of one finding's holder: the contract between the rules and the verifier.
 */

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

/** What keeps the objects. `import`: the binding belongs to another module. */
export type HolderKind = "binding" | "export" | "static" | "property" | "closure" | "global" | "import";

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
      }
    | { readonly kind: "exports" }
    | { readonly kind: "global" };
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
  /** Clocks read or set near the holder's entries: `Date.now`, `performance.now`, `setTimeout`, `expires`, … */
  readonly clocks: readonly string[];
  /** A hash of relative path, rule, holder and normalised grow and shrink code: stable when lines move. */
  readonly fingerprint: string;
}
