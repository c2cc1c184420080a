import { describe, expect, it } from "vitest";
import type { TestFailure } from "../../../runtime/child/protocol.js";
import { testFilesWorkload, type TestRunner } from "../../../runtime/suites/test-files.js";

/** A runner that notes what it runs; `fails` says when a file fails. */
function runner(fails: (file: string, run: number) => boolean = () => false): TestRunner & { ran: string[][] } {
  const ran: string[][] = [];
  return {
    ran,
    start: () => Promise.resolve(),
    stop: () => {},
    run: (files) => {
      ran.push([...files]);
      const failed = files.filter((file) => fails(file, ran.length));
      return Promise.resolve(failed.map((file): TestFailure => ({ file, test: "adds", message: "1 is not 2" })));
    },
  };
}

describe("testFilesWorkload", () => {
  it("runs each file in each iteration, those chosen alone, or one by one", async () => {
    const { ran, ...rest } = runner();
    const { setup, iteration, suite } = testFilesWorkload(["a", "b"], rest);
    await setup?.();
    await iteration(0);
    suite?.choose(["b", "c"]);
    await iteration(1);
    suite?.choose(null);
    const after: string[] = [];
    await suite?.runApart((file) => void after.push(file));
    expect(ran).toEqual([["a", "b"], ["a", "b"], ["a", "b"], ["b"], ["a"], ["b"]]);
    expect(after).toEqual(["a", "b"]);
  });

  it("does not run a file again that has failed, be it the second time", async () => {
    const { ran, ...rest } = runner((file, run) => (file === "a" && run === 2) || (file === "b" && run === 4));
    const { setup, iteration, suite } = testFilesWorkload(["a", "b", "c"], rest);
    await setup?.();
    for (const i of [0, 1, 2]) await iteration(i);
    expect(ran.slice(2)).toEqual([["b", "c"], ["b", "c"], ["c"]]);
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
