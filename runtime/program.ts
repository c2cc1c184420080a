/** What a verification runs again and again in a process of its own. */
import { existsSync, statSync } from "node:fs";
import path from "node:path";
import type { TestFailure } from "./child/protocol.js";
import type { Launch } from "./child/start.js";
import { loaderOptions, MissingLoader } from "./child/loader.js";
import { InputError } from "./input-error.js";

export interface Program {
  /** What reports call it: a path relative to the working directory, or a command. */
  readonly name: string;
  /** The module that the process loads: absolute. */
  readonly file: string;
  /** What a module of ours makes its workload of; null for the user's own workload. */
  readonly input: object | null;
  /** Options of Node's, such as a TypeScript loader. */
  readonly nodeOptions: readonly string[];
  /** Where an iteration is a run of test files. */
  readonly suite?: TestSuite;
  /** How its process is started, where not by our runner. */
  readonly launch?: Launch;
  /** Milliseconds for a process that it has started and that ends by itself. */
  readonly graceMs?: number;
}

export interface TestSuite {
  /** Those to run: absolute. They are a part of the input. */
  readonly files: readonly string[];
  /** Why others are not: they failed when they were tried. */
  readonly passedOver: readonly TestFailure[];
  /** Packages of what runs the files: absolute. */
  readonly runnerFolders: readonly string[];
}

/**
 * A module of the user's that exports `iteration`.
 *
 * @param workload absolute, or relative to the working directory
 * @param files others that the process will load (absolute): they say whether a TypeScript loader is needed
 * @throws {InputError} when it is missing, or cannot be run here
 */
export function workloadProgram(workload: string, workingDirectory: string, files: readonly string[]): Program {
  const file = path.resolve(workingDirectory, workload);
  if (!existsSync(file) || statSync(file).isDirectory()) {
    throw new InputError(`no such workload: ${workload} (leakproof verify --write-workload <file> writes one)`);
  }
  const name = path.relative(workingDirectory, file).replaceAll(path.sep, "/");
  return { name, file, input: null, nodeOptions: loader(file, files) };
}

function loader(file: string, files: readonly string[]): string[] {
  try {
    return loaderOptions(file, files);
  } catch (error) {
    if (error instanceof MissingLoader) throw new InputError(error.message);
    throw error;
  }
}
