import { describe, expect, it } from "vitest";
import type { Finding } from "../../runtime/findings.js";
import { mergeReports } from "../../runtime/merge.js";
import { takeShard } from "../../runtime/shard.js";
import { compareBaseline, isKnown, newLeaksOf } from "../../runtime/verdict/baseline.js";
import type { Shard, VerificationResult } from "../../runtime/verdict/result.js";
import { exitCodeOf } from "../../runtime/commands/exit-codes.js";
import { readReport } from "../../runtime/report/read-report.js";
import { cleared, finding, result, unflagged } from "./report/results.js";

const suspicion = (file: string, line: number, isSuppressed = false): Finding => ({
  ruleId: "leakproof/no-grow-only-registry",
  file: `/shop/${file}`,
  line,
  column: 1,
  message: "",
  facts: null,
  isSuppressed,
});

describe("shards", () => {
  const sizes = { "a.ts": 3, "b.ts": 1, "c.ts": 6, "d.ts": 1, "e.ts": 1, "f.ts": 2 };
  const all = Object.entries(sizes).flatMap(([file, size]) =>
    Array.from({ length: size }, (_, index) => suspicion(file, index + 1)),
  );
  const part = (findings: readonly Finding[], index: number, count: number) =>
    takeShard(findings, { index, count }, "/shop");

  it.each([1, 2, 3, 4, 9])("of %i judge every finding once, and the findings of a file together", (count) => {
    const parts = Array.from({ length: count }, (_, index) => part(all, index + 1, count).findings);
    expect(parts.flat()).toEqual(all);
    const owners = (file: string): number => parts.filter((own) => own.some((entry) => entry.file === file)).length;
    for (const file of Object.keys(sizes)) expect(owners(`/shop/${file}`)).toBe(1);
  });

  it("are about as large as each other, and do not depend on the order", () => {
    const sizesOf = (findings: readonly Finding[]) => [1, 2].map((index) => part(findings, index, 2).findings.length);
    expect(sizesOf(all)).toEqual([4, 10]);
    expect(sizesOf([...all].reverse())).toEqual([4, 10]);
    expect(part([...all].reverse(), 1, 2).shard).toEqual(part(all, 1, 2).shard);
    expect(part(all.slice(1), 1, 2).shard.digest).not.toBe(part(all, 1, 2).shard.digest);
  });

  it("all have what a comment disables", () => {
    const excused = suspicion("z.ts", 1, true);
    for (const index of [1, 2, 3]) expect(part([...all, excused], index, 3).findings).toContain(excused);
    expect(part([], 1, 3)).toMatchObject({ findings: [], shard: { index: 1, count: 3, findings: 0 } });
  });
});

const shard = (index: number, count = 2, more: Partial<Shard> = {}): Shard => ({
  index,
  count,
  findings: 2,
  digest: "d1",
  ...more,
});
const named = (results: readonly VerificationResult[]) =>
  results.map((entry, index) => ({ file: `${index + 1}.json`, result: entry }));
const merged = (...results: VerificationResult[]): VerificationResult => mergeReports(named(results));

