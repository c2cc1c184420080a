/** Commits that fix a leak: are the recorded lines reported before the fix, and no more after it? */
import { readFileSync } from "node:fs";
import path from "node:path";
import { lastName } from "../corpus/names.js";
import { lintText, type Report } from "../lint/reports.js";
import { table } from "../lint/table.js";
import { findRepository, textAt } from "../noise/git.js";
import { lineCount } from "../noise/source-files.js";
import { closenessToLine, remaining, type ReportedText } from "./sites.js";

interface CommitLeak {
  readonly id: string;
  readonly repo: string;
  readonly fixCommit: string;
  readonly parentCommit: string;
  readonly file: string;
  /** In the parent. */
  readonly lines: readonly number[];
  readonly binding: string;
  readonly category: string;
  /** What an analysis needs to see it. */
  readonly analysis: "scope" | "path" | "types" | "cross-file" | "semantic";
  readonly siteKind: "declaration-or-registration" | "missing-cleanup";
}

interface Hit {
  readonly report: Report;
  readonly closeness: "line" | "statement";
}

type Outcome =
  | {
      readonly kind: "measured";
      readonly leak: CommitLeak;
      readonly hits: readonly Hit[];
      /** Whether no hit is the same accusation as a report after the fix. */
      readonly isGone: boolean;
      /** A report elsewhere in the file whose holder has the binding's name; not counted as flagged. */
      readonly elsewhere: Report | undefined;
      readonly lines: number;
      readonly others: number;
    }
  | { readonly kind: "unparsed"; readonly leak: CommitLeak; readonly reason: string }
  | { readonly kind: "absent"; readonly leak: CommitLeak; readonly reason: string };

type Measured = Extract<Outcome, { kind: "measured" }>;

/** Least shares flagged, of those whose analysis is `scope` and of all. */
const TARGETS = { scope: 0.75, all: 0.45 };
const CLASSES = ["scope", "path", "types", "cross-file", "semantic"] as const;

const leaks = JSON.parse(readFileSync(path.join(import.meta.dirname, "git-fixes.json"), "utf8")) as CommitLeak[];

/**
 * Measures the commits of the repositories whose git directories lie in the folders.
 *
 * @param ids the start of records' ids: `vuejs/core`, `vuejs/core#37300fc26`
 * @returns whether the targets are reached
 */
export function measureCommits(folders: readonly string[], ids: readonly string[]): boolean {
  const chosen = leaks.filter(({ id }) => ids.length === 0 || ids.some((start) => id.startsWith(start)));
  const outcomes = chosen.map((leak) => judge(leak, folders));
  for (const outcome of outcomes) printOutcome(outcome);
  return printTotals(outcomes);
}

function judge(leak: CommitLeak, folders: readonly string[]): Outcome {
  const directory = findRepository(folders, leak.repo);
  if (directory === null) return { kind: "absent", leak, reason: "no git directory" };
  const before = textAt(directory, leak.parentCommit, leak.file);
  if (before === null) return { kind: "absent", leak, reason: `no ${leak.file} in ${leak.parentCommit}` };
  const linted = lintText(before, leak.file);
  if (linted.kind === "unparsed") return { kind: "unparsed", leak, reason: linted.reason };
  const reports = linted.reports.strict;
  const hits = reports.flatMap((report): Hit[] => {
    const found = leak.lines.map((line) => closenessToLine(report, line, linted.sourceCode));
    const closest = (["line", "statement"] as const).find((kind) => found.includes(kind));
    return closest === undefined ? [] : [{ report, closeness: closest }];
  });
  const after = reportedText(textAt(directory, leak.fixCommit, leak.file), leak.file);
  return {
    kind: "measured",
    leak,
    hits,
    isGone: hits.every(({ report }) => remaining(report, { text: before, reports }, after).length === 0),
    elsewhere: hits.length > 0 ? undefined : reports.find(({ holder }) => isNamed(holder, leak.binding)),
    lines: lineCount(before),
    others: reports.length - hits.length,
  };
}

