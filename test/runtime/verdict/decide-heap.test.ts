import { describe, expect, it } from "vitest";
import type { Reading } from "../../../runtime/child/protocol.js";
import {
  cohortTrend,
  decideHeapSuspect,
  isWorthMore,
  type HeapContext,
  type HeapDecision,
} from "../../../runtime/verdict/decide-heap.js";
import { PATIENCE } from "../../../runtime/verdict/thresholds.js";
import { HeapSuspect, type Sighting } from "../../../runtime/verdict/heap-suspect.js";
import { heapOf } from "../heap/named-heap.js";
import { births as bornIn, forestOf, pilesOf } from "./accumulating-heap.js";

const intervals = [
  { from: 10, to: 30 },
  { from: 30, to: 90 },
  { from: 90, to: 1024 },
  { from: 1024, to: 4096 },
];

describe("cohortTrend", () => {
  const trendOf = (births: readonly number[], peaks: readonly number[] = births): string =>
    cohortTrend(births, peaks, intervals).trend;

  it.each<[string, readonly number[]]>([
    ["one in each iteration", [20, 60, 934, 3072]],
    ["four in each iteration", [80, 240, 3736, 12_288]],
    ["one in 40 iterations", [0, 2, 23, 77]],
    ["one in 40 iterations, by chance none at first", [0, 0, 24, 76]],
    ["one each, from the twentieth iteration on", [5, 60, 934, 3072]],
    ["one each, hung elsewhere at first", [0, 0, 800, 3072]],
  ])("%s is growing", (_, births) => expect(trendOf(births)).toBe("growing"));

  it.each<[string, readonly number[], readonly number[] | undefined, string]>([
    ["nothing", [0, 0, 0, 0], undefined, "few"],
    ["five in 4,000 iterations", [0, 0, 2, 3], undefined, "few"],
    ["the first thousand of a table", [20, 60, 934, 0], undefined, "bounded"],
    ["what stops but for a few", [20, 60, 934, 40], undefined, "bounded"],
    ["the last hundred of a cache", [0, 0, 0, 100], [20, 60, 100, 100], "bounded"],
    ["a cache of two thousand", [0, 0, 0, 2000], [20, 60, 934, 2000], "bounded"],
    ["half of what there was", [10, 30, 467, 3072], [20, 60, 934, 3072], "slowing"],
    ["slower and slower", [20, 50, 500, 800], undefined, "slowing"],
  ])("%s is not", (_, births, peaks, trend) => expect(trendOf(births, peaks)).toBe(trend));

  it("says how even the growth is", () => {
    expect(cohortTrend([20, 60, 934, 3072], [20, 60, 934, 3072], intervals).evenness).toBeCloseTo(1, 5);
    expect(cohortTrend([20, 60, 934, 2150], [20, 60, 934, 2150], intervals).evenness).toBeCloseTo(0.7, 2);
  });
});

const linear = [20, 60, 934, 3072];
const settled: HeapContext = {
  iterations: 4096,
  isHeapFull: false,
  isTimeOver: false,
  patience: PATIENCE,
  isOver: false,
};

interface Seen {
  readonly births?: number[];
  readonly entryBirths?: number[];
  readonly peaks?: number[];
  readonly limits?: readonly number[];
  /** Live sizes, at evenly spread iterations up to the last. */
  readonly sizes?: readonly number[];
  readonly reach?: readonly number[];
  readonly type?: string;
  readonly isSeenNoMore?: boolean;
  readonly hasGrownInBytes?: boolean;
  readonly byteLimits?: readonly number[];
  readonly writtenLimits?: readonly number[];
  readonly expiry?: HeapSuspect["expiry"];
}

