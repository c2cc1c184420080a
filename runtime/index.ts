/** The public API of `eslint-plugin-leakproof/runtime`. */
export { verify, type VerifyOptions } from "./verify.js";
export { collectFindings, type Finding, type FindingOptions } from "./findings.js";
export { InputError } from "./input-error.js";
export { WorkloadFailure } from "./child/ending.js";
export { formatJson } from "./report/json.js";
export { formatPretty } from "./report/pretty.js";
export type {
  ChainHop,
  Checkpoint,
  Growth,
  HolderSummary,
  JudgedFinding,
  SeriesPoint,
  VerificationResult,
  Verdict,
} from "./verdict/result.js";
export * from "./heap/index.js";
