/** Reports of shards → one result. */
import { InputError } from "./input-error.js";
import { isSameLeak } from "./verdict/baseline.js";
import {
  verdicts,
  type BaselineComparison,
  type JudgedFinding,
  type ReleaseComparison,
  type SuiteResult,
  type Timings,
  type UnflaggedGrowth,
  type VerificationResult,
} from "./verdict/result.js";

/** A report, and how it was named. */
export interface NamedReport {
  readonly file: string;
  readonly result: VerificationResult;
}

/**
 * What one run that judged all findings would have told. Growth that several shards saw is one entry, and growth that a
 * finding of another shard explains is none. A single report that is no shard stays as it is. Memory over the run is
 * that of the longest run, times are added up.
 *
 * @throws {InputError} where the reports are not the shards of one verification, each of them once
 */
export function mergeReports(reports: readonly NamedReport[]): VerificationResult {
  const [single] = reports;
  if (single !== undefined && reports.length === 1 && single.result.shard === null) return single.result;
  assertComplete(reports);
  const results = reports.map(({ result }) => result);
  // The first of equals: by the shard's number, whatever the order of the files.
  results.sort((left, right) => right.iterations - left.iterations || indexOf(left) - indexOf(right));
  const [longest] = results;
  if (longest === undefined) throw new InputError("no reports to merge");
  const findings = results.flatMap((result) => result.findings).sort(byPlace);
  const unflagged = unflaggedOf(results, findings);
  return {
    ...longest,
    status:
      (["heap-limit", "time-budget"] as const).find((end) => results.some(({ status }) => status === end)) ??
      "complete",
    summary: {
      ...longest.summary,
      ...Object.fromEntries(
        verdicts.map((verdict) => [verdict, findings.filter((finding) => finding.verdict === verdict).length]),
      ),
      unflagged: unflagged.length,
    },
    findings,
    unflagged,
    timings: results.map(({ timings }) => timings).reduce(added),
    release: releaseOf(results, [...findings, ...unflagged]),
    baseline: baselineOf(results, [...findings, ...unflagged]),
    suite: suiteOf(results, [...findings, ...unflagged]),
    shard: null,
  };
}

/** The shards run the same files, and judge other findings. */
function suiteOf(
  results: readonly VerificationResult[],
  entries: readonly (JudgedFinding | UnflaggedGrowth)[],
): SuiteResult | null {
  const suites = results.flatMap(({ suite }) => suite ?? []);
  const [first] = suites;
  if (first === undefined) return null;
  const there = fingerprintsOf(entries);
  const left = suites.flatMap((suite) => suite.left).filter(({ fingerprint }) => there.has(fingerprint));
  const isFirst = (row: (typeof left)[number], index: number): boolean =>
    left.findIndex(({ file, fingerprint }) => file === row.file && fingerprint === row.fingerprint) === index;
  return { ...first, left: left.filter(isFirst).sort((a, b) => a.file.localeCompare(b.file)) };
}

function assertComplete(reports: readonly NamedReport[]): void {
  const [first] = reports;
  if (first === undefined) throw new InputError("no reports to merge");
  const seen = new Map<number, string>();
  for (const { file, result } of reports) {
    if (result.shard === null)
      throw new InputError(`${file} is a whole report, not one of a shard: merge it with nothing`);
    const expected = first.result;
    const differences = [
      ["workload", expected.workload, result.workload],
      ["number of shards", expected.shard?.count, result.shard.count],
      ["version of Node", majorOf(expected.node), majorOf(result.node)],
    ].find(([, one, other]) => one !== other);
    if (differences !== undefined) {
      const [what, one, other] = differences;
      throw new InputError(`${first.file} and ${file} do not belong together: the ${what} is ${one} and ${other}`);
    }
    if (expected.shard?.digest !== result.shard.digest)
      throw new InputError(
        `${first.file} and ${file} do not belong together: they divide ${expected.shard?.findings ?? 0} and ${result.shard.findings} findings that are not the same`,
      );
    const other = seen.get(result.shard.index);
    if (other !== undefined) throw new InputError(`${other} and ${file} are both shard ${nameOf(result)}`);
    seen.set(result.shard.index, file);
  }
  const count = first.result.shard?.count ?? 0;
  const missing = Array.from({ length: count }, (_, index) => index + 1).filter((index) => !seen.has(index));
  if (missing.length > 0)
    throw new InputError(`no report of shard ${missing.map((index) => `${index}/${count}`).join(", ")}`);
}

