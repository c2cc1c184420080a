/** A workload of a project's `node:test` files: an iteration runs each of them once, in one process. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { after, suite } from "node:test";
import { pathToFileURL } from "node:url";
import type { WorkloadFactory } from "../child/workload-module.js";
import { takeFailures } from "./node-test-failures.js";

export interface NodeTestInput {
  /** Absolute. */
  readonly files: readonly string[];
}

export const workload: WorkloadFactory<NodeTestInput> = ({ files }) => ({
  iteration: async () => {
    for (const file of files) await runFile(file);
  },
});

let runs = 0;
// Taken before tests can fake it.
const nextTurn = setImmediate;

/**
 * Runs the tests of a file once: it is loaded anew, inside a suite, and what it imports is not. The runner's own list of
 * suites grows with each run.
 *
 * @throws {Error} when a test fails, or the file cannot be loaded
 */
export async function runFile(file: string): Promise<void> {
  const name = path.relative(process.cwd(), file);
  await new Promise<void>((resolve, reject) => {
    void suite(name, async () => {
      after(() => resolve());
      try {
        await load(file);
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  });
  // The reporter is told in turns of its own.
  for (let turn = 0; turn < 2; turn++) await new Promise<void>((resolve) => nextTurn(() => resolve()));
  const [failed] = takeFailures();
  if (failed !== undefined) throw new Error(`test ${JSON.stringify(failed.name)} of ${name} fails: ${failed.message}`);
}

async function load(file: string): Promise<void> {
  if (isEsModule(file)) {
    await import(`${pathToFileURL(file).href}?leakproof=${runs++}`);
    return;
  }
  // A `require` of its own, so that no module keeps a list of those that were loaded by it.
  const require = createRequire(file);
  Reflect.deleteProperty(require.cache, file);
  require(file);
}

/** By its name, the package that it belongs to, or else what is written in it. */
function isEsModule(file: string): boolean {
  const extension = path.extname(file);
  if (/^\.m[jt]s$/.test(extension)) return true;
  if (/^\.c[jt]s$/.test(extension)) return false;
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const description = path.join(folder, "package.json");
    if (existsSync(description)) {
      const { type } = JSON.parse(readFileSync(description, "utf8")) as { readonly type?: string };
      if (type !== undefined) return type === "module";
      break;
    }
    if (folder === path.dirname(folder)) break;
  }
  return /^\s*(?:import\s*[\w{*"']|export\s)/m.test(readFileSync(file, "utf8"));
}
