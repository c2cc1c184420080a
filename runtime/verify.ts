/** Findings and a workload → a verdict for each finding. Data in, data out; the process is its only effect. */
import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { WorkloadFailure } from "./child/ending.js";
import { WorkloadProcess } from "./child/launch.js";
import { loaderOptions, MissingLoader, resolveTsx } from "./child/loader.js";
import { syntaxErrorPlace } from "./child/syntax-error.js";
import { lintLoadedFiles, type Finding } from "./findings.js";
import { InputError } from "./input-error.js";
import { SourcePlaces } from "./source-places.js";
import { explainChain, relativePath } from "./verdict/explain.js";
import { verdicts, type Growth, type JudgedFinding, type Verdict, type VerificationResult } from "./verdict/result.js";
import { measure, type Judgement, type Measurement } from "./verdict/schedule.js";
import { Suspect } from "./verdict/suspect.js";

const MAXIMUM_CHECKPOINTS = 24;

export interface VerifyOptions {
  /** What the linter suspects; null to lint every module of the user's own that the workload loads. */
  readonly findings: readonly Finding[] | null;
  /** The workload module, absolute or relative to the working directory. */
  readonly workload: string;
  readonly workingDirectory: string;
  /** Wall-clock time for the run in milliseconds; can only turn a verdict into `inconclusive`. */
  readonly timeBudgetMs: number;
  /** The most iterations to run; null for as many as it takes. */
  readonly maximumIterations: number | null;
  /** Only findings of this rule, where the loaded modules are linted. */
  readonly only?: string;
  /** Ends the run and its process. */
  readonly signal?: AbortSignal;
  /** What the workload prints. */
  readonly onOutput?: (chunk: Uint8Array) => void;
  /** What is being done, for a progress line. */
  readonly onProgress?: (text: string) => void;
  /** Something worth a line on the side: a file that could not be linted. */
  readonly onWarning?: (text: string) => void;
}

/**
 * Runs the workload and judges each finding.
 *
 * @throws {InputError} when the workload is missing, is no workload, or cannot be run here
 * @throws {WorkloadFailure} when it throws, hangs, exits or runs out of memory
 */
export async function verify(options: VerifyOptions): Promise<VerificationResult> {
  const workload = path.resolve(options.workingDirectory, options.workload);
  if (!existsSync(workload) || statSync(workload).isDirectory()) {
    throw new InputError(`no such workload: ${options.workload} (leakproof verify --write-workload <file> writes one)`);
  }
  const nodeOptions = loader(options, workload);
  try {
    return await verifyIn(options, workload, nodeOptions);
  } catch (error) {
    // What a JavaScript workload imports is known only when it is imported.
    const tsx = error instanceof WorkloadFailure && needsTypeScript(error) ? resolveTsx(workload) : null;
    if (tsx === null || nodeOptions.includes(tsx)) throw error;
    return verifyIn(options, workload, ["--import", tsx]);
  }
}

/** Node's errors for TypeScript that it cannot read, or not without a transformation. */
function needsTypeScript({ message }: WorkloadFailure): boolean {
  return /Unknown file extension "\.[cm]?tsx?"|TypeScript .* is not supported in strip-only mode/.test(message);
}

async function verifyIn(
  options: VerifyOptions,
  workload: string,
  nodeOptions: readonly string[],
): Promise<VerificationResult> {
  const child = new WorkloadProcess({
    workingDirectory: options.workingDirectory,
    nodeOptions,
    onOutput: options.onOutput ?? (() => {}),
    onProgress: (iteration) => options.onProgress?.(`iteration ${iteration}`),
  });
  const abort = (): void => void child.end({ kind: "interrupted" });
  options.signal?.addEventListener("abort", abort, { once: true });
  try {
    options.onProgress?.("loading the workload");
    await load(child, workload, nodeOptions, options.timeBudgetMs);
    const places = new SourcePlaces();
    places.add(await child.scripts());
    const findings = options.findings ?? lintLoaded(options, places, workload);
    const suspects = findings.flatMap((finding) =>
      finding.facts === null ? [] : [new Suspect(finding, finding.facts, places)],
    );
    const measurement = await measure(child, suspects, {
      maximumIterations: options.maximumIterations,
      timeBudgetMs: options.timeBudgetMs,
      places,
      onPhase: (text) => options.onProgress?.(text),
    });
    await finish(child, options);
    return resultOf(options, findings, measurement, places);
  } finally {
    options.signal?.removeEventListener("abort", abort);
    await child.end();
  }
}

// Node's error for a module that does not parse, or does not link, has no place of the user's in it.
async function load(
  child: WorkloadProcess,
  workload: string,
  nodeOptions: readonly string[],
  limitMs: number,
): Promise<void> {
  try {
    await child.load(workload, limitMs);
  } catch (error) {
    if (!(error instanceof WorkloadFailure)) throw error;
    const isPlaceless =
      error.message.includes("threw SyntaxError") && !/^ +at (?!.*\bnode:).*\d+:\d+\)?$/m.test(error.detail);
    const place = isPlaceless ? syntaxErrorPlace(workload, nodeOptions) : null;
    throw place === null ? error : new WorkloadFailure(error.message, `    at ${place}`);
  }
}

function loader(options: VerifyOptions, workload: string): string[] {
  try {
    return loaderOptions(
      workload,
      (options.findings ?? []).map((finding) => finding.file),
    );
  } catch (error) {
    if (error instanceof MissingLoader) throw new InputError(error.message);
    throw error;
  }
}

