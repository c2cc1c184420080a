/** A reporter of node:test's, given to the process by `--test-reporter`: says nothing, and keeps what failed. */
import type { TestEvent } from "node:test/reporters";

export interface FailedTest {
  readonly name: string;
  readonly message: string;
}

// eslint-disable-next-line leakproof/no-grow-only-registry -- taken after each file
const failures: FailedTest[] = [];

/** What failed since it was last asked. */
export function takeFailures(): FailedTest[] {
  return failures.splice(0);
}

/** A suite fails with its tests, which are told first. What is still to do may fail. */
export default async function* failuresOf(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const { type, data } of source) {
    if (type === "test:fail" && data.todo === undefined) {
      const { error } = data.details;
      const cause: unknown = error.cause;
      const { message } = cause instanceof Error ? cause : error;
      failures.push({ name: data.name, message: message.split("\n")[0] ?? "" });
    }
    yield "";
  }
}
