/** `leakproof verify`: arguments → findings and a run → reports and an exit code. */
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { WorkloadFailure } from "../child/ending.js";
import { collectFindings, type Finding } from "../findings.js";
import { InputError } from "../input-error.js";
import { Heap } from "../query/index.js";
import type { VerificationResult } from "../verdict/result.js";
import { isOwnScript } from "../own-scripts.js";
import { readVerdicts, writeVerdicts } from "../verdict-file.js";
import { verify, type LiveWorkload } from "../verify.js";
import type { ShardPart } from "../shard.js";
import { workloadSkeleton } from "../workload-skeleton.js";
import { exitCode, exitCodeOf } from "./exit-codes.js";
import { failureText } from "./failure-text.js";
import { Interruption } from "./interruption.js";
import { parseOptions, positive, wholeNumber } from "./option-values.js";
import { requireFolder } from "./output-folder.js";
import { ProgressLine } from "./progress.js";
import { runRepl } from "./repl.js";
import { readBaseline, readOutputs, tellGone, withBaseline, writeReports, type Output } from "./reports.js";

export const verifyHelp = `Usage: leakproof verify [files|globs|eslint-report.json …] --workload <module>

Gives each lint finding a verdict: runs the workload again and again in a Node process
of its own, takes heap snapshots, and traces what the flagged holder keeps.
With no files, every module of yours that the workload loads is linted and judged.

  --workload <module>        exports iteration(i), or a default function; optional:
                             setup(), teardown(), afterEach(i)
  --write-workload <file>    writes a workload to start from, and stops
  --iterations <max>         the most iterations to run (default: as many as it takes)
  --time-budget <seconds>    for the whole run (default: 60)
  --only <rule>              findings of this rule only
  --release <module>#<name>  runs again with that export called after each iteration, and
                             shows before and after side by side
  --config <eslint config>   lints with this config instead of the strict preset
  --format <format>          pretty, json, sarif, github or html; repeatable;
                             json=<file> writes to a file
  --output <file>            where the report goes instead of standard output
  --baseline <report.json>   leaks that this earlier report knows fail nobody
  --shard <part>/<parts>     judges one part of the findings: leakproof merge puts the
                             JSON reports of all parts together
  --write                    keeps the verdicts in .leakproof/verdicts.json, for the rules
                             to show in ESLint and the editor
  --fail-on inconclusive     exit code 3 for an inconclusive verdict too
  --repl                     at the end, a prompt on the process and its heap
  --help

Exit codes: 0 no leak, 1 a leak was confirmed, 2 usage or configuration,
3 the workload failed or nothing could be decided.

Examples:
  leakproof verify "src/**/*.ts" --workload bench/orders.mjs
  leakproof verify src/errors.ts --write-workload errors.workload.mjs
  eslint --format json --output-file lint.json . ; leakproof verify lint.json --workload bench/orders.mjs
  leakproof verify node_modules/debug/src --workload debug.mjs --format json=leaks.json --format pretty
  leakproof verify src --workload bench/orders.mjs --format sarif=leaks.sarif --format html=leaks.html
  leakproof verify src --workload bench/orders.mjs --baseline leaks.json
  leakproof verify src --workload functional-tests.ts --repl
`;

interface Arguments {
  readonly inputs: readonly string[];
  readonly workload: string | null;
  readonly writeWorkload: string | null;
  readonly maximumIterations: number | null;
  readonly timeBudgetMs: number;
  readonly only: string | null;
  readonly config: string | null;
  readonly outputs: readonly Output[];
  readonly baseline: string | undefined;
  readonly shard: ShardPart | null;
  readonly failOnInconclusive: boolean;
  readonly release: { readonly module: string; readonly export: string } | null;
  readonly isReplAsked: boolean;
  readonly isWriteAsked: boolean;
}