describe("the merge of shards", () => {
  const first = result({ shard: shard(1), findings: [cleared()], iterations: 1000, status: "time-budget" });
  const second = result({ shard: shard(2), findings: [finding()], iterations: 4096 });

  it("is what one run would have told", () => {
    const whole = merged(first, second);
    expect(whole).toMatchObject({
      iterations: 4096,
      status: "time-budget",
      shard: null,
      summary: { confirmed: 1, refuted: 1, unflagged: 0 },
      timings: { totalMs: first.timings.totalMs + second.timings.totalMs },
    });
    expect(whole.findings.map(({ file }) => file)).toEqual(["src/errors.ts", "src/orders.ts"]);
    expect(merged(second, first)).toEqual(whole);
    expect(readReport(JSON.stringify(whole))).toEqual(whole);
    expect([exitCodeOf(whole, false), exitCodeOf(first, false)]).toEqual([1, 0]);
  });

  it("has growth that several shards saw once, and none that another shard's finding explains", () => {
    const explained = unflagged({ fingerprint: "beef", heapFingerprints: ["beef", "b00c"] });
    const other = unflagged({ fingerprint: "c0de", heapFingerprints: ["c0de", "babe"] });
    const whole = merged({ ...first, unflagged: [unflagged(), explained] }, { ...second, unflagged: [other] });
    expect(whole.unflagged).toEqual([other]);
    expect(whole.summary.unflagged).toBe(1);
    // A finding that was not confirmed explains nothing.
    const refuted = { ...second, findings: [finding({ verdict: "refuted" })] };
    expect(merged({ ...first, unflagged: [explained] }, refuted).unflagged).toEqual([explained]);
  });

  it("tells where nothing could be decided, which a shard does not", () => {
    const idle = [cleared({ verdict: "not-exercised" })];
    const parts = [first, second].map((part) => ({ ...part, ...result({ findings: idle }), shard: part.shard }));
    expect(parts.map((part) => exitCodeOf(part, false))).toEqual([0, 0]);
    expect(exitCodeOf(merged(...parts), false)).toBe(3);
  });

  it("keeps what the shards' baselines know", () => {
    const whole = merged(compareBaseline(first, second, "b.json"), compareBaseline(second, second, "b.json"));
    expect(whole.baseline).toEqual({ file: "b.json", known: ["f00d"], gone: [] });
    expect(exitCodeOf(whole, false)).toBe(0);
  });

  it("puts the comparisons of a release together", () => {
    const rate = { verdict: "confirmed", perIteration: 1, size: 9 } as const;
    const entry = { fingerprint: "f00d", name: "log", file: "a.ts", line: 1, before: rate, after: rate };
    const release = { module: "a.ts", export: "clear", iterations: 900, entries: [entry] };
    const stray = { ...release, iterations: 800, entries: [entry, { ...entry, fingerprint: "explained" }] };
    const whole = merged({ ...first, release: stray }, { ...second, release });
    expect(whole.release).toEqual({ ...release, iterations: 800 });
    expect(() => merged(first, { ...second, release })).toThrow("different --release");
  });

  it("of a whole report is that report", () => {
    expect(merged(result())).toEqual(result());
  });

  it.each([
    ["shard twice", [first, { ...second, shard: shard(1) }], "1.json and 2.json are both shard 1/2"],
    ["missing shards", [{ ...first, shard: shard(2, 4) }], "no report of shard 1/4, 3/4, 4/4"],
    ["another workload", [first, { ...second, workload: "b.mjs" }], "the workload is bench/orders.mjs and b.mjs"],
    ["another division", [first, { ...second, shard: shard(2, 3) }], "the number of shards is 2 and 3"],
    ["other findings", [first, { ...second, shard: shard(2, 2, { digest: "d2" }) }], "findings that are not the same"],
    ["another Node", [first, { ...second, node: "v20.1.0" }], "the version of Node is v24 and v20"],
    ["a whole report", [first, result()], "2.json is a whole report, not one of a shard"],
    ["nothing", [], "no reports to merge"],
  ])("refuses %s", (_, results, says) => {
    expect(() => mergeReports(named(results))).toThrow(says);
  });
});

describe("a baseline", () => {
  it("excuses the leaks that it knows, and names those that are none any more", () => {
    const grown = finding({ fingerprint: "new", heapFingerprints: ["h2"], line: 40 });
    const now = result({ findings: [finding({ line: 99 }), grown, cleared()] });
    const gone = finding({ fingerprint: "gone", heapFingerprints: [], file: "src/a.ts", line: 3 });
    const compared = compareBaseline(now, result({ findings: [finding(), gone, cleared()] }), "b.json");
    expect(compared.baseline).toEqual({
      file: "b.json",
      known: ["f00d"],
      gone: [{ fingerprint: "gone", name: "log", file: "src/a.ts", line: 3 }],
    });
    expect(newLeaksOf(compared)).toEqual([grown]);
    expect(exitCodeOf(compared, false)).toBe(1);
    expect(exitCodeOf(compareBaseline(now, now, "b.json"), false)).toBe(0);
  });

  it("knows a leak again that a rule flags only now, or no longer", () => {
    const open = result({ findings: [], unflagged: [unflagged({ fingerprint: "beef", heapFingerprints: ["beef"] })] });
    expect(compareBaseline(result(), open, "b.json").baseline).toMatchObject({ known: ["f00d"], gone: [] });
    expect(compareBaseline(open, result(), "b.json").baseline).toMatchObject({ known: ["beef"], gone: [] });
  });

  it("does not excuse new code that adds to what leaked already", () => {
    const other = finding({ fingerprint: "new" });
    const compared = compareBaseline(result({ findings: [finding(), other] }), result(), "b.json");
    expect(isKnown(compared, other)).toBe(false);
  });

  it("does not say of a shard what has gone", () => {
    const part = result({ shard: shard(1), findings: [cleared()] });
    expect(compareBaseline(part, result(), "b.json").baseline).toEqual({ file: "b.json", known: [], gone: [] });
  });
});

describe("what is read back", () => {
  it.each([
    ["{ not json", "is not JSON"],
    ["[]", "is not a report of leakproof verify (an ESLint report?)"],
    ["null", "is not a report of leakproof verify"],
    ["{}", "is not a report of leakproof verify"],
    ['{ "schemaVersion": 2 }', "has schemaVersion 2, and this leakproof reads 1"],
    ['{ "schemaVersion": 1 }', "is damaged: node is no text"],
    [JSON.stringify({ ...result(), series: [null] }), "is damaged: series[0] is no object"],
    [JSON.stringify(result({ findings: [finding({ line: 0 })] })), "findings[0].line is no whole number above 0"],
    [JSON.stringify({ ...result(), status: "done" }), "status is none of complete, time-budget, heap-limit"],
  ])("%s %s", (text, says) => {
    expect(readReport(text)).toContain(says);
  });
});
