import { describe, expect, it } from "vitest";
import { formatGithub } from "../../../runtime/report/github.js";
import { formatStepSummary } from "../../../runtime/report/step-summary.js";
import { compareBaseline } from "../../../runtime/verdict/baseline.js";
import type { VerificationResult } from "../../../runtime/verdict/result.js";
import { hostileTexts } from "./hostile-text.js";
import { cleared, context, finding, hop, result, unflagged } from "./results.js";

const commands = (run: VerificationResult, more: Partial<typeof context> = {}): string[] =>
  formatGithub(run, { ...context, ...more })
    .split("\n")
    .slice(0, -1);

describe("annotations", () => {
  it("are errors for leaks and warnings for what was not decided", () => {
    const findings = [
      cleared(),
      finding(),
      cleared({ verdict: "inconclusive", line: 9 }),
      cleared({ verdict: "unretained" }),
    ];
    const [error, second, warning, ...rest] = commands(result({ findings, unflagged: [unflagged()] }));
    expect(error).toMatch(
      /^::error file=src\/errors\.ts,line=14,col=7,title=leakproof%3A confirmed::log grows by 1 per iteration to 4,096, .*\(leakproof\/no-grow-only-registry\)%0Amodule src\/errors\.ts%0A {2}log /,
    );
    expect(second).toMatch(
      /^::error file=node_modules\/tiny-metrics\/index\.js,line=1,col=1,title=leakproof%3A unflagged leak::/,
    );
    expect(warning).toMatch(/^::warning file=src\/orders\.ts,line=9,col=7,title=leakproof%3A inconclusive::/);
    expect(rest).toEqual([]);
  });

  it("are ten of a kind at most, the largest leaks, and tell how many more there are", () => {
    const leak = (index: number) =>
      finding({ line: index, growth: { perIteration: 1, bytesPerIteration: index * 100, checkpoints: [] } });
    const leaks = Array.from({ length: 23 }, (_, index) => leak(index + 1));
    const undecided = Array.from({ length: 11 }, () => cleared({ verdict: "inconclusive" }));
    const lines = commands(result({ findings: [...leaks, ...undecided] }));
    const errors = lines.filter((line) => line.startsWith("::error "));
    expect(errors.map((line) => Number(/line=(\d+)/.exec(line)?.[1]))).toEqual([
      23, 22, 21, 20, 19, 18, 17, 16, 15, 14,
    ]);
    expect(lines.filter((line) => line.startsWith("::warning "))).toHaveLength(10);
    expect(lines.at(-1)).toBe(
      "::notice title=leakproof::13 more leaks and 1 more undecided finding not annotated: see the summary",
    );
  });

  it("are not made of what a baseline knows, nor of nothing", () => {
    expect(commands(compareBaseline(result(), result(), "earlier.json"))).toEqual([]);
    expect(formatGithub(result({ findings: [] }), context)).toBe("");
  });

  it("have paths of the repository, and the workload's for what has none", () => {
    expect(commands(result(), { sourceRoot: "/home/me" })[0]).toContain("file=shop/src/errors.ts,");
    const placeless = unflagged({ file: null, line: null, column: null });
    expect(commands(result({ findings: [], unflagged: [placeless] }))[0]).toContain(
      "file=bench/orders.mjs,line=1,title",
    );
    const odd = finding({ file: "src/a,b:100%.ts" });
    expect(commands(result({ findings: [odd] }))[0]).toContain("file=src/a%2Cb%3A100%25.ts,line=14");
  });

  it.each([...hostileTexts, "::error::x", "\n::error::x", "##[add-path]x", "%0A::stop-commands::x"])(
    "take any name (%#)",
    (text) => {
      const chain = [hop(text, "module", { file: text }), hop(text, text, { file: text, flagged: true })];
      const more = { file: text, reason: text, message: text, note: text, advice: text, chain };
      const lines = commands(result({ findings: [finding(more)], unflagged: [unflagged(more)] }));
      expect(lines).toHaveLength(2);
      for (const line of lines) {
        expect(line).toMatch(
          /^::error file=[^,:]*,line=14?,col=[17],title=leakproof%3A (?:confirmed|unflagged leak)::/,
        );
        expect(line.slice(1)).not.toMatch(/[\p{Cc}\u2028]/u);
        expect(line.replace(/%(?:25|0A|2C|3A)/g, "")).not.toContain("%");
      }
    },
  );
});

describe("the summary of a step", () => {
  it("has a table of verdicts, and the chain of each leak", () => {
    const text = read(formatStepSummary(result({ unflagged: [unflagged()] })));
    expect(text).toContain("## leakproof: 2 leaks in 4,096 iterations of bench/orders.mjs\n");
    expect(text).toContain("| confirmed | src/errors.ts:14 | log grows by 1 per iteration to 4,096, no bound");
    expect(text).toContain(
      "| refuted | src/orders.ts:3 | open stays at 0 in 4,096 iterations | leakproof/no-grow-only-registry |",
    );
    expect(text).toContain("```text\nmodule src/errors.ts\n  log                Array (4,096)  ← flagged\n    [0]");
    expect(text).toContain("### unflagged node_modules/tiny-metrics/index.js:1\n");
  });

  it("tells what a baseline knows, and what of it has gone", () => {
    const earlier = result({ findings: [finding(), finding({ fingerprint: "gone", heapFingerprints: [], line: 3 })] });
    const text = read(formatStepSummary(compareBaseline(result(), earlier, "earlier.json")));
    expect(text).toContain("## leakproof: no new leak, 1 known in");
    expect(text).toContain("| known | src/errors.ts:14 |");
    expect(text).toContain("No longer confirmed, of earlier.json: log (src/errors.ts:3)");
    expect(text).not.toContain("```");
  });

  it("stays below what GitHub takes", () => {
    const chain = Array.from({ length: 20 }, (_, index) => hop(`.field${index}`, "漢".repeat(300)));
    const findings = Array.from({ length: 900 }, () => finding({ chain, reason: "漢".repeat(300) }));
    const text = formatStepSummary(result({ findings }));
    expect(Buffer.byteLength(text)).toBeLessThan(1024 * 1024);
    expect(read(text)).toMatch(/400 more rows are left out\.[^]*The chains of \d+ more leaks do not fit in here\./);
  });

  it.each([
    ...hostileTexts,
    "| a | b |",
    "```\n# x",
    "`````",
    "[x](http://e.example)",
    "www.e.example",
    "@me",
    "<!-- -->",
  ])("takes any name (%#)", (text) => {
    const chain = [hop(text, "module", { file: text }), hop(text, text, { flagged: true })];
    const more = { file: text, reason: text, note: text, advice: text, chain };
    const summary = formatStepSummary(result({ workload: text, findings: [finding(more)] }));
    const [before = "", fence = "", , after = ""] =
      /^([^]*?)^(`{3,})text\n([^]*)^\2\n([^]*)$/m.exec(summary)?.slice(1) ?? [];
    expect(fence).not.toBe("");
    // Outside of the code all of it is letters, spaces and entities, beside our own marks.
    const prose = (before + after).replace(/&#\d+;/g, "").replace(/^\|(?:---\|)+$|^#{2,3} |^\||\|$| \| /gm, " ");
    expect(prose.replace("leakproof:", "")).not.toMatch(/[!-/:-@[-`{-~]/);
  });
});

function read(markdown: string): string {
  return markdown.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}