function suspectSeen({
  births = linear,
  entryBirths = births,
  peaks = births,
  limits = [],
  sizes = [],
  reach = sizes,
  type = "Map",
  isSeenNoMore = false,
  hasGrownInBytes = false,
  byteLimits = [],
  writtenLimits = [],
  expiry = null,
}: Seen): HeapSuspect {
  const heap = heapOf({
    module: { name: "system / Context", edges: [["context", "map", "map"]] },
    map: { name: "Map", edges: [["element", 0, "Entry0"]] },
    ...bornIn("Entry", 1, 0),
  });
  const [pile] = pilesOf(heap);
  if (pile === undefined) throw new Error("nothing piles up");
  const sightingOf = (counts: number[]): Sighting => {
    const accumulation = { ...pile, births: counts, entryBirths, bornBytes: counts.map((count) => count * 16) };
    return {
      iteration: 4096,
      forest: forestOf(heap),
      bornAfter: 999,
      intervals,
      accumulation,
      parts: [accumulation],
      limits,
      byteLimits,
      writtenLimits,
      hasGrownInBytes,
    };
  };
  const suspect = new HeapSuspect("/app/a.mjs map []", sightingOf(peaks));
  suspect.see(sightingOf(peaks), () => 1);
  suspect.see(isSeenNoMore ? null : sightingOf(births), () => 2);
  sizes.forEach((size, index) => {
    const reading: Reading = { key: 1, state: "read", type, size, reach: reach[index] ?? size, heapId: null };
    suspect.record(((index + 1) * 4096) / sizes.length, new Map([[1, reading]]), true);
  });
  suspect.expiry = expiry;
  return suspect;
}

const decisionOn = (seen: Seen, context: Partial<HeapContext> = {}): HeapDecision =>
  decideHeapSuspect(suspectSeen(seen), { ...settled, ...context });

const ramp = (to: number, from = 0): number[] =>
  Array.from({ length: 64 }, (_, at) => from + ((to - from) * (at + 1)) / 64);
const filled = (to: number): number[] => ramp(4 * to).map((size) => Math.min(size, to));

