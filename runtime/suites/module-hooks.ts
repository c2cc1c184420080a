/**
 * Hooks that a module registers while it is evaluated, such as `afterEach(cleanup)` in a library that tests import. With
 * isolation, each test file that imports the module has them. Without it only the first has, since the module stays
 * loaded: the others, and each later run of the first, are to be given them.
 */
import { fileURLToPath } from "node:url";

export interface Hook {
  readonly name: string;
  /** What it was registered with. */
  readonly parameters: readonly unknown[];
}

export interface ModuleHooksOptions {
  /** Whether a file (absolute) belongs to what runs the tests. */
  readonly isRunner: (file: string) => boolean;
  /** Modules that are evaluated for each test file anew: absolute paths. */
  readonly evaluatedAnew?: readonly string[];
}

interface Owner {
  /** For which test file, of all that were loaded one after the other, it was evaluated. */
  readonly turn: number;
  readonly hooks: Hook[];
}

export class ModuleHooks {
  readonly #options: ModuleHooksOptions;
  /** Of each module, by its path, the first instance, which is the one that stays: in the order of their evaluation. */
  readonly #owners = new Map<string, Owner>();
  /** Modules that were evaluated for the current file: it has their hooks. */
  #evaluated = new Set<string>();
  #turn = 0;
  #current = "";

  constructor(options: ModuleHooksOptions) {
    this.#options = options;
  }

  /** To be called before a test file (absolute) is loaded. */
  begin(file: string): void {
    this.#current = file;
    this.#turn++;
    this.#evaluated = new Set();
  }

  /** To be called when a hook is registered outside of all suites. @param above is the function that has been called */
  note(hook: Hook, above: (...parameters: never[]) => unknown): void {
    const file = this.#evaluatedModule(callers(above));
    if (file === null || file === this.#current || this.#options.evaluatedAnew?.includes(file) === true) return;
    this.#evaluated.add(file);
    const owner = this.#owners.get(file);
    if (owner === undefined) this.#owners.set(file, { turn: this.#turn, hooks: [hook] });
    else if (owner.turn === this.#turn) owner.hooks.push(hook);
  }

  /** Hooks of modules that were evaluated for an earlier file. @param isImported whether the current one imports it */
  missing(isImported: (owner: string) => boolean = () => true): Hook[] {
    return [...this.#owners]
      .filter(([owner]) => !this.#evaluated.has(owner) && isImported(owner))
      .flatMap(([, { hooks }]) => hooks);
  }

  /** The module whose evaluation has called for a hook: the outermost on the stack before what has loaded it. */
  #evaluatedModule(stack: readonly string[]): string | null {
    let found: string | null = null;
    for (const name of stack) {
      const file = pathOf(name);
      const isLoader = name.startsWith("node:internal/modules/") || this.#options.isRunner(file);
      if (isLoader && found !== null) break;
      if (!isLoader && !name.startsWith("node:")) found = file;
    }
    return found;
  }
}

/** The path of a script, by V8's name of it. */
export function pathOf(name: string): string {
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
