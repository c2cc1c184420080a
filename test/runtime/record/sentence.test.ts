import { describe as suite, expect, it } from "vitest";
import { describe } from "../../../runtime/record/description.js";
import { nothingMeasured, type Sample } from "../../../runtime/record/sample.js";
import { amountText, sentencesOf } from "../../../runtime/record/sentence.js";
import { megabytes, recording } from "./recordings.js";

const say = (samples: readonly Sample[]): string[] => sentencesOf(describe(samples));
const warm = (i: number): number => (i === 0 ? 0 : i === 1 ? 900 : 1400 + 12 * (i - 2));

suite("what a recording is said to show", () => {
  it("names rate, span, chance and warm-up", () => {
    expect(say(recording(10, { objects: (i) => 10_000 + warm(i) }))).toEqual([
      "objects +12.0 per iteration over the last 8 of 10, p < 0.001; the rise of 1,400 in the first 2 is warm-up",
    ]);
    expect(say(recording(10, { objects: () => 7512 }))).toEqual(["objects flat at 7,512 over all 10"]);
    expect(say(recording(3, { objects: () => 7512 }))).toEqual([
      "objects: too few iteration marks to tell a trend (4, at least 6 are needed)",
    ]);
  });

  const flat = { objects: () => 7512, heap_used: () => megabytes(6), external: () => megabytes(2) };

  it("calls a rise of RSS fragmentation only where nothing stays", () => {
    const rises = { rss: (i: number) => megabytes(80 + 2 * i) };
    const words = "RSS rises though no object stays: fragmentation or native memory, not a leak of objects";
    expect(say(recording(12, { ...flat, ...rises }))).toContain(words);
    expect(say(recording(12, { ...flat, ...rises, objects: (i) => 7512 + 9 * i }))).not.toContain(words);
    expect(say(recording(12, { ...flat, ...rises, heap_used: (i) => megabytes(6 + 2 * i) }))).not.toContain(words);
    expect(say(recording(12, { ...flat, ...rises, external: (i) => megabytes(2 + 2 * i) }))).not.toContain(words);
    expect(say(recording(12, { heap_used: flat.heap_used, external: flat.external, ...rises }))).not.toContain(words);
    expect(say(recording(3, { ...flat, ...rises }))).not.toContain(words);
    // Noise of the heap that could hide what RSS shows.
    const noisy = (i: number): number => megabytes(30 + 20 * ((i * 7) % 5));
    expect(say(recording(12, { ...flat, ...rises, heap_used: noisy }))).not.toContain(words);
  });

  it("tells bytes that rise without objects", () => {
    const rises = { heap_used: (i: number) => megabytes(6 + i) };
    expect(say(recording(12, { ...flat, ...rises })).join("\n")).toMatch(
      /heap used rises though the objects stay as many/,
    );
  });

  it("takes compiled code for none, as long as no object stays", () => {
    const creeping = { heap_used: (i: number) => megabytes(6 + 0.002 * i) };
    expect(say(recording(20, { ...flat, ...creeping }))[1]).toMatch(/^heap used flat at 6\.0 MB/);
    expect(say(recording(20, { ...flat, ...creeping, objects: (i) => 7512 + 9 * i }))[1]).toMatch(
      /^heap used \+2\.0 kB per/,
    );
  });

  it("never speaks of a leak that is there", () => {
    expect(say(recording(20, { objects: (i) => 10_000 + 50 * i })).join("\n")).not.toMatch(/leak/);
  });

  it("describes by seconds where there are no iterations", () => {
    const samples = Array.from({ length: 100 }, (_, index): Sample => ({
      timeMs: index * 100,
      iteration: null,
      pid: 41,
      // A saw, whose roots climb by a megabyte each second.
      values: { ...nothingMeasured, heap_used: megabytes(10 + index / 10 + 5 * (index % 5)) },
    }));
    expect(say(samples)[0]).toMatch(/^heap used \+1\.0 MB per second/);
  });

  it("looks at the process that makes the marks", () => {
    const others = recording(12, { heap_used: () => megabytes(500) }).map((sample) => ({
      ...sample,
      pid: 7,
      iteration: null,
    }));
    const samples = [...others, ...recording(12, { objects: (i) => 100 * i })];
    expect(describe(samples)).toMatchObject({ pid: 41, processes: 2 });
    expect(say(samples).at(-1)).toBe("this is process 41; another Node process is in the CSV");
  });

  it("writes amounts as people do", () => {
    expect([7512, 1.25, 0.5].map((value) => amountText(value, "count"))).toEqual(["7,512", "1.3", "0.50"]);
    expect([512, 3100, 6e6, 250e6, 3e9].map((value) => amountText(value, "bytes"))).toEqual([
      "512 B",
      "3.1 kB",
      "6.0 MB",
      "250 MB",
      "3.00 GB",
    ]);
  });
});
