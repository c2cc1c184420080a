import { describe, expect, it } from "vitest";
import { assessGrowth, type Sample } from "../../../runtime/verdict/growth.js";

const ITERATIONS = 4096;
const EVERY = 16;

function series(sizeAt: (iteration: number) => number, iterations = ITERATIONS): Sample[] {
  const samples: Sample[] = [];
  for (let iteration = EVERY; iteration <= iterations; iteration += EVERY) {
    samples.push({ iteration, size: Math.floor(sizeAt(iteration)) });
  }
  return samples;
}

/** Numbers from 0 to 1 that are the same in every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function distinctKeys(keys: number, seed: number): (iteration: number) => number {
  const next = random(seed);
  const seen = new Set<number>();
  let at = 0;
  return (iteration) => {
    for (; at < iteration; at++) seen.add(Math.floor(next() * keys));
    return seen.size;
  };
}

describe("assessGrowth", () => {
  it.each<[string, (i: number) => number]>([
    ["one entry per iteration", (i) => i],
    ["five entries per iteration, from a thousand on", (i) => 1000 + 5 * i],
    ["one entry in 40 iterations", (i) => i / 40],
    ["the square root of the iterations", (i) => 20 * Math.sqrt(i)],
    ["one added each, five taken out every ten", (i) => i - 5 * Math.floor(i / 10)],
    ["six hundred entries after each six hundred iterations", (i) => 600 * Math.floor(i / 600)],
    ["half of it given back every 500 iterations", (i) => (i % 500) + 250 * Math.floor(i / 500)],
  ])("%s grows without end", (_, sizeAt) => {
    expect(assessGrowth(series(sizeAt)).trend).toBe("growing");
  });

  it.each<[string, (i: number) => number]>([
    ["a cache of 100", (i) => Math.min(i, 100)],
    ["a cache of 1,500", (i) => Math.min(i, 1500)],
    ["a cache of 4,000, full for the last 96 iterations", (i) => Math.min(i, 4000)],
    ["a cache of 3,400, full for the last 700 iterations", (i) => Math.min(i, 3400)],
    ["a queue flushed at 300", (i) => i % 300],
    ["a queue flushed at 1,000", (i) => i % 1000],
    ["500 keys in turn", (i) => Math.min(i, 500)],
    ["2,000 random keys", distinctKeys(2000, 1)],
    ["5,000 random keys, not all seen yet", distinctKeys(5000, 2)],
    ["what a finalizer sweeps at the end", (i) => (i < ITERATIONS ? i : 3)],
    ["nothing", () => 0],
    ["a logarithm", (i) => 200 * Math.log2(i)],
  ])("%s does not", (_, sizeAt) => {
    expect(assessGrowth(series(sizeAt)).trend).not.toBe("growing");
  });

  it("tells how a bounded series ended", () => {
    expect(assessGrowth(series(() => 7)).trend).toBe("flat");
    expect(assessGrowth(series((i) => Math.min(i, 100))).trend).toBe("stopped");
    expect(assessGrowth(series((i) => i % 300)).trend).toBe("falling");
    expect(assessGrowth(series((i) => i / 1000)).trend).toBe("few");
    expect(assessGrowth([]).trend).toBe("flat");
  });

  it("measures the rate from trough to trough", () => {
    expect(assessGrowth(series((i) => 3 * i)).perIteration).toBeCloseTo(3, 6);
    expect(assessGrowth(series((i) => i - 5 * Math.floor(i / 10))).perIteration).toBeCloseTo(0.5, 2);
  });

  it("does not take the chance in a few births for a bound", () => {
    for (let seed = 1; seed <= 50; seed++) {
      const next = random(seed);
      let births = 0;
      let at = 0;
      const rareAtRandom = (iteration: number): number => {
        for (; at < iteration; at++) if (next() < 1 / 40) births++;
        return births;
      };
      expect(["growing", "slowing"]).toContain(assessGrowth(series(rareAtRandom)).trend);
    }
  });

  describe("of readings that fall beside the doublings", () => {
    const readAt = [...Array.from({ length: 44 }, (_, index) => 30 + index)].concat([
      90, 180, 360, 720, 1232, 1440, 1952, 2464, 2880, 3392, 3904, 4096,
    ]);
    const irregular = (sizeAt: (iteration: number) => number): Sample[] =>
      readAt.map((iteration) => ({ iteration, size: Math.floor(sizeAt(iteration)) }));

    it.each<[string, (i: number) => number, number]>([
      ["one entry per iteration", (i) => i, 1],
      ["eight entries per iteration", (i) => 8 * i, 8],
      ["five entries per iteration, from a thousand on", (i) => 1000 + 5 * i, 5],
      ["one entry in ten iterations", (i) => i / 10, 0.1],
      ["one entry in 40 iterations", (i) => i / 40, 0.025],
    ])("%s grows without end", (_, sizeAt, rate) => {
      const { trend, perIteration } = assessGrowth(irregular(sizeAt));
      expect(trend).toBe("growing");
      expect(perIteration).toBeCloseTo(rate, 2);
    });

    it.each<[string, (i: number) => number]>([
      ["a cache of 100", (i) => Math.min(i, 100)],
      ["a cache of 1,500", (i) => Math.min(i, 1500)],
      ["a cache of 3,400, full for the last 700 iterations", (i) => Math.min(i, 3400)],
      ["a queue flushed at 300", (i) => i % 300],
      ["2,000 random keys", distinctKeys(2000, 1)],
      ["a logarithm", (i) => 200 * Math.log2(i)],
      ["nothing", () => 0],
    ])("%s does not", (_, sizeAt) => expect(assessGrowth(irregular(sizeAt)).trend).not.toBe("growing"));

    it.each([1000, 2464, 3000, 4000])("one entry per iteration grows, read last at %d", (end) => {
      const samples = irregular((i) => i).filter(({ iteration }) => iteration <= end);
      expect(assessGrowth(samples).trend).toBe("growing");
    });
  });
});
