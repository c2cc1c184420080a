/** What was found in one source, as committed text: a change of the rules shows as a diff. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Preset, Report } from "../lint/reports.js";

/** A report and the file it is in, relative to the root of its package or repository. */
export interface Finding extends Report {
  readonly file: string;
}

export interface Outcome {
  /** `mongodb@7.9.0`. */
  readonly label: string;
  readonly files: number;
  /** Physical lines of the linted files, comments and blank lines included. */
  readonly lines: number;
  readonly findings: Readonly<Record<Preset, readonly Finding[]>>;
  /** Files that do not parse, each with the parser's reason. */
  readonly unparsed: readonly string[];
}

const folder = path.join(import.meta.dirname, "snapshots");

/** The findings of `recommended`, a line each; of `strict`, how many each rule has. */
export function snapshotOf({ label, files, lines, findings, unparsed }: Outcome): string {
  return [
    `${label}: ${files} files, ${lines} lines`,
    ...section("recommended", findings.recommended.map(findingLine)),
    ...section("strict, findings of each rule", countLines(findings.strict)),
    ...section("not parsed", unparsed),
    "",
  ].join("\n");
}

/** `file:line:col rule message`. */
export function findingLine({ file, line, column, rule, message }: Finding): string {
  return `${file}:${line}:${column} ${rule} ${message.replace(/\s+/g, " ")}`;
}

/** Lines that only the committed snapshot has, marked `-`, and that only this outcome has, marked `+`. */
export function differences(outcome: Outcome): readonly string[] {
  const file = fileOf(outcome);
  const before = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  const after = snapshotOf(outcome).split("\n");
  return [
    ...before.filter((line) => !after.includes(line)).map((line) => `- ${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`),
  ];
}

export function writeSnapshot(outcome: Outcome): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(fileOf(outcome), snapshotOf(outcome));
}

export function countByRule(findings: readonly Finding[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { rule } of findings) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return new Map([...counts].sort(([left], [right]) => (left < right ? -1 : 1)));
}

function countLines(findings: readonly Finding[]): string[] {
  return [...countByRule(findings)].map(([rule, count]) => `${rule} ${count}`);
}

function section(title: string, lines: readonly string[]): string[] {
  return ["", `## ${title}`, ...lines];
}

function fileOf({ label }: Outcome): string {
  return path.join(folder, `${label.replaceAll("/", "+")}.txt`);
}
