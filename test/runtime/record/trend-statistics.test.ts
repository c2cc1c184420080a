import { describe, expect, it } from "vitest";
import { mannKendall } from "../../../runtime/record/mann-kendall.js";
import { twoSidedTail } from "../../../runtime/record/normal.js";
import { median, theilSen, type Point } from "../../../runtime/record/theil-sen.js";
import { findWarmUp } from "../../../runtime/record/warm-up.js";
import { trendOf } from "../../../runtime/record/trend.js";

const row = (...values: readonly number[]): Point[] => values.map((y, x) => ({ x, y }));

/** Numbers that repeat from run to run. */
function pseudoRandom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
}

function* permutations(values: readonly number[]): Generator<number[]> {
  if (values.length <= 1) yield [...values];
  for (const [index, value] of values.entries()) {
    for (const rest of permutations(values.toSpliced(index, 1))) yield [value, ...rest];
  }
}

describe("twoSidedTail", () => {
  // Tables of the normal distribution.
  it.each([
    [0, 1],
    [1, 0.3173105],
    [1.959964, 0.05],
    [2.5758293, 0.01],
    [-3.2905267, 0.001],
    [5, 5.733e-7],
  ])("of %d is %d", (z, p) => expect(twoSidedTail(z) / p).toBeCloseTo(1, 4));
});

describe("mannKendall", () => {
  it("counts pairs that rise and pairs that fall", () => {
    // 1 3 2 4: pairs +1+1+1, −1+1, +1.
    expect(mannKendall([1, 3, 2, 4])).toMatchObject({ s: 4, variance: (4 * 3 * 13) / 18 });
    expect(mannKendall([4, 3, 2, 1]).s).toBe(-6);
  });

  it("takes ties into account", () => {
    // Two pairs of equal values: each takes 2 · 1 · 9 / 18 away.
    expect(mannKendall([1, 1, 2, 2, 3]).variance).toBeCloseTo((5 * 4 * 15) / 18 - 2, 10);
    expect(mannKendall([7, 7, 7, 7, 7, 7])).toEqual({ s: 0, variance: 0, p: 1 });
  });

  it.each([
    [[1, 2, 3, 4, 5, 6]],
    [[2, 1, 3, 4, 6, 5]],
    [[6, 5, 3, 4, 1, 2]],
    [[3, 1, 2, 6, 4, 5]],
    [[1, 6, 2, 5, 3, 4]],
  ])("gives %j the share of all orders that go as far", (values) => {
    const s = Math.abs(mannKendall(values).s);
    const all = [...permutations(values)].map((order) => Math.abs(slowS(order)));
    const share = all.filter((other) => other >= s).length / all.length;
    expect(mannKendall(values).p).toBeCloseTo(s === 0 ? 1 : share, 10);
  });

  it("is as good by the normal approximation", () => {
    const next = pseudoRandom(7);
    const values = Array.from({ length: 60 }, (_, index) => index / 40 + next() * 2);
    const { s, variance, p } = mannKendall(values);
    expect(p).toBeCloseTo(twoSidedTail((Math.abs(s) - 1) / Math.sqrt(variance)), 2);
    expect(mannKendall([...values, 99]).p).toBeLessThan(p);
  });
});

function slowS(values: readonly number[]): number {
  return values
    .flatMap((value, index) => values.slice(index + 1).map((later) => Math.sign(later - value)))
    .reduce((sum, sign) => sum + sign, 0);
}

describe("theilSen", () => {
  it("is the median of the slopes", () => {
    // Slopes between (0,0) (1,1) (2,2) (3,9): 1 1 1 3 4 7.
    expect(theilSen(row(0, 1, 2, 9))).toMatchObject({ slope: 2, centre: { x: 1.5, y: 1.5 } });
    expect(
      theilSen([
        { x: 0, y: 1 },
        { x: 4, y: 3 },
      ]).slope,
    ).toBe(0.5);
  });

  it("does not follow an outlier", () => {
    expect(theilSen(row(0, 12, 24, 36, 48, 1000, 72, 84)).slope).toBe(12);
  });

  it("has an interval that holds the true slope as often as it says", () => {
    const next = pseudoRandom(42);
    let held = 0;
    for (let run = 0; run < 400; run++) {
      const points = Array.from({ length: 15 }, (_, x) => ({ x, y: 3 * x + 10 * (next() + next() + next() - 1.5) }));
      const { low, high } = theilSen(points);
      held += Number(low <= 3 && 3 <= high);
    }
    expect(held / 400).toBeGreaterThan(0.92);
    expect(held / 400).toBeLessThan(0.99);
  });

  it("knows medians", () => {
    expect([median([3, 1, 2]), median([4, 1, 3, 2]), median([])]).toEqual([2, 2.5, NaN]);
  });
});