/** @returns the exit code */
export async function runVerify(parameters: readonly string[]): Promise<number> {
  const given = readArguments(parameters);
  if (given === null) {
    process.stdout.write(verifyHelp);
    return exitCode.ok;
  }
  const workingDirectory = process.cwd();
  for (const file of [given.writeWorkload, ...given.outputs.map((output) => output.file)]) {
    if (file !== null) requireFolder(file, workingDirectory);
  }
  // A broken verdict file is told of before the run, not after it.
  if (given.isWriteAsked && given.shard !== null) {
    throw new InputError("--write keeps the verdicts of whole runs: leave out --shard");
  }
  if (given.isWriteAsked) readVerdicts(workingDirectory);
  // eslint-disable-next-line leakproof/no-grow-only-registry -- one for each file of one run
  const linted = new Set<string>();
  const findings = given.inputs.length === 0 ? null : await findingsOf(given, workingDirectory, linted);
  if (given.writeWorkload !== null) return writeSkeleton(findings ?? [], given.writeWorkload, workingDirectory);
  if (given.workload === null) return printSkeleton(findings, workingDirectory);
  // Each shard has a report to merge, also one of nothing.
  if (given.shard === null && given.only !== null && findings?.every(({ isSuppressed }) => isSuppressed) === true) {
    process.stderr.write(`leakproof: nothing to verify: ${given.only} flags nothing in ${given.inputs.join(" ")}\n`);
    return exitCode.ok;
  }
  return verifyAndReport(given, given.workload, findings, workingDirectory, linted);
}

async function verifyAndReport(
  given: Arguments,
  workload: string,
  findings: readonly Finding[] | null,
  workingDirectory: string,
  linted: ReadonlySet<string>,
): Promise<number> {
  const baseline = readBaseline(given.baseline, workingDirectory);
  let judgedFiles: readonly string[] = [];
  const interruption = new Interruption();
  const progress = new ProgressLine(process.stderr);
  try {
    const verified = await verify({
      findings,
      workload,
      workingDirectory,
      timeBudgetMs: given.timeBudgetMs,
      maximumIterations: given.maximumIterations,
      ...(given.only !== null && { only: given.only }),
      ...(given.release !== null && { release: given.release }),
      ...(given.shard !== null && { shard: given.shard }),
      signal: interruption.signal,
      onLoaded: (files) => (judgedFiles = findings === null ? files : files.filter((file) => linted.has(file))),
      onOutput: (chunk) => {
        progress.clear();
        process.stderr.write(chunk);
      },
      onProgress: (phase) => progress.show(phase),
      onWarning: (text) => {
        progress.clear();
        process.stderr.write(`leakproof: ${text}\n`);
      },
      ...(given.isReplAsked && {
        atEnd: async (atEnd, live) => {
          progress.clear();
          await writeReports(withBaseline(atEnd, baseline), given.outputs, workingDirectory);
          await promptOn(live, workload, workingDirectory);
        },
      }),
    });
    progress.clear();
    const result = withBaseline(verified, baseline);
    if (!given.isReplAsked || result.release !== null) await writeReports(result, given.outputs, workingDirectory);
    explainEmptiness(result, workload);
    tellGone(result);
    if (given.isWriteAsked) {
      const written = writeVerdicts({ result, workingDirectory, judgedFiles, onlyRule: given.only });
      process.stderr.write(`leakproof: ${written}\n`);
    }
    return exitCodeOf(result, given.failOnInconclusive);
  } catch (error) {
    progress.clear();
    if (!(error instanceof WorkloadFailure)) throw error;
    if (interruption.exitCode !== null) return interruption.exitCode;
    process.stderr.write(failureText(workload, error));
    return exitCode.failed;
  } finally {
    interruption.end();
  }
}

async function promptOn(live: LiveWorkload, workload: string, workingDirectory: string): Promise<void> {
  const { evaluate, names, sourceOf } = live;
  const options = { workingDirectory, isIgnoredScript: isOwnScript, sourceOf };
  const take = async (): Promise<Heap> => new Heap(await live.take(), options);
  await runRepl({ name: workload, isLive: true, heap: await take(), take, evaluate, names });
}

