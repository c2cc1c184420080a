import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { VitestHooks, type ModuleNode, type SuiteHooks } from "../../../runtime/suites/vitest-hooks.js";

const folder = mkdtempSync(path.join(tmpdir(), "vitest-hooks-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => path.join(folder, name);

/** Stands for Vitest: one suite for all files, and the hooks of each. */
class Runner {
  readonly modules = new Map<string, ModuleNode>();
  readonly hooks: VitestHooks;
  #collected: SuiteHooks = {};
  readonly #files = new Map<object, SuiteHooks>();
  readonly #suite = {
    on: (name: string, ...functions: unknown[]): void => {
      (this.#collected[name] ??= []).push(...functions);
    },
  };

  constructor() {
    this.hooks = new VitestHooks({
      suites: { getCurrentSuite: () => this.#suite, getHooks: (file) => this.#files.get(file) },
      modules: () => this.modules,
      setupFiles: [at("setup.mjs")],
      isRunner: (file) => file.startsWith(path.resolve("node_modules")) || file === import.meta.filename,
    });
    Object.assign(globalThis, { register: (name: string, what: string) => this.#suite.on(name, what) });
  }

  /** Loads modules as this file would, each in turn. @returns the file's hooks */
  async collect(name: string, ...loaded: readonly string[]): Promise<SuiteHooks> {
    const file = { filepath: at(name) };
    this.hooks.watch(file);
    this.#collected = { beforeAll: [], afterEach: [] };
    for (const module of loaded) await import(/* @vite-ignore */ pathToFileURL(at(module)).href);
    this.#files.set(file, this.#collected);
    this.hooks.complete(file);
    return this.#collected;
  }
}

let runs = 0;
/** A module that calls for a hook; Node loads it anew in each test. */
function module(name: string, ...hooks: readonly string[]): string {
  const file = `${runs++}-${name}.mjs`;
  writeFileSync(at(file), hooks.map((hook) => `globalThis.register(${hook});`).join("\n"));
  return file;
}

const imports = (file: string, ...names: readonly string[]): [string, ModuleNode] => [
  at(file),
  { file: at(file), imports: new Set(names.map(at)) },
];

describe("VitestHooks", () => {
  let runner = new Runner();
  beforeEach(() => {
    runner = new Runner();
  });

  it("gives a file the hooks of a module that an earlier one has loaded, before its own", async () => {
    const library = module("library", `"afterEach", "clean"`, `"beforeAll", "start"`, `"afterEach", "close"`);
    const own = module("own", `"afterEach", "own"`);
    for (const entry of [imports("a.test.ts", library), imports("b.test.ts", library), imports(library)])
      runner.modules.set(...entry);
    expect(await runner.collect("a.test.ts", library)).toEqual({ afterEach: ["clean", "close"], beforeAll: ["start"] });
    const hooks = await runner.collect("b.test.ts", own);
    expect(hooks).toEqual({ afterEach: ["clean", "close", "own"], beforeAll: ["start"] });
  });

  it("gives none to a file that does not import the module", async () => {
    const library = module("library", `"afterEach", "clean"`);
    for (const entry of [imports("a.test.ts", library), imports("b.test.ts"), imports(library)])
      runner.modules.set(...entry);
    await runner.collect("a.test.ts", library);
    expect(await runner.collect("b.test.ts")).toEqual({ afterEach: [], beforeAll: [] });
  });

  it("gives those of a module that Vitest does not know to all: another library has loaded it", async () => {
    const library = module("library", `"afterEach", "clean"`);
    await runner.collect("a.test.ts", library);
    expect(await runner.collect("b.test.ts")).toEqual({ afterEach: ["clean"], beforeAll: [] });
  });

  it("leaves alone what is evaluated anew for each file: the file itself, and set-up files", async () => {
    writeFileSync(at("setup.mjs"), `globalThis.register("afterEach", "set-up");`);
    const own = module("own.test", `"afterEach", "own"`);
    expect(await runner.collect(own, "setup.mjs", own)).toEqual({ afterEach: ["set-up", "own"], beforeAll: [] });
    expect(await runner.collect(own)).toEqual({ afterEach: [], beforeAll: [] });
  });
});
