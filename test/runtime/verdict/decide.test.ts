import { describe, expect, it } from "vitest";
import type { Facts } from "../../../rules/analysis/facts.js";
import { decideFinally } from "../../../runtime/verdict/decide.js";
import type { Evidence, HeapMark, InstanceEvidence } from "../../../runtime/verdict/evidence.js";
import { PATIENCE } from "../../../runtime/verdict/thresholds.js";
import type { Sample } from "../../../runtime/verdict/growth.js";

const facts: Facts = {
  kind: "binding",
  name: "seenIds",
  module: "ids.mjs",
  container: "Map",
  path: { root: { kind: "exports" }, properties: ["seenIds"] },
  growSites: [],
  shrinkSites: [],
  capacities: [],
  hasUnknownLimit: false,
  closures: [],
  clocks: [],
  fingerprint: "",
};

const EVERY_64 = Array.from({ length: 64 }, (_, index) => 64 * (index + 1));

function samples(sizeAt: (iteration: number) => number, readAt: readonly number[]): Sample[] {
  return readAt.map((iteration) => ({ iteration, size: sizeAt(iteration) }));
}

function evidenceOf(instance: Partial<InstanceEvidence>): Evidence {
  const sizes = instance.sizes ?? [];
  return {
    finding: {
      ruleId: "leakproof/no-grow-only-registry",
      file: "/app/ids.mjs",
      line: 1,
      column: 1,
      message: "",
      isSuppressed: false,
      facts,
    },
    facts,
    isLoaded: true,
    growRuns: 4096,
    growRunsAfterWarmUp: 4086,
    instances: [{ type: "Map", sizes, reach: sizes, rested: [], isWeak: false, marks: [], isAlive: true, ...instance }],
    instancesSeen: 1,
    timesLoaded: 1,
    iterations: 4096,
    expiry: null,
    isHeapFull: false,
    isTimeOver: false,
    patience: PATIENCE,
    isOver: false,
    writtenLimits: [],
    hasUnfiredTimer: false,
    tied: [],
    lastSnapshotAt: 4096,
  };
}

const verdictOn = (instance: Partial<InstanceEvidence>): string =>
  decideFinally(evidenceOf(instance), "iterations").verdict;

/** As much as each entry of the last reading and more. */
const marks: HeapMark[] = [10, 90, 4096].map((iteration) => ({
  iteration,
  retainedBytes: 100 * iteration,
  objects: 0,
}));

describe("a collection's verdict", () => {
  it.each<[string, Partial<InstanceEvidence>, string]>([
    ["grows", { sizes: samples((i) => i, EVERY_64) }, "confirmed"],
    ["is flushed at a thousand", { sizes: samples((i) => i % 1000, EVERY_64) }, "refuted"],
    ["is full", { sizes: samples((i) => Math.min(i, 500), EVERY_64) }, "refuted"],
    [
      "stays, while what it holds grows",
      { sizes: samples(() => 3, EVERY_64), reach: samples((i) => 3 + i, EVERY_64), marks },
      "confirmed",
    ],
  ])("of one that %s", (_, instance, verdict) => expect(verdictOn(instance)).toBe(verdict));

  // What a holder reaches is not counted at each reading: counting takes time, and on a busy machine it is left out.
  it("of one that empties itself does not change where few counts of what it reaches happen to rise", () => {
    const sizes = samples((i) => i % 1000, EVERY_64);
    const reach = samples((i) => (i % 1000) + 1, [10, 30, 89, 2016, 3072, 4096]);
    expect(verdictOn({ sizes, reach: sizes, marks })).toBe("refuted");
    expect(verdictOn({ sizes, reach, marks })).toBe("refuted");
  });
});

describe("a holder that is not found in the heap", () => {
  const place = { line: 1, column: 0, offset: 0 };
  const range = { start: place, end: place };
  const root = {
    kind: "variable",
    name: "seenIds",
    scope: "module",
    scopeRange: range,
    declaration: range,
    definition: null,
    isConstant: true,
  } as const;
  const variable: Facts = { ...facts, path: { root, properties: [] } };

  it.each<[string, Partial<Evidence>, string]>([
    ["though it was added to", {}, "inconclusive"],
    ["whose module is loaded anew each time", { timesLoaded: 64 }, "refuted"],
    ["which another module declares", { timesLoaded: 64, facts: { ...variable, kind: "import" } }, "inconclusive"],
    ["whose code never ran", { growRunsAfterWarmUp: 0 }, "unretained"],
  ])("%s", (_, change, verdict) => {
    const evidence = { ...evidenceOf({}), facts: variable, instances: [], instancesSeen: 0, ...change };
    expect(decideFinally(evidence, "iterations").verdict).toBe(verdict);
  });
});
