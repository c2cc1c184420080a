/** The public API of `eslint-plugin-leakproof/runtime`. */
export { verify, type VerifyOptions } from "./verify.js";
export { collectFindings, type Finding, type FindingOptions } from "./findings.js";
export { InputError } from "./input-error.js";
export { WorkloadFailure } from "./child/ending.js";
export { mergeReports, type NamedReport } from "./merge.js";
export type { ReportContext, RulePage } from "./report/context.js";
export { formatGithub } from "./report/github.js";
export { formatHtml } from "./report/html.js";
export { formatJson } from "./report/json.js";
export { formatPretty } from "./report/pretty.js";
export { readReport } from "./report/read-report.js";
export { formatSarif } from "./report/sarif.js";
export { formatStepSummary } from "./report/step-summary.js";
export { compareBaseline, isKnown, newLeaksOf } from "./verdict/baseline.js";
export type {
  BaselineComparison,
  ChainHop,
  Checkpoint,
  Growth,
  HolderSummary,
  JudgedFinding,
  SeriesPoint,
  Shard,
  UnflaggedGrowth,
  VerificationResult,
  Verdict,
} from "./verdict/result.js";
export * from "./heap/index.js";
export * from "./query/index.js";
export { takeHeap, type OwnHeap } from "./own-heap/take-heap.js";
export { graphToDot } from "./report/graph-dot.js";
export { graphToHtml } from "./report/graph-html.js";
export { graphToPng } from "./report/graph-png.js";
export { graphToSvg } from "./report/graph-svg.js";
export { graphToText } from "./report/graph-text.js";
