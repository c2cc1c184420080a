/**
 * Noise: what the presets report in pinned releases and commits of healthy public code.
 *
 *   npm run bench:noise                         differences to the committed snapshots, and the totals
 *   npm run bench:noise -- <name …>             of these sources: the start of their names, `mongodb` or `@theia/`
 *   npm run bench:noise -- --git <folder>       also the repositories whose git directories lie in that folder
 *   npm run bench:noise -- --check              the exit code is 1 where snapshots differ
 *   npm run bench:noise -- --update             writes the snapshots
 *   npm run bench:noise -- --list <preset>      all findings of a preset
 *   npm run bench:noise -- --drafts             entries for judgements.json of the findings that have none
 */
import { parseArgs } from "node:util";
import { lintText, PRESETS, type Preset } from "../lint/reports.js";
import { table } from "../lint/table.js";
import { drafts, OPINIONS, readJudgements, review, type Review } from "./judgements.js";
import { countByRule, differences, findingLine, writeSnapshot, type Finding, type Outcome } from "./snapshot.js";
import { lineCount } from "./source-files.js";
import { filesOf, labelOf, sources, type Source } from "./sources.js";

const LINES_PER_RATE = 100_000;

const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    git: { type: "string", multiple: true, default: [] },
    check: { type: "boolean", default: false },
    update: { type: "boolean", default: false },
    list: { type: "string" },
    drafts: { type: "boolean", default: false },
  },
});

const chosen = sources.filter((source) => names.length === 0 || names.some((name) => labelOf(source).startsWith(name)));
const outcomes: Outcome[] = [];
const absent: string[] = [];
for (const source of chosen) {
  const outcome = lintSource(source);
  if (outcome) outcomes.push(outcome);
  else absent.push(labelOf(source));
}

const changed = outcomes.filter((outcome) => printDifferences(outcome));
if (options.list !== undefined) for (const outcome of outcomes) printFindings(outcome, options.list);
printSources();
printRules();
for (const { label, unparsed } of outcomes) for (const file of unparsed) console.log(`not parsed: ${label} ${file}`);
if (absent.length > 0) console.log(`not measured, no git directory given: ${absent.join(", ")}`);
const judged = review(readJudgements(), new Map(outcomes.map(({ label, findings }) => [label, findings.recommended])));
printJudgements(judged);
if (options.drafts) console.log(drafts(judged.unjudged));
if (options.update) for (const outcome of outcomes) writeSnapshot(outcome);
if (options.check && changed.length > 0) {
  console.log(`\nsnapshots differ: ${changed.map(({ label }) => label).join(", ")} (write them with --update)`);
  process.exitCode = 1;
}

function lintSource(source: Source): Outcome | null {
  const startedAt = performance.now();
  const files = filesOf(source, options.git);
  if (files === null) return null;
  const findings: Record<Preset, Finding[]> = { recommended: [], strict: [] };
  const unparsed: string[] = [];
  let fileCount = 0;
  let lines = 0;
  for (const { file, text } of files) {
    fileCount++;
    lines += lineCount(text);
    const linted = lintText(text, file);
    if (linted.kind === "unparsed") unparsed.push(`${file}: ${linted.reason}`);
    else
      for (const preset of PRESETS)
        findings[preset].push(...linted.reports[preset].map((report) => ({ ...report, file })));
  }
  const label = labelOf(source);
  console.error(`${label}: ${lines} lines, ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  return { label, files: fileCount, lines, findings, unparsed };
}

function printDifferences(outcome: Outcome): boolean {
  const lines = differences(outcome);
  if (lines.length > 0) console.log(`${outcome.label}\n  ${lines.join("\n  ")}`);
  return lines.length > 0;
}

function printFindings({ label, findings }: Outcome, preset: string): void {
  for (const finding of PRESETS.filter((name) => name === preset).flatMap((name) => findings[name]))
    console.log(`${label} ${findingLine(finding)}`);
}

function printSources(): void {
  const row = (label: string, list: readonly Outcome[]): (string | number)[] => {
    const lines = sum(list.map((outcome) => outcome.lines));
    const counts = PRESETS.map((preset) => sum(list.map(({ findings }) => findings[preset].length)));
    return [
      label,
      sum(list.map(({ files }) => files)),
      (lines / 1000).toFixed(1),
      ...counts,
      ...counts.map((count) => ((count / lines) * LINES_PER_RATE).toFixed(1)),
    ];
  };
  const heads = ["source", "files", "kLOC", ...PRESETS, ...PRESETS.map((preset) => `${preset} / 100 kLOC`)];
  console.log();
  console.log(table(heads, [...outcomes.map((outcome) => row(outcome.label, [outcome])), row("total", outcomes)]));
}

function printRules(): void {
  const counts = PRESETS.map((preset) => countByRule(outcomes.flatMap(({ findings }) => findings[preset])));
  const rules = [...new Set(counts.flatMap((count) => [...count.keys()]))].sort();
  console.log();
  console.log(
    table(
      ["rule", ...PRESETS],
      rules.map((rule) => [rule, ...counts.map((count) => count.get(rule) ?? 0)]),
    ),
  );
}

function printJudgements({ judged: list, unjudged, stale }: Review): void {
  console.log();
  for (const { source, finding } of unjudged) console.log(`not judged: ${source} ${findingLine(finding)}`);
  for (const { source, file, rule, holder } of stale)
    console.log(`judged, but not found: ${source} ${file} ${rule} ${holder}`);
  const parts = OPINIONS.map((opinion) => {
    const count = list.filter(({ judgement }) => judgement.opinion === opinion).length;
    return `${count} ${opinion} (${((count / Math.max(1, list.length)) * 100).toFixed(0)} %)`;
  });
  console.log(`recommended: ${list.length + unjudged.length} findings, ${list.length} judged: ${parts.join(", ")}`);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
