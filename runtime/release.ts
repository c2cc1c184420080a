/** What calling an export after each iteration changes: two results, side by side. */
import type { ReleaseTarget } from "./child/protocol.js";
import type { Assembled } from "./results.js";
import type { JudgedFinding, Rate, ReleaseComparison, UnflaggedGrowth, VerificationResult } from "./verdict/result.js";

/** Compares what was confirmed without the calls with what became of it with them. */
export function compareRelease(
  before: VerificationResult,
  { result: after, undecided }: Assembled,
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
      after: rateAfter(entry, after, undecided),
    })),
  };
}

function rateAfter(
  { fingerprint }: JudgedFinding | UnflaggedGrowth,
  after: VerificationResult,
  undecided: ReadonlySet<string>,
): Rate {
  const same = [...after.findings, ...after.unflagged].find((entry) => entry.fingerprint === fingerprint);
  if (same !== undefined) return rateOf(same);
  const verdict = fingerprint !== null && undecided.has(fingerprint) ? "inconclusive" : "refuted";
  return { verdict, perIteration: 0, size: null };
}

function rateOf({ verdict, growth, holder }: JudgedFinding | UnflaggedGrowth): Rate {
  const isGrowing = verdict === "confirmed" || verdict === "inconclusive";
  return { verdict, perIteration: isGrowing ? (growth?.perIteration ?? 0) : 0, size: holder?.size ?? null };
}