describe("findWarmUp", () => {
  it.each<[name: string, values: number[], passedOver: number]>([
    ["steady growth has none", [0, 12, 24, 36, 48, 60, 72, 84, 96, 108, 120], 0],
    ["two leading steps", [0, 900, 1400, 1412, 1424, 1436, 1448, 1460, 1472, 1484, 1496], 2],
    ["one late leading step", [0, 0, 0, 500, 500, 500, 500, 500, 500, 500, 500], 3],
    ["noise of both halves alike", [5, 3, 6, 4, 5, 3, 6, 4, 5, 3, 6], 0],
  ])("%s", (_, values, passedOver) => {
    expect(findWarmUp(row(...values), 1)).toEqual({ passedOver, isSettled: true });
  });

  it("leaves at least half of the steps, and says that nothing has settled", () => {
    const doubling = [0, 10, 30, 70, 150, 310, 630, 300, 200, 150, 120];
    expect(findWarmUp(row(...doubling.map((value) => value * value)), 1).passedOver).toBeLessThanOrEqual(5);
    const decaying = Array.from({ length: 11 }, (_, index) => 100_000 * (1 - 0.3 ** index));
    expect(findWarmUp(row(...decaying), 0)).toEqual({ passedOver: 5, isSettled: false });
  });
});

describe("trendOf", () => {
  it("tells growth from warm-up", () => {
    const trend = trendOf(row(0, 900, 1400, 1412, 1424, 1436, 1448, 1460, 1472, 1484, 1496), "count");
    expect(trend).toMatchObject({
      kind: "rises",
      slope: 12,
      passedOver: 2,
      steps: 10,
      warmUpRise: 1400,
      isSettled: true,
    });
    expect(trendOf(row(0, 900, 1400, 1400, 1400, 1400, 1400, 1400, 1400, 1400, 1400), "count")).toMatchObject({
      kind: "flat",
    });
  });

  it("sees one object in each iteration among many", () => {
    expect(trendOf(row(...Array.from({ length: 11 }, (_, i) => 1_000_000 + i)), "count")).toMatchObject({
      kind: "rises",
      slope: 1,
    });
  });

  it("says of few that they are few", () => {
    expect(trendOf(row(1, 2, 3, 4, 5), "count")).toEqual({ kind: "too-few", points: 5, needed: 6 });
  });

  it("calls no jump a rate", () => {
    const jump = [...Array<number>(10).fill(80e6), ...Array<number>(10).fill(90e6)];
    expect(trendOf(row(...jump), "bytes", 0.01)).toMatchObject({ isSettled: false });
  });

  it("does not take creeping pages for growth, and does take kept bytes", () => {
    const creeping = Array.from({ length: 20 }, (_, i) => 80e6 + i * 4096);
    expect(trendOf(row(...creeping), "bytes", 0.01).kind).toBe("flat");
    expect(trendOf(row(...creeping), "bytes").kind).toBe("rises");
  });

  it("finds a trend in noise once in a hundred rows or so", () => {
    const next = pseudoRandom(3);
    const found = Array.from(
      { length: 500 },
      () => trendOf(row(...Array.from({ length: 30 }, () => 5e6 + next() * 2e6)), "bytes").kind,
    );
    expect(found.filter((kind) => kind === "rises" || kind === "falls").length).toBeLessThan(15);
  });

  it("is quick with many points", () => {
    expect(trendOf(row(...Array.from({ length: 50_000 }, (_, i) => i)), "count")).toMatchObject({ slope: 1 });
  });
});
