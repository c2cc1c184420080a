import { describe, expect, it } from "vitest";
import type { Program } from "../../../runtime/program.js";
import { FilesFailed, requireNoFailure, restartWithout } from "../../../runtime/suites/failed-files.js";
import type { TimeBudget } from "../../../runtime/verdict/time-budget.js";

const early = { file: "/app/a.test.ts", test: "adds", message: "1 is not 2" };
const late = { file: "/app/b.test.ts", test: null, message: "no such module" };
const program: Program = {
  name: "vitest",
  file: "/runner.js",
  input: {},
  nodeOptions: [],
  suite: { files: ["/app/b.test.ts", "/app/c.test.ts"], passedOver: [early], runnerFolders: ["/vitest"] },
};
const budget = (remainingMs: number): TimeBudget => ({ remainingMs, totalMs: 60_000 }) as TimeBudget;
const files = { files: ["/app/c.test.ts"], failures: [late, { ...late, test: "again" }] };

describe("test files that fail", () => {
  it("are left out of what begins anew, with those that failed before", () => {
    const restart = (): void => restartWithout(program, files, budget(30_000));
    expect(restart).toThrow(FilesFailed);
    try {
      restart();
    } catch (error) {
      expect((error as FilesFailed).program).toEqual({
        ...program,
        suite: { files: files.files, passedOver: [early, ...files.failures], runnerFolders: ["/vitest"] },
      });
    }
  });

  it.each([
    ["nothing has failed", { ...files, failures: [] }, budget(60_000)],
    ["more than half of the time is over", files, budget(29_999)],
  ])("do not begin anew where %s", (_, run, time) => {
    expect(() => restartWithout(program, run, time)).not.toThrow();
  });

  it("end the run where nothing else can be done, with a line that counts them", () => {
    expect(() => requireNoFailure({ ...files, failures: [] }, "/app")).not.toThrow();
    expect(() => requireNoFailure(files, "/app")).toThrow(
      /^1 of 2 test files fail .* \(b\.test\.ts: no such module\), and no time is left/,
    );
  });
});
