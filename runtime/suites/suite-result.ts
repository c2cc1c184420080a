/** What each test file of a suite leaves behind, and what would take it away. */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { TestFailure } from "../child/protocol.js";
import { relativePath } from "../verdict/explain.js";
import type { FileGrowth } from "../verdict/file-growth.js";
import type { SuiteResult } from "../verdict/result.js";
import { tearDownOf } from "./tear-down.js";

/** A leak of the result, by what its holders were tracked by. */
export interface TrackedLeak {
  readonly fingerprint: string | null;
  readonly name: string;
  /** Relative to the working directory; empty where no module leads to it. */
  readonly module: string;
  readonly keys: readonly number[];
}

export interface SuiteInput {
  /** Those that were run: absolute. */
  readonly files: readonly string[];
  readonly failures: readonly TestFailure[];
  readonly fileGrowth: FileGrowth | null;
  readonly workingDirectory: string;
}

export function suiteResultOf(input: SuiteInput, leaks: readonly TrackedLeak[]): SuiteResult {
  const { files, failures, fileGrowth, workingDirectory } = input;
  const left = leaks.flatMap(({ fingerprint, name, module, keys }) =>
    [...(fileGrowth?.filesOf(keys) ?? [])].map(([file, perRun]) => ({
      file: relativePath(workingDirectory, file),
      fingerprint,
      name,
      module,
      perRun: Math.round(perRun * 1000) / 1000,
      tearDown: missingTearDown(path.resolve(workingDirectory, module), name, file),
    })),
  );
  left.sort((a, b) => a.file.localeCompare(b.file) || b.perRun - a.perRun);
  return {
    files: files.length,
    failures: failures.map((failure) => ({ ...failure, file: relativePath(workingDirectory, failure.file) })),
    left,
  };
}

/** An export of the holder's module that empties it, where the test file does not name it. */
function missingTearDown(module: string, name: string, testFile: string): string | null {
  const [code, test] = [read(module), read(testFile)];
  const tearDown = code === null || module === testFile ? null : tearDownOf(code, name);
  return tearDown === null || (test !== null && new RegExp(`\\b${tearDown}\\b`).test(test)) ? null : tearDown;
}

function read(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null; // a directory, or code that lies nowhere
  }
}
