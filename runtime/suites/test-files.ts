/** Test files that are run again and again in the measured process, and which of them can be. */
import path from "node:path";
import type { Suite, Workload } from "../child/workload-module.js";
import type { TestFailure } from "../child/protocol.js";

/** What a file must stand before it is measured: modules stay loaded from one run to the next, unlike in a real one. */
const DRY_RUNS = 2;

/** A program that runs test files in this process. */
export interface TestRunner {
  /** Resolves when files can be run. */
  readonly start: () => Promise<void>;
  /** Runs these files, one after the other. @returns what failed */
  readonly run: (files: readonly string[]) => Promise<readonly TestFailure[]>;
  readonly stop: () => unknown;
}

/**
 * The workload whose iteration is each of the files once.
 *
 * A file that fails may have left behind what it would have cleared, so it is not run again, and none of its doing is
 * told: `suite.failures` has it.
 *
 * @param files absolute
 */
export function testFilesWorkload(files: readonly string[], runner: TestRunner): Workload {
  let runnable = files;
  let chosen: readonly string[] | null = null;
  // eslint-disable-next-line leakproof/no-grow-only-registry -- at most some for each file, which is not run again
  const failures: TestFailure[] = [];
  const due = (): readonly string[] =>
    chosen === null ? runnable : runnable.filter((file) => chosen?.includes(file) === true);
  const run = async (some = due()): Promise<void> => {
    const failed = await runner.run(some);
    if (failed.length === 0) return;
    failures.push(...failed);
    runnable = runnable.filter((file) => failed.every((failure) => failure.file !== file));
  };
  const suite: Suite = {
    files: () => runnable,
    failures,
    runApart: async (after) => {
      for (const file of due()) {
        await run([file]);
        after(file);
      }
    },
    choose: (some) => void (chosen = some),
  };
  return {
    suite,
    setup: async () => {
      await runner.start();
      for (let dry = 0; dry < DRY_RUNS; dry++) await run();
      const [first] = failures;
      if (runnable.length > 0 || first === undefined) return;
      const { file, test, message } = first;
      const what = [path.relative(process.cwd(), file), ...(test === null ? [] : [test]), message].join(": ");
      const error = new Error(
        `each of the ${files.length} test files fails without isolation, or when it is run again (${what})`,
      );
      error.stack = "";
      throw error;
    },
    iteration: () => run(),
    teardown: () => runner.stop(),
  };
}
