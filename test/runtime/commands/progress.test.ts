import { describe, expect, it } from "vitest";
import { ProgressLine, progressText } from "../../../runtime/commands/progress.js";
import type { Phase } from "../../../runtime/verdict/schedule.js";

const phase: Phase = { name: "stressing", iterations: 1440, undecided: 2 };

it.each<[Partial<Phase>, number, string]>([
  [{}, 3400, "leakproof: stressing · iteration 1,440 · 3 s · 2 suspects left"],
  [{ undecided: 1 }, 3999, "leakproof: stressing · iteration 1,440 · 3 s · 1 suspect left"],
  [{ undecided: 0 }, 61_000, "leakproof: stressing · iteration 1,440 · 61 s"],
  [{ name: "loading the workload", iterations: 0, undecided: 0 }, 20, "leakproof: loading the workload · 0 s"],
])("%o after %d ms: %s", (change, elapsedMs, text) =>
  expect(progressText({ ...phase, ...change }, elapsedMs)).toBe(text),
);

class Terminal {
  written = "";
  readonly isTTY: boolean;
  constructor(isTTY: boolean) {
    this.isTTY = isTTY;
  }
  write(text: string): boolean {
    this.written += text;
    return true;
  }
  get stream(): NodeJS.WriteStream {
    return this as unknown as NodeJS.WriteStream;
  }
}

describe("ProgressLine", () => {
  // A line is written no sooner than a tenth of a second after the process began to count.
  const shownOn = async (terminal: Terminal): Promise<ProgressLine> => {
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, 110 - performance.now())));
    const line = new ProgressLine(terminal.stream);
    line.show(phase);
    return line;
  };

  it("is written over itself, seldom, and removed", async () => {
    const terminal = new Terminal(true);
    const line = await shownOn(terminal);
    line.show({ ...phase, iterations: 1441 });
    expect(terminal.written).toBe(`\r\u001b[K${progressText(phase, 0)}`);
    line.clear();
    line.clear();
    expect(terminal.written.split("\r\u001b[K")).toEqual(["", progressText(phase, 0), ""]);
  });

  it("is not written to a file or a pipe", async () => {
    const terminal = new Terminal(false);
    (await shownOn(terminal)).clear();
    expect(terminal.written).toBe("");
  });
});