describe("decideHeapSuspect", () => {
  it("takes even growth for a leak, with its rate and size", () => {
    expect(decisionOn({})).toMatchObject({
      kind: "leak",
      growth: { trend: "growing", unit: "entries", perIteration: 1, bytesPerIteration: 16, count: 4086, entries: 4086 },
    });
  });

  it.each<[string, Seen, HeapDecision["kind"], RegExp]>([
    ["gone by the end", { isSeenNoMore: true }, "bounded", /nothing of it was left/],
    ["evicted", { births: [0, 0, 0, 1000], peaks: [20, 60, 934, 1000] }, "bounded", /added earlier is gone/],
    ["stopped", { births: [20, 60, 934, 0] }, "bounded", /added earlier is gone/],
    ["too few", { births: [0, 0, 2, 3] }, "undecided", /too little/],
    ["slower and slower", { births: [20, 50, 500, 800] }, "undecided", /slower/],
    ["of a limit not outgrown", { limits: [5000] }, "undecided", /within the limit of 5000/],
    ["of a limit outgrown by less than a quarter", { limits: [4000] }, "undecided", /within the limit of 4000/],
    ["of a limit that is to be read of a text", { limits: [500, 9000] }, "undecided", /within the limit of 9000/],
    [
      "freed within the hour",
      { expiry: { before: 4086, after: 70, horizon: "an hour", isSampled: true } },
      "bounded",
      /clock was moved on/,
    ],
    ["not seen after the hour", { expiry: "impossible" }, "undecided", /clock could not be moved on/],
  ])("what is %s is no leak", (_, seen, kind, why) => {
    expect(decisionOn(seen)).toMatchObject({ kind, why: expect.stringMatching(why) });
  });

  it.each<[string, Seen]>([
    ["outgrew every limit", { limits: [500, 3000] }],
    ["was mostly there after an hour", { expiry: { before: 4086, after: 3000, horizon: "an hour", isSampled: true } }],
  ])("what %s is a leak", (_, seen) => expect(decisionOn(seen).kind).toBe("leak"));

  it("does not ask what expired where it is told not to", () => {
    const expired: Seen = { expiry: { before: 4086, after: 0, horizon: "an hour", isSampled: true } };
    expect(decisionOn(expired, { isExpiryAsked: false }).kind).toBe("leak");
    expect(decisionOn({ expiry: "impossible" }, { isExpiryAsked: false }).kind).toBe("leak");
  });

  it.each<[string, Partial<HeapContext>, HeapDecision["kind"]]>([
    ["4,095 iterations with 4,086 entries", { iterations: 4095 }, "undecided"],
    ["4,096 iterations", { iterations: 4096 }, "leak"],
    ["50 iterations of a full heap", { iterations: 50, isHeapFull: true }, "undecided"],
    ["100 iterations of a full heap", { iterations: 100, isHeapFull: true }, "leak"],
  ])("%s are enough or not", (_, context, kind) => expect(decisionOn({}, context).kind).toBe(kind));

  it("200 iterations are enough for 5,000 entries of its own, but not for so many objects", () => {
    const many: Seen = { births: [100, 300, 4600, 15_000] };
    expect(decisionOn(many, { iterations: 200 }).kind).toBe("undecided");
    expect(decisionOn({ ...many, sizes: ramp(4000) }, { iterations: 200 }).kind).toBe("undecided");
    expect(decisionOn({ ...many, sizes: ramp(5000) }, { iterations: 200 }).kind).toBe("leak");
  });

  describe("with a live size", () => {
    it("goes by a size that grows, whatever became of the objects", () => {
      expect(decisionOn({ births: [0, 0, 0, 2000], peaks: [20, 60, 934, 2000], sizes: ramp(4096) })).toMatchObject({
        kind: "leak",
        growth: { count: 4096, perIteration: 1 },
      });
    });

    it("compares the size read with the limit, not the births", () => {
      expect(decisionOn({ births: [20, 60, 934, 3072], sizes: ramp(9000, 5000), limits: [6000] }).kind).toBe("leak");
      expect(decisionOn({ births: [20, 60, 934, 3072], sizes: ramp(4096), limits: [6000] }).kind).toBe("undecided");
    });

    it("does not take the characters of a text for entries", () => {
      const text: Seen = { sizes: ramp(200_000), type: "string", limits: [65_536] };
      expect(decisionOn(text)).toMatchObject({ kind: "leak", growth: { count: 200_000, entries: null } });
      expect(decisionOn({ ...text, limits: [1_000_000] }).kind).toBe("undecided");
      expect(decisionOn(text, { iterations: 200 }).kind).toBe("undecided");
    });

    it("does not take what a collection reaches for its entries", () => {
      const tenants: Seen = { sizes: filled(3), reach: ramp(40_000), births: [20, 60, 934, 3072] };
      expect(decisionOn(tenants)).toMatchObject({ kind: "leak", growth: { entries: 4086 } });
      expect(decisionOn({ ...tenants, limits: [5000] }).kind).toBe("undecided");
    });

    it("asks for strictly even growth where the size stays", () => {
      const uneven = [20, 60, 934, 2150];
      expect(decisionOn({ births: uneven }).kind).toBe("leak");
      expect(decisionOn({ births: uneven, sizes: filled(3) }).kind).toBe("undecided");
    });
  });

  it("is taken past a number in its code as long as the run goes on", () => {
    expect(decisionOn({ writtenLimits: [5000] })).toMatchObject({ kind: "undecided", why: "5000 may be its limit" });
    expect(decisionOn({ writtenLimits: [5000] }, { isOver: true }).kind).toBe("leak");
    expect(decisionOn({ writtenLimits: [3000] }).kind).toBe("leak");
  });

  it("counts objects where they hang one from the other", () => {
    expect(decisionOn({ births: linear, entryBirths: [1, 0, 0, 0] })).toMatchObject({
      kind: "leak",
      growth: { unit: "objects", count: 4086, entries: null },
    });
  });
});

describe("isWorthMore", () => {
  it.each<[string, Seen, number, boolean]>([
    ["growth within a limit", { limits: [5000] }, 8192, true],
    ["what slows down, early on", { births: [20, 50, 500, 800] }, 1024, true],
    ["what slows down, later", { births: [20, 50, 500, 800] }, 4096, false],
    ["too few births", { births: [0, 0, 2, 3] }, 1024, false],
    ["too few births, but more bytes", { births: [0, 0, 2, 3], hasGrownInBytes: true }, 1024, true],
    ["too few births, but more bytes, later", { births: [0, 0, 2, 3], hasGrownInBytes: true }, 4096, false],
    ["what is decided", {}, 4096, false],
  ])("%s", (_, seen, iterations, isWorth) => {
    const context = { iterations, isHeapFull: false, isTimeOver: false, patience: PATIENCE, isOver: false };
    const suspect = suspectSeen(seen);
    const decision = decideHeapSuspect(suspect, context);
    expect(isWorthMore(decision, context, suspect.sighting)).toBe(isWorth);
  });
});
