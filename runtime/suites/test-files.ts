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
  /** @returns what failed */
  readonly run: (file: string) => Promise<readonly TestFailure[]>;
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
  let started = (_: string): void => {};
  const due = (): readonly string[] =>
    chosen === null ? runnable : runnable.filter((file) => chosen?.includes(file) === true);
  const run = async (after: (file: string) => void = () => {}): Promise<void> => {
    for (const file of due()) {
      started(file);
      const failed = await runner.run(file);
      failures.push(...failed);
      runnable = runnable.filter((other) => failed.every((failure) => failure.file !== other));
      after(file);
    }
  };
  const suite: Suite = {
    files: () => runnable,
    failures,
    watch: (listener) => void (started = listener),
    runApart: run,
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
