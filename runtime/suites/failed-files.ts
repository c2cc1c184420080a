/** Test files that fail are left out of the process that is judged: what they left there, others would be blamed for. */
import path from "node:path";
import { WorkloadFailure } from "../child/ending.js";
import type { TestFailure } from "../child/protocol.js";
import type { Program } from "../program.js";
import type { TimeBudget } from "../verdict/time-budget.js";

/** The others are tried in a process of their own, until this part of the time is over. */
const TRIAL_SHARE = 0.5;

/** Test files of a process: those that passed each time, and why others did not. */
export interface RunFiles {
  readonly files: readonly string[];
  readonly failures: readonly TestFailure[];
}

/** Files have failed, and there is time to begin anew without them. */
export class FilesFailed extends Error {
  /** What is left to run. */
  readonly program: Program;

  constructor(program: Program, { files, failures }: RunFiles) {
    super("test files have failed");
    const { passedOver = [], runnerFolders = [] } = program.suite ?? {};
    this.program = { ...program, suite: { files, passedOver: [...passedOver, ...failures], runnerFolders } };
  }
}

/** @throws {FilesFailed} when files have failed, and there is time to begin anew */
export function restartWithout(program: Program, files: RunFiles, budget: TimeBudget): void {
  const isTime = budget.remainingMs >= budget.totalMs * TRIAL_SHARE;
  if (files.failures.length > 0 && isTime) throw new FilesFailed(program, files);
}

/** @throws {WorkloadFailure} when files have failed: nothing may be judged in their process */
export function requireNoFailure({ files, failures }: RunFiles, workingDirectory: string): void {
  const [first] = failures;
  if (first === undefined) return;
  const failed = new Set(failures.map(({ file }) => file)).size;
  const example = `${path.relative(workingDirectory, first.file)}: ${first.message}`;
  throw new WorkloadFailure(
    `${failed} of ${failed + files.length} test files fail in one process with the others, or when they are run again (${example}), and no time is left to run the others without them: raise --time-budget, or name the files to run`,
  );
}
