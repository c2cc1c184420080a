/** How long verifications took, and on what. */
import { table } from "../lint/table.js";
import { VERSIONS } from "./cases.js";
import type { Judgement } from "./judge-case.js";
import type { Timings, Verification } from "./verify-case.js";

const PARTS = ["workloadMs", "captureMs", "analysisMs", "totalMs"] as const satisfies readonly (keyof Timings)[];
const PART_NAMES = ["workload", "capture", "analysis", "total"];

/** `4.2 s: workload 1.9, capture 0.8, analysis 1.1, total 4.0`; the split only where the command tells it. */
export function timeText(verification: Verification): string {
  const timings = timingsOf(verification);
  const split = timings ? PARTS.map((part, index) => `${PART_NAMES[index] ?? ""} ${inSeconds(timings[part])}`) : [];
  return [`${verification.seconds.toFixed(1)} s`, split.join(", ")].filter((text) => text !== "").join(": ");
}

export function timingsOf(verification: Verification): Timings | null {
  return verification.kind === "result" ? (verification.result.timings ?? null) : null;
}

/** The medians over all verifications that ended well, and what share of their time was analysis. */
export function medianLines(judgements: readonly Judgement[]): readonly string[] {
  const rows = VERSIONS.flatMap((version) => {
    const verifications = judgements
      .filter((each) => each.version === version && each.verification.kind !== "failed")
      .map(({ verification }) => verification);
    if (verifications.length === 0) return [];
    const timings = verifications.map(timingsOf).filter((each) => each !== null);
    const wall = median(verifications.map(({ seconds }) => seconds)).toFixed(1);
    return [[version, wall, ...PARTS.map((part) => medianText(timings, part)), analysisShare(timings)]];
  });
  if (rows.length === 0) return [];
  return ["", table(["median seconds", "wall", ...PART_NAMES, "analysis of total"], rows)];
}

/** The time of every case, as a Markdown table. */
export function markdownTable(judgements: readonly Judgement[]): string {
  const heads = [
    "case",
    "version",
    "right",
    "told by",
    "iterations",
    "wall s",
    ...PART_NAMES.map((name) => `${name} s`),
  ];
  const rows = judgements.map(({ leak, version, isRight, atHolder, verification }) => {
    const timings = timingsOf(verification);
    const iterations = verification.kind === "result" ? verification.result.iterations : verification.kind;
    const parts = PARTS.map((part) => (timings ? inSeconds(timings[part]) : "-"));
    const means = atHolder[0]?.means ?? "-";
    return [leak.id, version, isRight ? "yes" : "no", means, iterations, verification.seconds.toFixed(1), ...parts];
  });
  const alignment = heads.map((_, column) => (column < 4 ? "---" : "---:"));
  return [heads, alignment, ...rows].map((row) => `| ${row.join(" | ")} |\n`).join("");
}

function medianText(timings: readonly Timings[], part: keyof Timings): string {
  return timings.length === 0 ? "-" : inSeconds(median(timings.map((each) => each[part])));
}

function analysisShare(timings: readonly Timings[]): string {
  const sum = (part: keyof Timings): number => timings.reduce((total, each) => total + each[part], 0);
  return timings.length === 0 ? "-" : `${((100 * sum("analysisMs")) / sum("totalMs")).toFixed(0)} %`;
}

function inSeconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(1);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? NaN) + (sorted[Math.floor(middle)] ?? NaN)) / 2;
}
