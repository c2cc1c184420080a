/** `leakproof verify`: arguments → findings and a run → reports and an exit code. */
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { WorkloadFailure } from "../child/ending.js";
import { collectFindings, type Finding } from "../findings.js";
import { InputError } from "../input-error.js";
import { workloadProgram, type Program } from "../program.js";
import { nodeTestProgram } from "../suites/node-test-program.js";
import { Heap } from "../query/index.js";
import { vitestProgram } from "../suites/vitest-program.js";
import { loadDriver } from "../serve/load-driver.js";
import { requestDriver } from "../serve/request-driver.js";
import { servedProgram } from "../serve/served-program.js";
import type { VerificationResult } from "../verdict/result.js";
import { isOwnScript } from "../own-scripts.js";
import { readVerdicts, writeVerdicts } from "../verdict-file.js";
import { verify, type LiveWorkload } from "../verify.js";
import { workloadSkeleton } from "../workload-skeleton.js";
import { exitCode, exitCodeOf, isTooEarly } from "./exit-codes.js";
import { failureText } from "./failure-text.js";
import { expectForeignCode } from "./foreign-code.js";
import { Interruption } from "./interruption.js";
import { requireFolder } from "./output-folder.js";
import { ProgressLine } from "./progress.js";
import { runRepl } from "./repl.js";
import { readBaseline, tellGone, withBaseline, writeReports } from "./reports.js";
import { readVerifyArguments, verifyHelp, type VerifyArguments } from "./verify-arguments.js";

/** @returns the exit code */
export async function runVerify(parameters: readonly string[]): Promise<number> {
  const given = readVerifyArguments(parameters);
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
  // Each shard has a report to merge, also one of nothing.
  if (given.shard === null && given.only !== null && findings?.every(({ isSuppressed }) => isSuppressed) === true) {
    process.stderr.write(`leakproof: nothing to verify: ${given.only} flags nothing in ${given.inputs.join(" ")}\n`);
    return exitCode.ok;
  }
  const program = await programOf(given, findings ?? [], workingDirectory);
  if (program === null) return printSkeleton(findings, workingDirectory);
  return verifyAndReport(given, program, findings, workingDirectory, linted);
}

/** Null where nothing is named that could be run. */
async function programOf(
  { serve, vitest, nodeTest, workload, timeBudgetMs }: VerifyArguments,
  findings: readonly Finding[],
  workingDirectory: string,
): Promise<Program | null> {
  if (serve !== null) {
    const { command, port, load } = serve;
    if (typeof load === "string") expectForeignCode();
    const driver = typeof load === "string" ? await loadDriver(load, workingDirectory) : requestDriver(load);
    return servedProgram({ command, port, driver, timeBudgetMs });
  }
  if (vitest !== null) {
    const onWarning = (text: string): void => void process.stderr.write(`leakproof: ${text}\n`);
    return vitestProgram(vitest, workingDirectory, { timeBudgetMs, onWarning });
  }
  if (nodeTest !== null) return nodeTestProgram(nodeTest, workingDirectory, timeBudgetMs);
  if (workload === null) return null;
  const files = findings.map(({ file }) => file);
  return workloadProgram(workload, workingDirectory, files);
}

async function verifyAndReport(
  given: VerifyArguments,
  program: Program,
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
      program,
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
          await promptOn(live, program.name, workingDirectory);
        },
      }),
    });
    progress.clear();
    const result = withBaseline(verified, baseline);
    if (!given.isReplAsked || result.release !== null) await writeReports(result, given.outputs, workingDirectory);
    explainEmptiness(result, program);
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
    process.stderr.write(failureText(program.name, error));
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

function explainEmptiness(result: VerificationResult, { name, launch }: Program): void {
  const { findings, summary, status, iterations, suite } = result;
  if (isTooEarly(result)) {
    const end = status === "time-budget" ? "the time budget" : "a full heap";
    const mend = suite === null ? "do less in an iteration" : "name fewer files";
    process.stderr.write(
      `leakproof: ${name}: ${end} ended the run after ${iterations} iterations, too early to tell: raise --time-budget, or ${mend}\n`,
    );
  }
  if (suite === null && findings.length > 0 && summary["not-exercised"] === findings.length) {
    const mend = launch === undefined ? "have it import and call the flagged modules" : "name requests that reach it";
    process.stderr.write(`leakproof: ${name} ran none of the flagged code: ${mend}\n`);
  }
}

async function findingsOf(given: VerifyArguments, workingDirectory: string, linted: Set<string>): Promise<Finding[]> {
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
