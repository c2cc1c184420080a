import { newLeaksOf } from "../verdict/baseline.js";
import { SUITE_PATIENCE } from "../verdict/thresholds.js";
import type { VerificationResult } from "../verdict/result.js";

/** The command's contract with scripts and CI. */
export const exitCode = { ok: 0, leak: 1, usage: 2, failed: 3, interrupted: 130, terminated: 143 } as const;

/**
 * The exit code of a verification: 1 for at least one leak that no baseline knows, 3 when nothing could be decided, else 0.
 *
 * @param isStrict whether an inconclusive verdict fails too (`--fail-on inconclusive`)
 */
export function exitCodeOf(result: VerificationResult, isStrict: boolean): number {
  if (newLeaksOf(result).length > 0) return exitCode.leak;
  const { summary, findings, status } = result;
  const known = summary.confirmed + summary.unflagged;
  const decided = known + summary.refuted + summary.unretained;
  // What test files run is all that was to be looked at.
  if (result.suite !== null)
    return isTooEarly(result) || (isStrict && summary.inconclusive > 0) ? exitCode.failed : exitCode.ok;
  // A part of the findings may well be what this workload does not run: the merge sees all of them.
  const isWhole = result.shard === null;
  if (isWhole && decided === 0 && (findings.length > 0 || status !== "complete")) return exitCode.failed;
  return isStrict && summary.inconclusive > 0 ? exitCode.failed : exitCode.ok;
}

/** Whether the run was cut short before it could tell anything. */
export function isTooEarly({ findings, unflagged, status, iterations, suite }: VerificationResult): boolean {
  if (status === "complete") return false;
  if (suite !== null) return iterations < SUITE_PATIENCE.slowIterationsWithoutGrowth;
  return findings.length + unflagged.length === 0;
}
