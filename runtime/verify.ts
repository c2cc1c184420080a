/** Findings and a workload → a verdict for each finding. Data in, data out; the process is its only effect. */
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { WorkloadFailure } from "./child/ending.js";
import { LONGEST_TIMER_MS, WorkloadProcess } from "./child/launch.js";
import type { ReleaseTarget } from "./child/protocol.js";
import { compareRelease } from "./release.js";
import { needsTypeScript, resolveTsx } from "./child/loader.js";
import { syntaxErrorPlace } from "./child/syntax-error.js";
import { lintLoadedFiles, type Finding } from "./findings.js";
import type { HeapGraph } from "./heap/index.js";
import { ModuleVariables } from "./module-variables.js";
import { namedModules } from "./module-names.js";
import { isOwnFile, isOwnScript } from "./own-scripts.js";
import type { Program } from "./program.js";
import { SourcePlaces } from "./source-places.js";
import { FilesFailed, requireNoFailure, restartWithout } from "./suites/failed-files.js";
import { takeShard, type ShardPart } from "./shard.js";
import { assembleResult, type Assembled } from "./results.js";
import type { VerificationResult } from "./verdict/result.js";
import { measure, type Phase } from "./verdict/schedule.js";
import { Stopwatch } from "./verdict/stopwatch.js";
import { Suspect } from "./verdict/suspect.js";
import { PATIENCE, SUITE_PATIENCE } from "./verdict/thresholds.js";
import { TimeBudget } from "./verdict/time-budget.js";

/** A tear-down has this much time, even where none of the budget is left. */
const LEAST_TEARDOWN_MS = 2000;

export interface VerifyOptions {
  /** What the linter suspects; null to lint every module of the user's own that the workload loads. */
  readonly findings: readonly Finding[] | null;
  readonly program: Program;
  readonly workingDirectory: string;
  /** Wall-clock time for the run in milliseconds; can only turn a verdict into `inconclusive`. */
  readonly timeBudgetMs: number;
  /** The most iterations to run; null for as many as it takes. */
  readonly maximumIterations: number | null;
  /** Only findings of this rule: loaded modules are linted with it alone, and other growth is not reported. */
  readonly only?: string;
  /**
   * An export that is called after each iteration of a second run, to see what it lets go of. The module's path is
   * relative to the working directory.
   */
  readonly release?: ReleaseTarget;
  /** Judges one part of the findings: other runs judge the other parts. */
  readonly shard?: ShardPart;
  /** Is called when everything was measured, before the workload's `teardown`, with the process still there. */
  readonly atEnd?: (result: VerificationResult, live: LiveWorkload) => Promise<void>;
  /** Is told which modules of the user's own the workload has loaded (absolute). */
  readonly onLoaded?: (files: readonly string[]) => void;
  /** Ends the run and its process. */
  readonly signal?: AbortSignal;
  /** What the workload prints. */
  readonly onOutput?: (chunk: Uint8Array) => void;
  /** What is being done, for a progress line. */
  readonly onProgress?: (phase: Phase) => void;
  /** Something worth a line on the side: a file that could not be linted. */
  readonly onWarning?: (text: string) => void;
}

/** The workload's process after the last iteration. */
export interface LiveWorkload {
  /** Names at the prompt: the exports of the user's own modules. */
  readonly names: readonly string[];
  /** Takes a snapshot, settled before. */
  readonly take: () => Promise<HeapGraph>;
  /** Where a place of a script is in the user's source, as `ViewOptions` of a heap takes it. */
  readonly sourceOf: SourcePlaces["sourceOf"];
  /** Evaluates an expression with those names. @returns what it gives, as Node shows it */
  readonly evaluate: (expression: string) => Promise<string>;
}

/**
 * Runs the program and judges each finding.
 *
 * @throws {WorkloadFailure} when it is no workload, throws, hangs, exits or runs out of memory
 */
export async function verify(options: VerifyOptions): Promise<VerificationResult> {
  const before = await verifyWithLoader(options, null);
  const { result } = before;
  if (options.release === undefined) return result;
  if (!accuses(result)) {
    return { ...result, release: compareRelease(result, before, options.release) };
  }
  const target = { ...options.release, module: path.resolve(options.workingDirectory, options.release.module) };
  return { ...result, release: compareRelease(result, await verifyWithLoader(options, target), options.release) };
}

