import { describe, expect, it } from "vitest";
import type { TestFailure } from "../../../runtime/child/protocol.js";
import { testFilesWorkload, type TestRunner } from "../../../runtime/suites/test-files.js";

/** A runner that notes what it runs; `fails` says when a file fails. */
function runner(fails: (file: string, run: number) => boolean = () => false): TestRunner & { ran: string[] } {
  const ran: string[] = [];
  return {
    ran,
    start: () => Promise.resolve(),
    stop: () => {},
    run: (file) => {
      ran.push(file);
      const failure: TestFailure = { file, test: "adds", message: "1 is not 2" };
      return Promise.resolve(fails(file, ran.length) ? [failure] : []);
    },
  };
}

describe("testFilesWorkload", () => {
  it("runs each file in each iteration, those chosen alone, or one by one", async () => {
    const { ran, ...rest } = runner();
    const { setup, iteration, suite } = testFilesWorkload(["a", "b"], rest);
    const told: string[] = [];
    suite?.watch((file) => told.push(file));
    await setup?.();
    await iteration(0);
    suite?.choose(["b", "c"]);
    await iteration(1);
    suite?.choose(null);
    const after: string[] = [];
    await suite?.runApart((file) => void after.push(file));
    expect(ran.join("")).toBe("ab" + "ab" + "ab" + "b" + "ab");
    expect(after).toEqual(["a", "b"]);
    expect(told).toEqual(ran);
  });

  it("does not run a file again that has failed, be it the second time", async () => {
    const { ran, ...rest } = runner((file, run) => (file === "a" && run === 4) || (file === "b" && run === 7));
    const { setup, iteration, suite } = testFilesWorkload(["a", "b", "c"], rest);
    await setup?.();
    for (const i of [0, 1, 2]) await iteration(i);
    expect(ran.join("")).toBe("abc" + "abc" + "bc" + "c" + "c");
    expect(suite?.files()).toEqual(["c"]);
    expect(suite?.failures.map(({ file }) => file)).toEqual(["a", "b"]);
  });

  it("says so where each of them fails", async () => {
    const { setup } = testFilesWorkload(
      ["a", "b"],
      runner(() => true),
    );
    await expect(Promise.resolve(setup?.())).rejects.toThrow(
      /^each of the 2 test files fails without isolation, .* \(a: adds: 1 is not 2\)$/,
    );
  });
});
