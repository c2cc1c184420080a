import type { VerdictEntry } from "./format.js";

/** What an iteration adds, in words: `+12 objects, +3.1 kB per iteration`. */
export function growthText({ perIteration, bytesPerIteration }: VerdictEntry): string {
  const parts: string[] = [];
  if (perIteration !== null) parts.push(`+${perIteration} object${perIteration === 1 ? "" : "s"}`);
  if (bytesPerIteration !== null) parts.push(`+${bytesText(bytesPerIteration)}`);
  return parts.length > 0 ? `${parts.join(", ")} per iteration` : "it grows to the end of the run";
}

/** Bytes in powers of 1000, as the verifier's reports give them. */
function bytesText(bytes: number): string {
  let amount = bytes;
  let unit = "B";
  for (const next of ["kB", "MB", "GB"]) {
    if (amount < 1000) break;
    amount /= 1000;
    unit = next;
  }
  return `${unit === "B" ? Math.round(amount) : amount.toFixed(1)} ${unit}`;
}