async function verifyWithLoader(options: VerifyOptions, release: ReleaseTarget | null): Promise<Assembled> {
  const { program } = options;
  try {
    return await verifyIn(options, program, release);
  } catch (error) {
    // What a JavaScript workload imports is known only when it is imported.
    const isOurs = program.launch === undefined;
    const tsx = isOurs && error instanceof WorkloadFailure && needsTypeScript(error) ? resolveTsx(program.file) : null;
    if (tsx === null || program.nodeOptions.includes(tsx)) throw error;
    return verifyIn(options, { ...program, nodeOptions: [...program.nodeOptions, "--import", tsx] }, release);
  }
}

function accuses({ summary, unflagged }: VerificationResult): boolean {
  return summary.confirmed + unflagged.length > 0;
}

interface RunTime {
  /** On the clock of `performance.now()`. */
  readonly startedAt: number;
  readonly budget: TimeBudget;
}

async function verifyIn(options: VerifyOptions, program: Program, release: ReleaseTarget | null): Promise<Assembled> {
  const time: RunTime = { startedAt: performance.now(), budget: new TimeBudget(options.timeBudgetMs) };
  let left = program;
  for (;;) {
    try {
      return await verifyOnce(options, left, release, time);
    } catch (error) {
      if (!(error instanceof FilesFailed)) throw error;
      left = error.program;
    }
  }
}

async function verifyOnce(
  options: VerifyOptions,
  program: Program,
  release: ReleaseTarget | null,
  { startedAt, budget }: RunTime,
): Promise<Assembled> {
  const watch = new Stopwatch();
  let phase: Phase = { name: "loading the workload", iterations: 0, undecided: options.findings?.length ?? 0 };
  const enter = (next: Phase): void => {
    phase = next;
    options.onProgress?.(next);
  };
  let isMeasured = false;
  const child = new WorkloadProcess({
    workingDirectory: options.workingDirectory,
    nodeOptions: program.nodeOptions,
    ...(program.launch !== undefined && { launch: program.launch }),
    ...(program.graceMs !== undefined && { graceMs: program.graceMs }),
    limitMs: () => (isMeasured ? LONGEST_TIMER_MS : budget.limitMs),
    onOutput: options.onOutput ?? (() => {}),
    onProgress: (iterations) => {
      if (!isMeasured) options.onProgress?.({ ...phase, iterations });
    },
  });
  const leftMs = (): number => Math.max(LEAST_TEARDOWN_MS, budget.remainingMs);
  const abort = (): void => void child.end({ kind: "interrupted" });
  options.signal?.addEventListener("abort", abort, { once: true });
  try {
    enter(phase);
    await watch.time("workload", load(child, program, release, budget.remainingMs));
    const tests = program.suite === undefined ? null : await child.suite();
    if (tests !== null) {
      restartWithout(program, tests, budget);
      requireNoFailure(tests, options.workingDirectory);
    }
    const places = new SourcePlaces();
    places.add(await child.scripts());
    options.onLoaded?.(ownFiles(places, program));
    const all = options.findings ?? lintLoaded(options, places, program);
    const { findings, shard } =
      options.shard === undefined
        ? { findings: all, shard: null }
        : takeShard(all, options.shard, options.workingDirectory);
    const suspects = findings.flatMap((finding) =>
      finding.facts === null ? [] : [new Suspect(finding, finding.facts, places)],
    );
    const variables = new ModuleVariables(child);
    const testFiles = new Set(tests?.files);
    const measurement = await measure(child, suspects, {
      maximumIterations: options.maximumIterations,
      patience: program.suite === undefined ? PATIENCE : SUITE_PATIENCE,
      ...(tests !== null && {
        suite: {
          runApart: (limitMs) => child.runApart(limitMs),
          choose: (files) => child.choose(files),
          check: async () => restartWithout(program, await child.suite(), budget),
        },
        nameVariables: (graph) => variables.apply(graph, places.wrappedScripts(testFiles)),
      }),
      watch,
      budget,
      places,
      isOwnScript,
      isHarness: (name) => isIn(name, program.suite?.runnerFolders ?? []),
      onPhase: enter,
    });
    // The end of the run forgives a process that fails, but not one that was told to end.
    if (options.signal?.aborted === true) throw new WorkloadFailure("interrupted");
    const atEnd = tests === null ? null : await suiteOf(child, tests);
    if (atEnd !== null) restartWithout(program, atEnd, budget);
    const suite =
      atEnd === null ? null : { ...atEnd, failures: [...(program.suite?.passedOver ?? []), ...atEnd.failures] };
    const assemble = (): Assembled =>
      assembleResult({
        findings,
        measurement,
        places,
        workload: program.name,
        workingDirectory: options.workingDirectory,
        isOnlyOneRule: options.only !== undefined,
        shard,
        suite,
        watch,
        startedAt,
      });
    if (atEnd !== null && atEnd.failures.length > 0 && accuses(assemble().result))
      requireNoFailure(atEnd, options.workingDirectory);
    if (options.atEnd !== undefined && release === null) {
      isMeasured = true;
      const assembled = assemble();
      await options.atEnd(assembled.result, liveWorkload(child, places, ownFiles(places, program)));
      await finish(child, options, leftMs());
      return assembled;
    }
    await watch.time("workload", finish(child, options, leftMs()));
    return assemble();
  } finally {
    options.signal?.removeEventListener("abort", abort);
    await child.end();
  }
}

