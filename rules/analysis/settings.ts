import type { SourceCode } from "./syntax.js";

/** What a user's config says in `settings.leakproof`, for all rules. */
export interface LeakproofSettings {
  /** Classes and functions whose collections bound themselves, beside those whose names say so (`LRUCache`, …). */
  readonly boundedCollections: readonly string[];
  /** Further pairs of a call that acquires something and the call that releases it. */
  readonly releases: readonly ReleaseSetting[];
  /** Further functions and methods that take over what they are handed and release it later (`this._register(…)`). */
  readonly disposalSinks: readonly string[];
  /** Further methods that end the life of their object (`tearDown`), beside `dispose`, `close`, `destroy`, …. */
  readonly teardownMethods: readonly string[];
}

export interface ReleaseSetting {
  /** The name of the function, method or class that acquires: `openChannel`. */
  readonly acquire: string;
  /** The names of what releases it: `["closeChannel"]`. May be empty for `result`. */
  readonly release: readonly string[];
  /**
   * How the release is reached: `argument`: `closeChannel(handle)`; `method`: `handle.close()`;
   * `result`: what the acquisition returned is called.
   */
  readonly by: "argument" | "method" | "result";
}

const NO_SETTINGS: LeakproofSettings = { boundedCollections: [], releases: [], disposalSinks: [], teardownMethods: [] };
const settingsByFile = new WeakMap<SourceCode, LeakproofSettings>();

/** Called by each rule before it looks at a file. Members that are not of the right shape are left out. */
export function useSettings(sourceCode: SourceCode, settings: Readonly<Record<string, unknown>>): void {
  const given = settings["leakproof"];
  if (typeof given !== "object" || given === null) return;
  settingsByFile.set(sourceCode, {
    boundedCollections: strings(Reflect.get(given, "boundedCollections")),
    releases: list(Reflect.get(given, "releases")).filter(isReleaseSetting),
    disposalSinks: strings(Reflect.get(given, "disposalSinks")),
    teardownMethods: strings(Reflect.get(given, "teardownMethods")),
  });
}

export function settingsOf(sourceCode: SourceCode): LeakproofSettings {
  return settingsByFile.get(sourceCode) ?? NO_SETTINGS;
}

/** Whether a user's words were told for a file. */
export function hasSettings(sourceCode: SourceCode): boolean {
  return Object.values(settingsOf(sourceCode)).some((words: readonly unknown[]) => words.length > 0);
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function strings(value: unknown): readonly string[] {
  return list(value).filter((item) => typeof item === "string");
}

function isReleaseSetting(value: unknown): value is ReleaseSetting {
  if (typeof value !== "object" || value === null) return false;
  const by: unknown = Reflect.get(value, "by");
  const names: unknown = Reflect.get(value, "release");
  const areNames = Array.isArray(names) && names.every((name) => typeof name === "string");
  if (typeof Reflect.get(value, "acquire") !== "string" || !areNames) return false;
  // What a call returned has no name of its own: there is nothing to list.
  return by === "result" || ((by === "argument" || by === "method") && names.length > 0);
}
