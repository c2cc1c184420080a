/** Which leaks an earlier report knows already. */
import type { BaselineComparison, JudgedFinding, UnflaggedGrowth, VerificationResult } from "./result.js";

export type Leak = JudgedFinding | UnflaggedGrowth;

/** What was confirmed: findings, then growth that none explains. */
export function leaksOf({ findings, unflagged }: Pick<VerificationResult, "findings" | "unflagged">): Leak[] {
  return [...findings.filter(({ verdict }) => verdict === "confirmed"), ...unflagged];
}

/** Whether a leak is one that the baseline knows. */
export function isKnown({ baseline }: VerificationResult, { verdict, fingerprint }: Leak): boolean {
  return verdict === "confirmed" && fingerprint !== null && baseline?.known.includes(fingerprint) === true;
}

/** What a run fails for. */
export function newLeaksOf(result: VerificationResult): Leak[] {
  return leaksOf(result).filter((leak) => !isKnown(result, leak));
}

/**
 * Whether two runs saw the same leak. Between two findings the code decides, since two of them can add to one list.
 * Where one is unflagged, what the heap shows of both does.
 */
export function isSameLeak(left: Leak, right: Leak): boolean {
  if (left.fingerprint !== null && left.fingerprint === right.fingerprint) return true;
  if ("ruleId" in left && "ruleId" in right) return false;
  return left.heapFingerprints.some((fingerprint) => right.heapFingerprints.includes(fingerprint));
}

/**
 * The result with what became of the leaks of an earlier one.
 *
 * @param file how the earlier report was named
 */
export function compareBaseline(
  result: VerificationResult,
  earlier: Pick<VerificationResult, "findings" | "unflagged">,
  file: string,
): VerificationResult {
  const [before, now] = [leaksOf(earlier), leaksOf(result)];
  const known = now.filter((leak) => before.some((other) => isSameLeak(leak, other)));
  // A shard judges a part only: of the others' leaks it cannot tell. The merge can.
  const gone = result.shard !== null ? [] : before.filter((leak) => !now.some((other) => isSameLeak(leak, other)));
  const baseline: BaselineComparison = {
    file,
    known: [...new Set(known.flatMap(({ fingerprint }) => (fingerprint === null ? [] : [fingerprint])))],
    gone: gone.flatMap(({ fingerprint, holder, reason, file, line }) =>
      fingerprint === null ? [] : [{ fingerprint, name: holder?.name ?? reason, file, line }],
    ),
  };
  return { ...result, baseline };
}
