/**
 * Gives each file of `node:test`'s the hooks of modules that were evaluated for an earlier one. Which modules a file
 * imports, Node does not tell: each file gets all, and what cleans up has nothing to do where nothing was made.
 */
import { Inspection } from "../child/inspection.js";
import { ModuleHooks } from "./module-hooks.js";

/** Of a suite or a test of Node's, which is private to the context that its function is given. */
type CreateHook = (this: object, name: string, ...parameters: readonly unknown[]) => unknown;

/** Of the loader that makes JavaScript of TypeScript. */
const TSX = /[\\/]node_modules[\\/]tsx[\\/]/;

export class NodeTestHooks {
  readonly #inspection = new Inspection();
  readonly #hooks: ModuleHooks;
  #createHook: CreateHook | null = null;
  /** The suite of the file that is being loaded. */
  #loading: object | null = null;

  /** @param ownFile the module that runs the files: absolute */
  constructor(ownFile: string) {
    this.#hooks = new ModuleHooks({ isRunner: (file) => file === ownFile || TSX.test(file) });
  }

  /** To be called in the suite of a file (absolute) before it is loaded, with the suite's context. */
  begin(file: string, context: object): void {
    const suite = this.#suiteBehind(context);
    const createHook = suite === null ? null : (this.#createHook ??= this.#watch(suite));
    if (suite === null || createHook === null) return;
    this.#hooks.begin(file);
    for (const { name, parameters } of this.#hooks.missing()) createHook.call(suite, name, ...parameters);
    this.#loading = suite;
  }

  /** To be called when it is loaded. */
  end(): void {
    this.#loading = null;
  }

  #suiteBehind(context: object): object | null {
    const { privateProperties = [] } = this.#inspection.properties(this.#inspection.remoteOf(context));
    const remote = privateProperties.find(({ name }) => name === "#suite")?.value;
    const suite = remote === undefined ? null : this.#inspection.handOver(remote);
    this.#inspection.release();
    return typeof suite === "object" ? suite : null;
  }

  /** Has the class of suites tell of hooks. @returns its own method; null where it has none */
  #watch(suite: object): CreateHook | null {
    let prototype = suite as Record<string, unknown> | null;
    while (prototype !== null && !Object.hasOwn(prototype, "createHook"))
      prototype = Object.getPrototypeOf(prototype) as Record<string, unknown> | null;
    const own = prototype?.["createHook"];
    if (prototype === null || typeof own !== "function") return null;
    const createHook = own as CreateHook;
    const note = (target: object, name: string, parameters: readonly unknown[]): void => {
      if (target === this.#loading) this.#hooks.note({ name, parameters }, noting);
    };
    const noting: CreateHook = function (name, ...parameters) {
      note(this, name, parameters);
      return createHook.call(this, name, ...parameters);
    };
    prototype["createHook"] = noting;
    return createHook;
  }
}
