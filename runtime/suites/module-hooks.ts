/**
 * Hooks that a module registers while it is evaluated, such as `afterEach(cleanup)` in a library that tests import. With
 * isolation, each test file that imports the module has them. Without it only the first has, since the module stays
 * loaded: the others, and each later run of the first, are given them here.
 */
import { fileURLToPath } from "node:url";

export type HookName = string;
export type SuiteHooks = Record<HookName, unknown[]>;

/** Of Vitest's, with the methods that its test runners have. */
export interface SuiteInterface {
  /** What `describe` and hooks are added to; outside of them, the file's own. */
  readonly getCurrentSuite: () => { on: (name: HookName, ...functions: unknown[]) => void };
  /** Those of a suite that has been collected: the list itself. */
  readonly getHooks: (suite: object) => SuiteHooks | undefined;
}

/** A module as Vitest has it. */
export interface ModuleNode {
  /** A path, or the address of what Node has loaded. */
  readonly file: string;
  /** Ids of modules. */
  readonly imports: ReadonlySet<string>;
}

export interface ModuleHooksOptions {
  readonly suites: SuiteInterface;
  /** By Vitest's id. */
  readonly modules: () => ReadonlyMap<string, ModuleNode>;
  /** Modules that are evaluated anew for each test file: absolute paths. */
  readonly setupFiles: readonly string[];
  /** Whether a file (absolute) is one of Vitest's own. */
  readonly isRunner: (file: string) => boolean;
}

export interface TestFile {
  /** Absolute. */
  readonly filepath: string;
}

interface Hook {
  readonly name: HookName;
  readonly functions: readonly unknown[];
}

interface Owner {
  /** In which collection of a file it was evaluated. */
  readonly collection: number;
  readonly hooks: Hook[];
}

export class ModuleHooks {
  readonly #options: ModuleHooksOptions;
  /** Of each module, by its path, the first instance, which is the one that stays: in the order of their evaluation. */
  readonly #owners = new Map<string, Owner>();
  /** Modules that were evaluated while this file was collected: it has their hooks. */
  #evaluated = new Set<string>();
  #collection = 0;
  #current: TestFile | null = null;
  #watched: object | null = null;

  constructor(options: ModuleHooksOptions) {
    this.#options = options;
  }

  /** To be called when the suite of a file is there, before it imports anything. */
  watch(file: TestFile): void {
    this.#current = file;
    this.#collection++;
    this.#evaluated = new Set();
    const suite = this.#options.suites.getCurrentSuite();
    if (suite === this.#watched) return;
    this.#watched = suite;
    const add = suite.on;
    suite.on = (name, ...functions) => {
      this.#note({ name, functions }, callers(suite.on));
      add(name, ...functions);
    };
  }

  /** To be called when the tests of a file are collected and none has run. */
  complete(file: TestFile): void {
    const hooks = this.#options.suites.getHooks(file);
    this.#current = null;
    if (hooks === undefined) return;
    const imported = this.#importedBy(file);
    const missing = [...this.#owners]
      .filter(([owner]) => !this.#evaluated.has(owner) && (imported.has(owner) || !this.#isKnown(owner)))
      .flatMap(([, owner]) => owner.hooks);
    // A module's hooks come before those of what imports it.
    for (const { name, functions } of missing.reverse()) hooks[name]?.unshift(...functions);
  }

  #note(hook: Hook, stack: readonly string[]): void {
    const file = this.#evaluatedModule(stack);
    if (file === null || file === this.#current?.filepath || this.#options.setupFiles.includes(file)) return;
    this.#evaluated.add(file);
    const owner = this.#owners.get(file);
    if (owner === undefined) this.#owners.set(file, { collection: this.#collection, hooks: [hook] });
    else if (owner.collection === this.#collection) owner.hooks.push(hook);
  }

  /** The module whose evaluation has called for a hook: the outermost on the stack before Vitest's loader. */
  #evaluatedModule(stack: readonly string[]): string | null {
    let found: string | null = null;
    for (const name of stack) {
      if (name.startsWith("node:")) continue;
      const file = pathOf(name);
      if (!this.#options.isRunner(file)) found = file;
      else if (found !== null) break;
    }
    return found;
  }

  #importedBy({ filepath }: TestFile): Set<string> {
    const modules = this.#options.modules();
    const roots = new Set([filepath, ...this.#options.setupFiles]);
    const pending = [...modules].filter(([, { file }]) => roots.has(pathOf(file))).map(([id]) => id);
    const seen = new Set(pending);
    const files = new Set<string>();
    for (const id of pending) {
      const node = modules.get(id);
      if (node === undefined) continue;
      files.add(pathOf(node.file));
      for (const next of node.imports) {
        if (seen.has(next)) continue;
        seen.add(next);
        pending.push(next);
      }
    }
    return files;
  }

  /** What Node itself has loaded for another such module is not in Vitest's list. */
  #isKnown(owner: string): boolean {
    return [...this.#options.modules().values()].some(({ file }) => pathOf(file) === owner);
  }
}

function pathOf(name: string): string {
  const file = name.startsWith("file:") ? fileURLToPath(name) : name;
  return file.replace(/\?.*$/, "");
}

/** Names of the scripts on the stack, the innermost first. */
function callers(above: (...parameters: never[]) => unknown): string[] {
  const errors: { prepareStackTrace?: unknown; stackTraceLimit: number } = Error;
  const { prepareStackTrace, stackTraceLimit } = errors;
  try {
    errors.stackTraceLimit = Infinity;
    errors.prepareStackTrace = (_: unknown, sites: readonly NodeJS.CallSite[]) =>
      sites.map((site) => site.getFileName() ?? "node:");
    const trace: { stack?: unknown } = {};
    Error.captureStackTrace(trace, above);
    return trace.stack as string[];
  } finally {
    Object.assign(errors, { prepareStackTrace, stackTraceLimit });
  }
}