function lintLoaded(options: VerifyOptions, places: SourcePlaces, workload: string): Finding[] {
  const own = places.files.filter(
    (file) =>
      file !== workload && !file.includes(`${path.sep}node_modules${path.sep}`) && !isOurs(file) && existsSync(file),
  );
  const { workingDirectory, only, onWarning } = options;
  return lintLoadedFiles(own, {
    workingDirectory,
    ...(only !== undefined && { only }),
    onSkip: (reason) => onWarning?.(`passed over: ${reason}`),
  });
}

function isOurs(file: string): boolean {
  return file.startsWith(import.meta.dirname + path.sep);
}

// A tear-down that fails after everything was measured takes no verdict back.
async function finish(child: WorkloadProcess, options: VerifyOptions): Promise<void> {
  try {
    await child.finish(options.timeBudgetMs);
  } catch (error) {
    if (!(error instanceof WorkloadFailure)) throw error;
    options.onWarning?.(`${options.workload}: ${error.message}`);
  }
}

function resultOf(
  options: VerifyOptions,
  findings: readonly Finding[],
  measurement: Measurement,
  places: SourcePlaces,
): VerificationResult {
  const judgements = new Map(measurement.judgements.map((judgement) => [judgement.evidence.finding, judgement]));
  const judged = findings.map((finding) => {
    const judgement = judgements.get(finding);
    return judgement === undefined
      ? withoutHolder(finding, options)
      : judge(finding, judgement, measurement, places, options);
  });
  return {
    schemaVersion: 1,
    node: process.version,
    workload: relativePath(options.workingDirectory, path.resolve(options.workingDirectory, options.workload)),
    iterations: measurement.iterations,
    status: measurement.status,
    summary: summaryOf(judged),
    chainsTakenAt: measurement.locatedAt,
    findings: judged,
    unflagged: [],
    series: measurement.series,
  };
}

function summaryOf(findings: readonly JudgedFinding[]): VerificationResult["summary"] {
  const count = (verdict: Verdict): number => findings.filter((finding) => finding.verdict === verdict).length;
  const counts = Object.fromEntries(verdicts.map((verdict) => [verdict, count(verdict)])) as Record<Verdict, number>;
  return { ...counts, unflagged: 0 };
}

function judge(
  finding: Finding,
  { suspect, evidence, decision }: Judgement,
  measurement: Measurement,
  places: SourcePlaces,
  options: VerifyOptions,
): JudgedFinding {
  const { facts } = evidence;
  const { instance, growth } = decision;
  const isConfirmed = decision.verdict === "confirmed";
  const heapId = instance === null ? null : suspect.heapIdOf(instance);
  const holderNode = heapId === null ? -1 : measurement.graph.nodeOfId(heapId);
  const size = instance?.sizes.at(-1)?.size ?? null;
  return {
    ...placeOf(finding, options),
    verdict: decision.verdict,
    reason: decision.reason,
    holder: { kind: facts.kind, name: facts.name, module: facts.module, type: instance?.type ?? null, size },
    growth: growth === null || instance === null ? null : growthOf(instance, growth.perIteration),
    chain:
      isConfirmed && instance !== null
        ? explainChain(
            { graph: measurement.graph, tree: measurement.tree, places, workingDirectory: options.workingDirectory },
            facts,
            instance.type,
            holderNode,
            size ?? growth?.last ?? 0,
          )
        : [],
    note: isConfirmed ? unusedRemoval(suspect, measurement) : null,
    fingerprint: facts.fingerprint,
  };
}

function growthOf(instance: NonNullable<Judgement["decision"]["instance"]>, perIteration: number): Growth {
  const series = instance.isWeak ? instance.rested : instance.sizes;
  const step = Math.max(1, Math.ceil(series.length / MAXIMUM_CHECKPOINTS));
  const checkpoints = series.filter((_, index) => index % step === 0 || index === series.length - 1);
  const [first] = instance.marks;
  const last = instance.marks.at(-1);
  const iterations = first === undefined || last === undefined ? 0 : last.iteration - first.iteration;
  const bytesPerIteration =
    first === undefined || last === undefined || iterations === 0
      ? null
      : Math.max(0, Math.round((last.retainedBytes - first.retainedBytes) / iterations));
  return { perIteration: Math.round(perIteration * 1000) / 1000, bytesPerIteration, checkpoints };
}

/** Removal code that a tear-down could call and that never ran. */
function unusedRemoval(suspect: Suspect, { coverage }: Measurement): string | null {
  const { shrinkSites, module } = suspect.facts;
  const unused = shrinkSites
    .filter(({ functionName }) => functionName !== null)
    .filter((site) => coverage.runsOf(site, suspect.views) === 0);
  const site = unused.find(({ isPublic }) => isPublic) ?? unused[0];
  return site === undefined
    ? null
    : `${site.functionName}() at ${module}:${site.start.line} never ran in this workload`;
}

function withoutHolder(finding: Finding, options: VerifyOptions): JudgedFinding {
  return {
    ...placeOf(finding, options),
    verdict: "inconclusive",
    reason: "no holder could be made out at the place of the report",
    holder: null,
    growth: null,
    chain: [],
    note: null,
    fingerprint: null,
  };
}

function placeOf(
  finding: Finding,
  options: VerifyOptions,
): Pick<JudgedFinding, "ruleId" | "file" | "line" | "column" | "message"> {
  const { ruleId, line, column, message } = finding;
  return { ruleId, file: relativePath(options.workingDirectory, finding.file), line, column, message };
}
