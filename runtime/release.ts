/** What calling an export after each iteration changes: two results, side by side. */
import type { ReleaseTarget } from "./child/protocol.js";
import type { JudgedFinding, Rate, ReleaseComparison, UnflaggedGrowth, VerificationResult } from "./verdict/result.js";

/** Compares what was confirmed without the calls with what became of it with them. */
export function compareRelease(
  before: VerificationResult,
  after: VerificationResult,
  target: ReleaseTarget,
): ReleaseComparison {
  const confirmed = [...before.findings.filter(({ verdict }) => verdict === "confirmed"), ...before.unflagged];
  return {
    module: target.module,
    export: target.export,
    iterations: after.iterations,
    entries: confirmed.map((entry) => ({
      fingerprint: entry.fingerprint,
      name: entry.holder?.name ?? "",
      file: entry.file,
      line: entry.line,
      before: rateOf(entry),
      after: rateAfter(entry, after),
    })),
  };
}

function rateAfter(entry: JudgedFinding | UnflaggedGrowth, after: VerificationResult): Rate {
  const same = [...after.findings, ...after.unflagged].find(({ fingerprint }) => fingerprint === entry.fingerprint);
  return same === undefined ? { verdict: "refuted", perIteration: 0, size: null } : rateOf(same);
}

function rateOf({ verdict, growth, holder }: JudgedFinding | UnflaggedGrowth): Rate {
  const isGrowing = verdict === "confirmed" || verdict === "inconclusive";
  return { verdict, perIteration: isGrowing ? (growth?.perIteration ?? 0) : 0, size: holder?.size ?? null };
}