function nameOf({ shard }: VerificationResult): string {
  return shard === null ? "" : `${shard.index}/${shard.count}`;
}

function indexOf({ shard }: VerificationResult): number {
  return shard?.index ?? 0;
}

function majorOf(version: string): string {
  return version.split(".")[0] ?? version;
}

function byPlace(left: JudgedFinding, right: JudgedFinding): number {
  return left.file === right.file
    ? left.line - right.line || left.column - right.column
    : left.file < right.file
      ? -1
      : 1;
}

/** The longest run's entry for each leak. */
function unflaggedOf(results: readonly VerificationResult[], findings: readonly JudgedFinding[]): UnflaggedGrowth[] {
  const confirmed = findings.filter(({ verdict }) => verdict === "confirmed");
  const entries: UnflaggedGrowth[] = [];
  for (const entry of results.flatMap(({ unflagged }) => unflagged))
    if (![...confirmed, ...entries].some((other) => isSameLeak(entry, other))) entries.push(entry);
  const bytes = ({ growth }: UnflaggedGrowth): number => growth?.bytesPerIteration ?? 0;
  return entries.sort((left, right) => bytes(right) - bytes(left));
}

function added(left: Timings, right: Timings): Timings {
  return {
    workloadMs: left.workloadMs + right.workloadMs,
    captureMs: left.captureMs + right.captureMs,
    analysisMs: left.analysisMs + right.analysisMs,
    totalMs: left.totalMs + right.totalMs,
  };
}

function fingerprintsOf(entries: readonly (JudgedFinding | UnflaggedGrowth)[]): Set<string | null> {
  return new Set(entries.map(({ fingerprint }) => fingerprint));
}

/** Comparisons with one export; null where the shards called none. */
function releaseOf(
  results: readonly VerificationResult[],
  entries: readonly (JudgedFinding | UnflaggedGrowth)[],
): ReleaseComparison | null {
  const releases = results.flatMap(({ release }) => (release === null ? [] : [release]));
  const [first] = releases;
  if (first === undefined) return null;
  const isMixed = releases.some(({ module, export: name }) => module !== first.module || name !== first.export);
  if (isMixed || releases.length < results.length)
    throw new InputError("the shards were verified with different --release options");
  const left = fingerprintsOf(entries);
  const compared = releases.flatMap((release) => release.entries).filter(({ fingerprint }) => left.has(fingerprint));
  const isFirst = (entry: (typeof compared)[number], index: number): boolean =>
    compared.findIndex(({ fingerprint }) => fingerprint === entry.fingerprint) === index;
  return {
    ...first,
    iterations: Math.min(...releases.map(({ iterations }) => iterations)),
    entries: compared.filter(isFirst),
  };
}

/** What the shards' own baselines know; which of their leaks have gone, only the whole can tell. */
function baselineOf(
  results: readonly VerificationResult[],
  entries: readonly (JudgedFinding | UnflaggedGrowth)[],
): BaselineComparison | null {
  const baselines = results.flatMap(({ baseline }) => (baseline === null ? [] : [baseline]));
  const [first] = baselines;
  if (first === undefined) return null;
  const left = fingerprintsOf(entries);
  const known = new Set(baselines.flatMap((baseline) => baseline.known));
  return { file: first.file, known: [...known].filter((fingerprint) => left.has(fingerprint)), gone: [] };
}
