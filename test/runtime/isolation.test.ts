import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { VerificationResult } from "../../runtime/verdict/result.js";
import { copyOfFixture, run, type Ended } from "./command.js";

interface Seen {
  readonly inspectorUrl: string | null;
  readonly typeOfSend: string;
  readonly isConnected: boolean;
  readonly messages: readonly unknown[];
  readonly globals: readonly string[];
  readonly main: Surroundings;
  readonly worker: Surroundings;
  readonly fork: Surroundings;
  readonly forkAnswered: unknown;
  /** Ports the process listens on; null where there is no /proc. */
  readonly listening: readonly string[] | null;
}

interface Surroundings {
  readonly parameters: readonly string[];
  readonly execArgv: readonly string[];
  readonly environment: readonly string[];
}

describe("a workload runs as if nobody watched", () => {
  let folder: string;
  let ended: Ended;
  let seen: Seen;

  beforeAll(async () => {
    folder = copyOfFixture("isolation");
    ended = await run(["verify", "holders.mjs", "--workload", "workload.mjs", "--format", "json"], { cwd: folder });
    seen = JSON.parse(readFileSync(path.join(folder, "seen.json"), "utf8")) as Seen;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("opens no debugging port, nor any other", () => {
    expect(seen.inspectorUrl).toBeNull();
    if (process.platform === "linux") expect(seen.listening).toEqual([]);
  });

  it("has no channel to a parent, and gets no messages", () => {
    expect(seen).toMatchObject({ typeOfSend: "undefined", isConnected: false, messages: [] });
  });

  // The mark by which the processes that it starts are known.
  const environment = ["LEAKPROOF_RUN"];

  it("finds nothing of ours in its options or on the global object, and one mark in its environment", () => {
    expect(seen.main).toMatchObject({ execArgv: [], environment });
    expect(seen.globals.filter((name) => /leakproof/i.test(name))).toEqual([]);
  });

  it("starts workers that work", () => {
    expect(seen.worker.environment).toEqual(environment);
  });

  it("forks processes that work, and talks to them", () => {
    expect(seen.fork).toMatchObject({ parameters: ["an argument"], execArgv: [], environment });
    expect(seen.forkAnswered).toEqual({ echo: { hello: "there" } });
  });

  it("prints to our standard error, so that the report is all there is on standard output", () => {
    const report = JSON.parse(ended.stdout) as VerificationResult;
    expect(report.schemaVersion).toBe(1);
    expect(ended.stderr).toContain("iteration 7 of the workload");
    expect(ended.stderr).toContain("a warning of the workload");
  });

  it("logs objects in each iteration without leaking them", () => {
    const { findings } = JSON.parse(ended.stdout) as VerificationResult;
    const verdictOn = (name: string): unknown => findings.find(({ holder }) => holder?.name === name)?.verdict;
    expect(verdictOn("recent")).toBe("refuted");
    expect(verdictOn("kept")).toBe("confirmed");
  });

  it("takes as much memory as it keeps: what it logged is not held for it", () => {
    const { series } = JSON.parse(ended.stdout) as VerificationResult;
    const counted = series.filter(({ objects }) => objects !== null);
    const first = counted[0];
    const last = counted.at(-1);
    const iterations = (last?.iteration ?? 0) - (first?.iteration ?? 0);
    expect(iterations).toBeGreaterThan(50);
    // Each iteration keeps one object and logs one with 50 in it.
    expect(((last?.objects ?? 0) - (first?.objects ?? 0)) / iterations).toBeLessThan(10);
  });
});
