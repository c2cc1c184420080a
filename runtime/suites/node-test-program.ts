/** The `node:test` files of a project, as a program that is verified. */
import { statSync } from "node:fs";
import path from "node:path";
import { escapePath, globSync, isDynamicPattern } from "tinyglobby";
import { loaderOptions } from "../child/loader.js";
import { InputError } from "../input-error.js";
import type { Program } from "../program.js";
import { builtModule } from "../targets/built-module.js";
import { fileURLToPath } from "node:url";

/** Those that `node --test` runs. */
const DEFAULT_PATTERNS = ["{test-*,*{.,-,_}test,test}.{cjs,mjs,js,cts,mts,ts}", "test/**/*.{cjs,mjs,js,cts,mts,ts}"];

/** What one run of one file may take of the time budget, before it is taken for one that never ends. */
const SHARE_OF_FILE = 0.2;

/**
 * @param patterns globs, files, or folders, in which the files are those that `node --test` runs; none for those of the
 * working directory
 * @throws {InputError} when there are no such files
 */
export function nodeTestProgram(patterns: readonly string[], workingDirectory: string, timeBudgetMs: number): Program {
  const wanted = (patterns.length === 0 ? ["."] : patterns).flatMap((pattern) => patternsOf(pattern, workingDirectory));
  const files = globSync(wanted, { cwd: workingDirectory, absolute: true, ignore: ["**/node_modules/**"] })
    .map((file) => path.normalize(file))
    .sort();
  if (files.length === 0)
    throw new InputError(
      `no test files: ${patterns.join(" ") || "none that node --test would run"} (in ${workingDirectory})`,
    );
  const reporter = builtModule("./node-test-failures.js", import.meta.url).href;
  return {
    name: `node --test ${patterns.join(" ")}`.trim(),
    file: fileURLToPath(builtModule("./node-test.js", import.meta.url)),
    input: { fileLimitMs: Math.round(timeBudgetMs * SHARE_OF_FILE) },
    suite: { files, passedOver: [], runnerFolders: [] },
    nodeOptions: [
      ...loaderOptions(files[0] ?? "", files),
      `--test-reporter=${reporter}`,
      "--test-reporter-destination=stderr",
    ],
  };
}

function patternsOf(pattern: string, workingDirectory: string): string[] {
  const found = statSync(path.resolve(workingDirectory, pattern), { throwIfNoEntry: false });
  if (found === undefined && !isDynamicPattern(pattern)) throw new InputError(`no such test file: ${pattern}`);
  const name = pattern.replaceAll(path.sep, "/");
  if (found?.isFile() === true) return [escapePath(name)];
  if (found?.isDirectory() !== true) return [name];
  return DEFAULT_PATTERNS.map((ending) => path.posix.join(escapePath(name), "**", ending));
}
