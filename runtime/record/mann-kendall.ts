/** Whether values in order rise or fall more than chance would have it. */
import { twoSidedTail } from "./normal.js";

/** Beyond it, the normal approximation is as good. */
const MOST_EXACT = 60;

export interface MannKendall {
  /** Pairs that rise less pairs that fall. */
  readonly s: number;
  /** Of `s` where there is no trend, ties taken into account. */
  readonly variance: number;
  /** Two-sided. */
  readonly p: number;
}

/**
 * The Mann-Kendall test of trend: H. B. Mann, "Nonparametric tests against trend", Econometrica 13 (1945); variance with
 * ties after M. G. Kendall, "Rank Correlation Methods" (1975), section 4. Exact for up to 60 values without ties, by
 * counting permutations with so many inversions; else the normal approximation with continuity correction.
 *
 * It takes the values for independent of each other. Memory that is kept is not, so a small `p` says that there is a
 * trend in what was seen, and nothing about how it goes on.
 */
export function mannKendall(values: readonly number[]): MannKendall {
  const n = values.length;
  let s = 0;
  for (let later = 1; later < n; later++) {
    for (let earlier = 0; earlier < later; earlier++) s += Math.sign(values[later] - values[earlier]);
  }
  const ties = tieSizes(values);
  const variance = (n * (n - 1) * (2 * n + 5) - ties.reduce((sum, t) => sum + t * (t - 1) * (2 * t + 5), 0)) / 18;
  return { s, variance, p: probability(s, n, variance, ties.length > 0) };
}

function probability(s: number, n: number, variance: number, isTied: boolean): number {
  if (s === 0 || variance === 0) return 1;
  if (!isTied && n <= MOST_EXACT) return Math.min(1, 2 * exactTail(Math.abs(s), n));
  return twoSidedTail((Math.abs(s) - 1) / Math.sqrt(variance));
}

/** How often `s` or more comes up among all orders of `n` different values. */
function exactTail(s: number, n: number): number {
  // Pairs that fall at most, for `s` to be reached.
  const most = Math.floor((n * (n - 1)) / 4 - s / 2);
  // shares[k]: of the orders of the values so far, those with k inversions.
  let shares = [1];
  for (let count = 2; count <= n; count++) {
    const next = new Array<number>(shares.length + count - 1).fill(0);
    for (const [inversions, share] of shares.entries()) {
      for (let added = 0; added < count; added++) next[inversions + added] += share / count;
    }
    shares = next;
  }
  return shares.slice(0, most + 1).reduce((sum, share) => sum + share, 0);
}

function tieSizes(values: readonly number[]): number[] {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()].filter((count) => count > 1);
}
