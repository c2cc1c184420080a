/** A workload of a project's `node:test` files: an iteration runs each of them once, in one process. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { after, suite } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { TestFailure } from "../child/protocol.js";
import type { WorkloadFactory } from "../child/workload-module.js";
import { takeFailures } from "./node-test-failures.js";
import { NodeTestHooks } from "./node-test-hooks.js";
import { testFilesWorkload } from "./test-files.js";

export interface NodeTestInput {
  /** Absolute. */
  readonly files: readonly string[];
  readonly fileLimitMs: number;
}

export const workload: WorkloadFactory<NodeTestInput> = ({ files, fileLimitMs }) =>
  testFilesWorkload(files, {
    start: () => Promise.resolve(),
    run: (file) => runFile(file, fileLimitMs),
    stop: () => {},
  });

const hooks = new NodeTestHooks(fileURLToPath(import.meta.url));
let runs = 0;
// Taken before tests can fake them.
const nextTurn = setImmediate;
const [startTimer, stopTimer] = [setTimeout, clearTimeout];
/** What the runner may take to end a file whose time is up, in milliseconds. */
const ENDING_MS = 500;

/**
 * Runs the tests of a file once: it is loaded anew, inside a suite, and what it imports is not. The runner's own list of
 * suites grows with each run.
 *
 * @returns what failed: its tests, or its loading
 */
async function runFile(file: string, limitMs: number): Promise<TestFailure[]> {
  const name = path.relative(process.cwd(), file);

  const failures: TestFailure[] = [];
  await new Promise<void>((ended) => {
    const limit = startTimer(() => {
      failures.push({ file, test: null, message: `did not end within ${(limitMs / 1000).toFixed(1)} s` });
      ended();
    }, limitMs + ENDING_MS);
    const resolve = (): void => {
      stopTimer(limit);
      ended();
    };
    // The runner goes on to the next file when its own time for this one is up.
    void suite(name, { timeout: limitMs }, async (context) => {
      after(() => resolve());
      try {
        hooks.begin(file, context);
        await load(file);
        limit.refresh(); // the runner's own time begins now
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        failures.push({ file, test: null, message: message.split("\n")[0] ?? "" });
        resolve();
      } finally {
        hooks.end();
      }
    });
  });
  // The reporter is told in turns of its own.
  for (let turn = 0; turn < 2; turn++) await new Promise<void>((resolve) => nextTurn(() => resolve()));
  return [...failures, ...takeFailures().map(({ name: test, message }) => ({ file, test, message }))];
}

/** Of those that are written as ES modules, the ones of which a loader makes CommonJS: Node finds them by their paths. */
// eslint-disable-next-line leakproof/no-grow-only-registry -- at most the test files
const transpiled = new Set<string>();

async function load(file: string): Promise<void> {
  // A `require` of its own, so that no module keeps a list of those that were loaded by it.
  const require = createRequire(file);
  if (!isEsModule(file) || transpiled.has(file)) {
    Reflect.deleteProperty(require.cache, file);
    require(file);
    return;
  }
  const query = `?leakproof=${runs++}`;
  await import(pathToFileURL(file).href + query);
  for (const key of [file, file + query]) {
    if (!(key in require.cache)) continue;
    transpiled.add(file);
    Reflect.deleteProperty(require.cache, key);
  }
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
