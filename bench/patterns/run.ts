/**
 * The leak patterns, each a file that leaks and a twin that does not: which presets tell the two apart?
 *
 *   npm run bench:patterns
 *
 * Told apart: something of ours is reported in the leak, and nothing in its safe twin. The exit code is 1 below the
 * targets.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { lintText, PRESETS, type Preset, type Report } from "../lint/reports.js";
import { table } from "../lint/table.js";

/** Pairs told apart, and safe twins reported. */
const TARGETS = {
  strict: { toldApart: 43, safeReported: Infinity },
  recommended: { toldApart: 30, safeReported: 0 },
} as const satisfies Record<Preset, { readonly toldApart: number; readonly safeReported: number }>;

const folder = path.join(import.meta.dirname, "../../test/patterns");

interface Pattern {
  readonly id: string;
  readonly name: string;
  readonly category: string;
}

type Twin = "leak" | "safe";

interface Outcome {
  readonly pattern: Pattern;
  readonly reports: Readonly<Record<Twin, Readonly<Record<Preset, readonly Report[]>>>>;
}

function judge(pattern: Pattern): Outcome {
  return { pattern, reports: { leak: lintTwin(pattern, "leak"), safe: lintTwin(pattern, "safe") } };
}

function lintTwin({ id, name }: Pattern, twin: Twin): Readonly<Record<Preset, readonly Report[]>> {
  const file = `${id}-${name}.${twin}.ts`;
  // As a file of `src/`: what stands in test folders is not reported by `recommended`.
  const linted = lintText(readFileSync(path.join(folder, file), "utf8"), `src/${id}-${name}.ts`);
  if (linted.kind === "unparsed") throw new Error(`${file}: ${linted.reason}`);
  return linted.reports;
}

function isToldApart({ reports }: Outcome, preset: Preset): boolean {
  return reports.leak[preset].length > 0 && reports.safe[preset].length === 0;
}

function rulesOf(reports: readonly Report[]): string {
  return [...new Set(reports.map(({ rule }) => rule))].join(", ") || "-";
}

function mark(outcome: Outcome): string {
  const presets = PRESETS.filter((preset) => isToldApart(outcome, preset));
  return presets.length === PRESETS.length ? "both" : (presets[0] ?? "NO");
}

function row(outcome: Outcome): string[] {
  const { pattern, reports } = outcome;
  return [
    `${pattern.id}-${pattern.name}`,
    mark(outcome),
    rulesOf(reports.leak.strict),
    rulesOf(reports.leak.recommended),
    rulesOf(reports.safe.strict),
    rulesOf(reports.safe.recommended),
  ];
}

/** Prints a preset's totals; whether they reach the targets. */
function meetsTargets(outcomes: readonly Outcome[], preset: Preset): boolean {
  const { toldApart, safeReported } = TARGETS[preset];
  const apart = outcomes.filter((outcome) => isToldApart(outcome, preset)).length;
  const leaks = outcomes.filter(({ reports }) => reports.leak[preset].length > 0).length;
  const safe = outcomes.filter(({ reports }) => reports.safe[preset].length > 0).length;
  const isMet = apart >= toldApart && safe <= safeReported;
  const limit = Number.isFinite(safeReported) ? ` (at most ${safeReported})` : "";
  console.log(
    `${isMet ? "ok   " : "BELOW"} ${preset.padEnd(11)}  ${apart} of ${outcomes.length} told apart (at least ${toldApart}), ` +
      `${leaks} leaks reported, ${safe} safe twins reported${limit}`,
  );
  return isMet;
}

const patterns = JSON.parse(readFileSync(path.join(folder, "manifest.json"), "utf8")) as Pattern[];
const outcomes = patterns.map(judge);
console.log(
  table(
    ["pattern", "told apart", "leak: strict", "leak: recommended", "safe: strict", "safe: recommended"],
    outcomes.map(row),
  ),
);
console.log();
process.exitCode = PRESETS.map((preset) => meetsTargets(outcomes, preset)).every(Boolean) ? 0 : 1;
