/** Gives each test file of Vitest's the hooks of the modules that it imports, whenever those were evaluated. */
import { ModuleHooks, pathOf } from "./module-hooks.js";

export type SuiteHooks = Record<string, unknown[]>;

/** Of Vitest's, with the methods that its test runners have. */
export interface SuiteInterface {
  /** What `describe` and hooks are added to; outside of them, the file's own. */
  readonly getCurrentSuite: () => { on: (name: string, ...functions: unknown[]) => void };
  /** Those of a suite that has been collected: the lists themselves. */
  readonly getHooks: (suite: object) => SuiteHooks | undefined;
}

/** A module as Vitest has it. */
export interface ModuleNode {
  /** A path, or the address of what Node has loaded. */
  readonly file: string;
  /** Ids of modules. */
  readonly imports: ReadonlySet<string>;
}

export interface VitestHooksOptions {
  readonly suites: SuiteInterface;
  /** By Vitest's id. */
  readonly modules: () => ReadonlyMap<string, ModuleNode>;
  /** Absolute. */
  readonly setupFiles: readonly string[];
  /** Whether a file (absolute) is one of Vitest's own. */
  readonly isRunner: (file: string) => boolean;
}

export interface TestFile {
  /** Absolute. */
  readonly filepath: string;
}

export class VitestHooks {
  readonly #options: VitestHooksOptions;
  readonly #hooks: ModuleHooks;
  #watched: object | null = null;

  constructor(options: VitestHooksOptions) {
    this.#options = options;
    this.#hooks = new ModuleHooks({ isRunner: options.isRunner, evaluatedAnew: options.setupFiles });
  }

  /** To be called when the suite of a file is there, before it imports anything. */
  watch(file: TestFile): void {
    this.#hooks.begin(file.filepath);
    const suite = this.#options.suites.getCurrentSuite();
    if (suite === this.#watched) return;
    this.#watched = suite;
    const add = suite.on;
    suite.on = (name, ...parameters) => {
      this.#hooks.note({ name, parameters }, suite.on);
      add(name, ...parameters);
    };
  }

  /** To be called when the tests of a file are collected and none has run. */
  complete(file: TestFile): void {
    const hooks = this.#options.suites.getHooks(file);
    // In most suites, none: their modules need not be followed in each run of each file.
    if (hooks === undefined || this.#hooks.missing().length === 0) return;
    const imported = this.#importedBy(file);
    const missing = this.#hooks.missing((owner) => imported.has(owner) || !this.#isKnown(owner));
    // A module's hooks come before those of what imports it.
    for (const { name, parameters } of missing.reverse()) hooks[name]?.unshift(...parameters);
  }

  #importedBy({ filepath }: TestFile): Set<string> {
    const modules = this.#options.modules();
    const roots = new Set([filepath, ...this.#options.setupFiles]);
    const pending = new Set([...modules].filter(([, { file }]) => roots.has(pathOf(file))).map(([id]) => id));
    const files = new Set<string>();
    for (const id of pending) {
      const node = modules.get(id);
      if (node === undefined) continue;
      files.add(pathOf(node.file));
      for (const next of node.imports) pending.add(next);
    }
    return files;
  }

  /** What Node itself has loaded for another such module is not in Vitest's list. */
  #isKnown(owner: string): boolean {
    return [...this.#options.modules().values()].some(({ file }) => pathOf(file) === owner);
  }
}
