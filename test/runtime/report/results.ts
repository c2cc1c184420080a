/** Results to report, as large as a line and as a run over hundreds of files. */
import type { ChainHop, JudgedFinding, UnflaggedGrowth, VerificationResult } from "../../../runtime/verdict/result.js";
import type { ReportContext } from "../../../runtime/report/context.js";

/** A hop with everything that is not said left out. */
export function hop(edge: string, type: string, more: Partial<ChainHop> = {}): ChainHop {
  return { edge, type, file: null, line: null, size: null, count: 1, retainedBytes: null, flagged: false, ...more };
}

const errorLogChain: readonly ChainHop[] = [
  hop("src/errors.ts", "module", { file: "src/errors.ts" }),
  hop("log", "Array", { file: "src/errors.ts", line: 14, size: 4096, retainedBytes: 10_174_464, flagged: true }),
  hop("[0]", "LogEntry", { file: "src/errors.ts", line: 8, count: 4096, retainedBytes: 2480 }),
  hop(".request", "Request", { file: "src/request.ts", line: 7, retainedBytes: 2200 }),
  hop(".connection", "Connection", { file: "src/connection.ts", line: 3, retainedBytes: 2000 }),
  hop(".tables", "Map", { retainedBytes: 1800 }),
];

/** A confirmed finding, but for what is said otherwise. */
export function finding(more: Partial<JudgedFinding> = {}): JudgedFinding {
  return {
    ruleId: "leakproof/no-grow-only-registry",
    file: "src/errors.ts",
    line: 14,
    column: 7,
    message: "`log` keeps each value added (line 18) as long as the module lives.",
    verdict: "confirmed",
    reason: "log grows by 1 per iteration to 4,096, no bound in 4,096 iterations",
    holder: { kind: "binding", name: "log", module: "src/errors.ts", type: "Array", size: 4096 },
    growth: {
      perIteration: 1,
      bytesPerIteration: 2484,
      checkpoints: [10, 90, 512, 1024, 4096].map((iteration) => ({ iteration, size: iteration })),
    },
    chain: errorLogChain,
    note: "clear() at src/errors.ts:28 never ran in this workload",
    advice: "call clear() of src/errors.ts when the work or the test ends",
    fingerprint: "f00d",
    heapFingerprints: ["beef"],
    ...more,
  };
}

/** A finding that is none, with nothing to show. */
export function cleared(more: Partial<JudgedFinding> = {}): JudgedFinding {
  return finding({
    file: "src/orders.ts",
    line: 3,
    verdict: "refuted",
    reason: "open stays at 0 in 4,096 iterations",
    growth: null,
    chain: [],
    note: null,
    advice: null,
    fingerprint: "cafe",
    heapFingerprints: [],
    ...more,
  });
}

export function unflagged(more: Partial<UnflaggedGrowth> = {}): UnflaggedGrowth {
  const { ruleId: _, ...growth } = finding({
    file: "node_modules/tiny-metrics/index.js",
    line: 1,
    column: 1,
    message: "objects pile up here, and no finding explains it",
    reason: "samples grows by 1 per iteration to 4,096, no bound in 4,096 iterations",
    chain: [
      hop("node_modules/tiny-metrics/index.js", "module", { file: "node_modules/tiny-metrics/index.js" }),
      hop("samples", "Array", { size: 4096, flagged: true }),
      hop("[10]", "Object", { count: 4096 }),
    ],
    note: null,
    advice: "remove from samples what is done with, or bound it",
    fingerprint: "babe",
    heapFingerprints: ["babe"],
  });
  return { ...growth, ...more };
}

/** A result of these findings, its summary counted. */
export function result(more: Partial<VerificationResult> = {}): VerificationResult {
  const findings = more.findings ?? [finding(), cleared()];
  const leaks = more.unflagged ?? [];
  const count = (verdict: string): number => findings.filter((entry) => entry.verdict === verdict).length;
  return {
    schemaVersion: 1,
    node: "v24.21.0",
    workload: "bench/orders.mjs",
    iterations: 4096,
    status: "complete",
    chainsTakenAt: 4096,
    series: [10, 30, 90, 1024, 4096].map((iteration, index) => ({
      iteration,
      elapsedMs: 100 * (index + 1),
      rss: 60_000_000 + 3000 * iteration,
      heapUsed: 9_000_000 + 2500 * iteration,
      objects: index % 2 === 0 ? 50_000 + 12 * iteration : null,
    })),
    timings: { workloadMs: 900, captureMs: 1400, analysisMs: 600, totalMs: 2900 },
    release: null,
    suite: null,
    baseline: null,
    shard: null,
    ...more,
    summary: {
      confirmed: count("confirmed"),
      refuted: count("refuted"),
      inconclusive: count("inconclusive"),
      "not-exercised": count("not-exercised"),
      unretained: count("unretained"),
      unflagged: leaks.length,
    },
    findings,
    unflagged: leaks,
  };
}

export const context: ReportContext = {
  colors: false,
  workingDirectory: "/home/me/shop",
  sourceRoot: "/home/me/shop",
  rules: new Map([
    [
      "leakproof/no-grow-only-registry",
      {
        description: "Disallow collections that are never `cleared`",
        url: "https://example.org/no-grow-only-registry.md",
      },
    ],
  ]),
  version: "1.2.3",
};
