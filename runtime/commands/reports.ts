/** Options for reports → files and standard output. */
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { styleText } from "node:util";
import { pluginVersion, rulePages } from "../findings.js";
import { InputError } from "../input-error.js";
import { sentence } from "../report/chain-text.js";
import type { ReportContext } from "../report/context.js";
import { formatGithub } from "../report/github.js";
import { formatHtml } from "../report/html.js";
import { formatJson } from "../report/json.js";
import { formatPretty } from "../report/pretty.js";
import { readReport } from "../report/read-report.js";
import { formatSarif } from "../report/sarif.js";
import { formatStepSummary } from "../report/step-summary.js";
import { compareBaseline } from "../verdict/baseline.js";
import type { VerificationResult } from "../verdict/result.js";

type Format = (result: VerificationResult, context: ReportContext) => string | Promise<string>;

const formats: ReadonlyMap<string, Format> = new Map<string, Format>([
  ["pretty", (result, { colors }) => formatPretty(result, colors)],
  ["json", formatJson],
  ["sarif", formatSarif],
  ["github", formatGithub],
  ["html", formatHtml],
]);

/** Where a report of a format goes; null for standard output. */
export interface Output {
  readonly format: string;
  readonly file: string | null;
}

/**
 * `--format` and `--output` as they were given.
 *
 * @throws {InputError} for a format that is not known, and for two that would go to one place
 */
export function readOutputs(given: readonly string[] | undefined, output: string | undefined): Output[] {
  const outputs = (given ?? ["pretty"]).map((entry) => {
    const [format = "", ...file] = entry.split("=");
    if (!formats.has(format))
      throw new InputError(`unknown format: ${format} (known: ${[...formats.keys()].join(", ")})`);
    return { format, file: file.length > 0 ? file.join("=") : (output ?? null) };
  });
  const targets = outputs.map(({ file }) => file);
  if (new Set(targets).size < targets.length)
    throw new InputError("two formats for one output: give each a file, as in --format json=leaks.json");
  return outputs;
}

/** Writes each report to its place; the summary of a step of GitHub Actions too, where there is one. */
export async function writeReports(
  result: VerificationResult,
  outputs: readonly Output[],
  workingDirectory: string,
): Promise<void> {
  for (const { format, file } of outputs) {
    const context: ReportContext = {
      colors: file === null && showsColors(process.stdout),
      workingDirectory,
      sourceRoot: sourceRoot(workingDirectory),
      rules: rulePages,
      version: pluginVersion,
    };
    const text = (await formats.get(format)?.(result, context)) ?? "";
    if (file === null) process.stdout.write(text);
    else writeFileSync(path.resolve(workingDirectory, file), text, { mode: 0o600 });
    if (format === "github") appendStepSummary(result);
  }
}

/**
 * A report that was written by `--format json`.
 *
 * @throws {InputError} where there is none
 */
export function reportIn(file: string, workingDirectory: string): VerificationResult {
  const result = readReport(textOf(file, workingDirectory));
  if (typeof result === "string") throw new InputError(`${file} ${result}`);
  return result;
}

/** What `--baseline` names, to be compared with what a run finds. */
export interface Baseline {
  readonly file: string;
  readonly report: VerificationResult;
}

/** @throws {InputError} where the file is no report, or that of one shard */
export function readBaseline(file: string | undefined, workingDirectory: string): Baseline | null {
  if (file === undefined) return null;
  const report = reportIn(file, workingDirectory);
  if (report.shard !== null)
    throw new InputError(
      `${file} is the report of one shard: merge the shards for a baseline (leakproof merge --help)`,
    );
  return { file, report };
}

/** The result beside the baseline; as it is where there is none. */
export function withBaseline(result: VerificationResult, baseline: Baseline | null): VerificationResult {
  return baseline === null ? result : compareBaseline(result, baseline.report, baseline.file);
}

/** Says which leaks of the baseline are none any more, on standard error. */
export function tellGone({ baseline }: VerificationResult): void {
  if (baseline === null || baseline.gone.length === 0) return;
  const names = baseline.gone.map(({ name, file, line }) => (file === null ? name : `${name} (${file}:${line ?? 1})`));
  process.stderr.write(
    `leakproof: no longer confirmed, of ${baseline.file}: ${sentence(names.join(", "))}; write it again with --format json=${baseline.file}\n`,
  );
}

function textOf(file: string, workingDirectory: string): string {
  try {
    return readFileSync(path.resolve(workingDirectory, file), "utf8");
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    throw new InputError(isMissing ? `no such file: ${file}` : `${file} cannot be read`);
  }
}

/** GitHub says where it checked the repository out; a run elsewhere is not in it. */
function sourceRoot(workingDirectory: string): string {
  const checkout = process.env["GITHUB_WORKSPACE"];
  if (checkout === undefined || checkout === "") return workingDirectory;
  const relative = path.relative(checkout, workingDirectory);
  return relative.startsWith("..") || path.isAbsolute(relative) ? workingDirectory : path.resolve(checkout);
}

function appendStepSummary(result: VerificationResult): void {
  const file = process.env["GITHUB_STEP_SUMMARY"];
  if (file === undefined || file === "") return;
  try {
    appendFileSync(file, formatStepSummary(result));
  } catch (error) {
    // The annotations are written, and the verdict is not in doubt.
    process.stderr.write(`leakproof: no step summary: ${error instanceof Error ? error.message : String(error)}\n`);
  }
}

function showsColors(stream: NodeJS.WriteStream): boolean {
  return styleText("red", "x", { stream }) !== "x";
}