function explainEmptiness(
  { findings, unflagged, summary, status, iterations }: VerificationResult,
  workload: string,
): void {
  if (findings.length + unflagged.length === 0 && status !== "complete") {
    const end = status === "time-budget" ? "the time budget" : "a full heap";
    process.stderr.write(
      `leakproof: ${workload}: ${end} ended the run after ${iterations} iterations, too early to tell: raise --time-budget, or do less in an iteration\n`,
    );
  }
  if (findings.length > 0 && summary["not-exercised"] === findings.length) {
    process.stderr.write(
      `leakproof: ${workload} ran none of the flagged code: have it import and call the flagged modules\n`,
    );
  }
}

async function findingsOf(given: Arguments, workingDirectory: string, linted: Set<string>): Promise<Finding[]> {
  return collectFindings(given.inputs, {
    workingDirectory,
    onLint: (file) => linted.add(file),
    ...(given.only !== null && { only: given.only }),
    ...(given.config !== null && { config: given.config }),
    onSkip: (reason) => process.stderr.write(`leakproof: passed over: ${reason}\n`),
  });
}

function writeSkeleton(findings: readonly Finding[], target: string, workingDirectory: string): number {
  const file = path.resolve(workingDirectory, target);
  if (existsSync(file)) throw new InputError(`${target} exists already: name a new file for the workload`);
  writeFileSync(file, workloadSkeleton(findings, file, workingDirectory));
  process.stderr.write(
    `leakproof: wrote ${target}; fill in iteration(i), then: leakproof verify --workload ${target}\n`,
  );
  return exitCode.ok;
}

function printSkeleton(findings: readonly Finding[] | null, workingDirectory: string): number {
  process.stdout.write(workloadSkeleton(findings ?? [], path.join(workingDirectory, "workload.mjs"), workingDirectory));
  process.stderr.write(
    "leakproof: no --workload given: above is one to start from (--write-workload <file> saves it)\n",
  );
  return exitCode.usage;
}

function readArguments(parameters: readonly string[]): Arguments | null {
  const { values, positionals } = parse(parameters);
  if (values.help === true) return null;
  const outputs = readOutputs(values.format, values.output);
  if (values["fail-on"] !== undefined && values["fail-on"] !== "inconclusive") {
    throw new InputError(`unknown --fail-on ${values["fail-on"]} (known: inconclusive)`);
  }
  return {
    inputs: positionals,
    workload: values.workload ?? null,
    writeWorkload: values["write-workload"] ?? null,
    maximumIterations: values.iterations === undefined ? null : wholeNumber("--iterations", values.iterations),
    timeBudgetMs: positive("--time-budget", values["time-budget"] ?? "60") * 1000,
    only: values.only ?? null,
    config: values.config ?? null,
    outputs,
    failOnInconclusive: values["fail-on"] === "inconclusive",
    release: values.release === undefined ? null : releaseTarget(values.release),
    isReplAsked: values.repl === true,
    baseline: values.baseline,
    shard: values.shard === undefined ? null : shardPart(values.shard),
    isWriteAsked: values.write === true,
  };
}

function parse(parameters: readonly string[]) {
  return parseOptions("verify", parameters, {
    workload: { type: "string" },
    "write-workload": { type: "string" },
    iterations: { type: "string" },
    "time-budget": { type: "string" },
    only: { type: "string" },
    config: { type: "string" },
    format: { type: "string", multiple: true },
    output: { type: "string" },
    "fail-on": { type: "string" },
    release: { type: "string" },
    baseline: { type: "string" },
    shard: { type: "string" },
    repl: { type: "boolean" },
    write: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  });
}

function releaseTarget(text: string): { module: string; export: string } {
  const at = text.lastIndexOf("#");
  if (at <= 0 || at === text.length - 1)
    throw new InputError(`--release takes <module>#<export>, as in src/errors.ts#clear, not ${JSON.stringify(text)}`);
  const module = text.slice(0, at);
  if (!existsSync(path.resolve(process.cwd(), module))) throw new InputError(`--release: no such file: ${module}`);
  return { module, export: text.slice(at + 1) };
}

function shardPart(text: string): ShardPart {
  const [, index = 0, count = 0] = (/^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? []).map(Number);
  if (index < 1 || index > count)
    throw new InputError(`--shard takes a part and the number of parts, as in 1/4, not ${JSON.stringify(text)}`);
  return { index, count };
}