// Node's error for a module that does not parse, or does not link, has no place of the user's in it.
async function load(
  child: WorkloadProcess,
  { file, input, suite, nodeOptions }: Program,
  release: ReleaseTarget | null,
  limitMs: number,
): Promise<void> {
  try {
    const files = suite === undefined ? {} : { files: suite.files };
    await child.load({ workload: file, input: input === null ? null : { ...input, ...files }, release }, limitMs);
  } catch (error) {
    if (!(error instanceof WorkloadFailure)) throw error;
    const isPlaceless =
      error.message.includes("threw SyntaxError") && !/^ +at (?!.*\bnode:).*\d+:\d+\)?$/m.test(error.detail);
    const place = isPlaceless ? syntaxErrorPlace(file, nodeOptions) : null;
    throw place === null ? error : new WorkloadFailure(error.message, `    at ${place}`);
  }
}

function lintLoaded(options: VerifyOptions, places: SourcePlaces, program: Program): Finding[] {
  const { workingDirectory, only, onWarning } = options;
  return lintLoadedFiles(ownFiles(places, program), {
    workingDirectory,
    ...(only !== undefined && { only }),
    onSkip: (reason) => onWarning?.(`passed over: ${reason}`),
  });
}

/** The modules of the user's own that were loaded. */
function ownFiles(places: SourcePlaces, program: Program): string[] {
  return places.files.filter(
    (file) =>
      file !== program.file &&
      !file.includes(`${path.sep}node_modules${path.sep}`) &&
      !isOwnFile(file) &&
      existsSync(file),
  );
}

/** The test files as they are at the end, or as they were where the process has ended. */
async function suiteOf<Suite>(child: { suite: () => Promise<Suite> }, before: Suite): Promise<Suite> {
  try {
    return await child.suite();
  } catch (error) {
    if (!(error instanceof WorkloadFailure)) throw error;
    return before;
  }
}

/** Whether a script, by V8's name of it, lies in one of these folders. */
function isIn(script: string, folders: readonly string[]): boolean {
  const file = script.startsWith("file:") ? fileURLToPath(script) : script;
  return folders.some((folder) => file.startsWith(folder + path.sep));
}

function liveWorkload(child: WorkloadProcess, places: SourcePlaces, files: readonly string[]): LiveWorkload {
  const modules = namedModules(files);
  return {
    names: modules.map(({ name }) => name),
    take: async () => (await child.snapshot()).graph,
    sourceOf: (scriptId, line, column) => places.sourceOf(scriptId, line, column),
    evaluate: (expression) => child.evaluate(expression, modules),
  };
}

// A tear-down that fails after everything was measured takes no verdict back.
async function finish(child: WorkloadProcess, options: VerifyOptions, limitMs: number): Promise<void> {
  try {
    await child.finish(limitMs);
  } catch (error) {
    if (!(error instanceof WorkloadFailure)) throw error;
    options.onWarning?.(`${options.program.name}: ${error.message}`);
  }
  if (child.warning !== null) options.onWarning?.(`${options.program.name}: ${child.warning}`);
}
