/** What reports list, by which name and in which order. */
import { isKnown, type Leak } from "../verdict/baseline.js";
import type { VerificationResult } from "../verdict/result.js";

/** Those that keep the most bytes per iteration, then those that grow fastest. */
export function mostImportantFirst<Entry extends Leak>(leaks: readonly Entry[]): Entry[] {
  const bytes = ({ growth }: Leak): number => growth?.bytesPerIteration ?? -1;
  const rate = ({ growth }: Leak): number => growth?.perIteration ?? 0;
  return [...leaks].sort((left, right) => bytes(right) - bytes(left) || rate(right) - rate(left));
}

/** What an entry is called in lists: its verdict, `unflagged`, or `known` to the baseline. */
export function statusOf(result: VerificationResult, leak: Leak): string {
  return isKnown(result, leak) ? "known" : "ruleId" in leak ? leak.verdict : "unflagged";
}