/** A file that the fix removed has no reports. */
function reportedText(text: string | null, file: string): ReportedText {
  const linted = text === null ? null : lintText(text, file);
  return { text: text ?? "", reports: linted?.kind === "linted" ? linted.reports.strict : [] };
}

function isNamed(holder: string, binding: string): boolean {
  return lastName(binding) !== "" && lastName(holder) === lastName(binding);
}

function printOutcome(outcome: Outcome): void {
  const { leak } = outcome;
  const place = `${leak.file}:${leak.lines.join(",")} ${leak.binding}`;
  if (outcome.kind !== "measured") {
    console.log(`${outcome.kind === "absent" ? "----" : "????"} ${leak.id}  ${place}: ${outcome.reason}`);
    return;
  }
  const { hits, isGone, elsewhere } = outcome;
  const mark = hits.length === 0 ? "MISS" : isGone ? "ok  " : "BOTH";
  console.log(`${mark} ${leak.id}  ${leak.analysis}, ${leak.category}  ${place}`);
  for (const { report, closeness } of hits)
    console.log(`       ${report.line} ${report.rule} ${report.holder} (on the ${closeness})`);
  if (elsewhere) console.log(`       elsewhere: ${elsewhere.line} ${elsewhere.rule} ${elsewhere.holder}`);
}

function printTotals(outcomes: readonly Outcome[]): boolean {
  // What cannot be parsed cannot be flagged, and counts; what is not here does not.
  const present = outcomes.filter((outcome) => outcome.kind !== "absent");
  const measured = measuredOf(outcomes);
  const row = (name: string, list: readonly Outcome[]): (string | number)[] => {
    const flagged = measuredOf(list).filter(({ hits }) => hits.length > 0);
    const onLine = flagged.filter(({ hits }) => hits.some(({ closeness }) => closeness === "line"));
    const gone = flagged.filter(({ isGone }) => isGone);
    const named = measuredOf(list).filter(({ elsewhere }) => elsewhere !== undefined);
    return [
      name,
      list.length,
      flagged.length,
      percent(flagged.length / list.length),
      onLine.length,
      gone.length,
      percent(gone.length / flagged.length),
      named.length,
    ];
  };
  const heads = ["analysis", "records", "flagged", "%", "on the line", "gone after the fix", "%", "holder elsewhere"];
  const groups = [
    ...CLASSES.map((name) => ({ name, list: present.filter(({ leak }) => leak.analysis === name) })),
    { name: "all", list: present },
    ...(["declaration-or-registration", "missing-cleanup"] as const).map((kind) => ({
      name: `of these: ${kind}`,
      list: present.filter(({ leak }) => leak.siteKind === kind),
    })),
  ];
  console.log();
  console.log(
    table(
      heads,
      groups.map(({ name, list }) => row(name, list)),
    ),
  );
  const lines = measured.reduce((sum, outcome) => sum + outcome.lines, 0);
  const others = measured.reduce((sum, outcome) => sum + outcome.others, 0);
  console.log(
    `\n${others} other reports in ${(lines / 1000).toFixed(1)} kLOC: ${((others / lines) * 1000).toFixed(1)} per kLOC`,
  );
  for (const outcome of outcomes)
    if (outcome.kind !== "measured") console.log(`not measured: ${outcome.leak.id} (${outcome.reason})`);
  const share = (list: readonly Outcome[]): number =>
    measuredOf(list).filter(({ hits }) => hits.length > 0).length / list.length;
  const scope = share(present.filter(({ leak }) => leak.analysis === "scope"));
  const checks = [
    { name: "scope", value: scope, target: TARGETS.scope },
    { name: "all", value: share(present), target: TARGETS.all },
  ];
  for (const { name, value, target } of checks)
    console.log(
      `${value >= target ? "ok   " : "BELOW"} ${name}: ${percent(value)} flagged (at least ${percent(target)})`,
    );
  return checks.every(({ value, target }) => value >= target);
}

function measuredOf(outcomes: readonly Outcome[]): readonly Measured[] {
  return outcomes.filter((outcome) => outcome.kind === "measured");
}

function percent(share: number): string {
  return Number.isNaN(share) ? "-" : `${(share * 100).toFixed(0)} %`;
}
