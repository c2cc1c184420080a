/** A measurement → the result that reports are made of. */
import { readFileSync } from "node:fs";
import type { Finding } from "./findings.js";
import { dominatorTreeOf } from "./heap/dominator-tree.js";
import type { SourcePlaces } from "./source-places.js";
import { suiteResultOf, type SuiteInput } from "./suites/suite-result.js";
import { adviceFor } from "./verdict/advice.js";
import { isExpired } from "./verdict/decide-heap.js";
import { explainChain, explainSighting, relativePath } from "./verdict/explain.js";
import { fileOfAnchor } from "./verdict/heap-path.js";
import { describeLeak, isOneLeak, type HeapLeak } from "./verdict/heap-leak.js";
import type { Sighting } from "./verdict/heap-suspect.js";
import {
  verdicts,
  type ChainHop,
  type Growth,
  type JudgedFinding,
  type Shard,
  type UnflaggedGrowth,
  type Verdict,
  type VerificationResult,
} from "./verdict/result.js";
import type { Judgement } from "./verdict/judge.js";
import type { Measurement } from "./verdict/schedule.js";
import type { Stopwatch } from "./verdict/stopwatch.js";
import type { Suspect } from "./verdict/suspect.js";
import type { OperationSite } from "../rules/analysis/facts.js";

const MAXIMUM_CHECKPOINTS = 24;

export interface ResultInput {
  readonly findings: readonly Finding[];
  readonly measurement: Measurement;
  readonly places: SourcePlaces;
  /** What reports call it. */
  readonly workload: string;
  readonly workingDirectory: string;
  /** Whether findings of one rule were asked for, so that growth which none of its explains says nothing new. */
  readonly isOnlyOneRule: boolean;
  readonly shard: Shard | null;
  /** The test files; null where none were run. */
  readonly suite: Pick<SuiteInput, "files" | "failures"> | null;
  readonly watch: Stopwatch;
  /** When the verification began, on the clock of `performance.now()`. */
  readonly startedAt: number;
}

export interface Assembled {
  readonly result: VerificationResult;
  /** Fingerprints of growth that no finding explains and that could not be decided: reports leave it out. */
  readonly undecided: ReadonlySet<string>;
}

/** Puts together what was found of each finding, and what no finding explains. */
export function assembleResult(input: ResultInput): Assembled {
  const assembly = new Assembly(input);
  return { result: assembly.result(), undecided: assembly.undecided() };
}

class Assembly {
  readonly #input: ResultInput;
  readonly #measurement: Measurement;
  /** By what the holders of a leak were tracked, by the leak's fingerprint. */
  readonly #keys = new Map<string | null, readonly number[]>();

  constructor(input: ResultInput) {
    this.#input = input;
    this.#measurement = input.measurement;
  }

  result(): VerificationResult {
    const { findings, workload, watch, startedAt } = this.#input;
    const { judgements, iterations, status, newest, series } = this.#measurement;
    const byFinding = new Map(judgements.map((judgement) => [judgement.evidence.finding, judgement]));
    const reported = findings.filter(({ isSuppressed }) => !isSuppressed);
    const judged = reported.map((finding) => this.#judge(finding, byFinding.get(finding)));
    const unflagged = this.#input.isOnlyOneRule ? [] : this.#unflagged();
    return {
      schemaVersion: 1,
      node: process.version,
      workload,
      iterations,
      status,
      summary: summaryOf(judged, unflagged),
      chainsTakenAt: newest.iteration,
      findings: judged,
      unflagged,
      series,
      release: null,
      baseline: null,
      shard: this.#input.shard,
      suite: this.#suite(judged, unflagged),
      timings: watch.split(performance.now() - startedAt),
    };
  }

  #suite(judged: readonly JudgedFinding[], unflagged: readonly UnflaggedGrowth[]): VerificationResult["suite"] {
    const { suite, workingDirectory } = this.#input;
    if (suite === null) return null;
    const leaks = [...judged.filter(({ verdict }) => verdict === "confirmed"), ...unflagged].map(
      ({ fingerprint, holder }) => ({
        fingerprint,
        name: holder?.name ?? "",
        module: holder?.module ?? "",
        keys: this.#keys.get(fingerprint) ?? [],
      }),
    );
    return suiteResultOf({ ...suite, fileGrowth: this.#measurement.fileGrowth, workingDirectory }, leaks);
  }

  undecided(): Set<string> {
    const { heap, iterations } = this.#measurement;
    return new Set(
      heap.flatMap(({ suspect, decision }) => {
        const { fingerprint, sighting } = suspect;
        if (decision.kind !== "undecided" || sighting === null) return [];
        const leak = { fingerprint, sighting, growth: decision.growth, suspect };
        return [describeLeak(leak, [], iterations).hash(this.#input.workingDirectory)];
      }),
    );
  }

  #judge(finding: Finding, judgement: Judgement | undefined): JudgedFinding {
    const { ruleId, line, column, message } = finding;
    const place = { ruleId, file: relativePath(this.#input.workingDirectory, finding.file), line, column, message };
    if (judgement === undefined) {
      return {
        ...place,
        verdict: "inconclusive",
        reason: "no holder could be made out at the place of the report",
        holder: null,
        growth: null,
        chain: [],
        note: null,
        advice: null,
        fingerprint: null,
        heapFingerprints: [],
      };
    }
    return { ...place, ...this.#verdictOn(judgement) };
  }

  #verdictOn(judgement: Judgement): Omit<JudgedFinding, "ruleId" | "file" | "line" | "column" | "message"> {
    const { suspect, evidence, decision } = judgement;
    const { facts } = evidence;
    const { instance, growth } = decision;
    const isConfirmed = decision.verdict === "confirmed";
    const chain = isConfirmed ? this.#chainOf(judgement) : [];
    const flagged = chain.find((hop) => hop.flagged);
    const type = instance?.type ?? flagged?.type ?? null;
    const unusedRemoval = isConfirmed ? this.#unusedRemoval(suspect) : null;
    if (isConfirmed) {
      const tied = evidence.tied.filter(({ decision: { kind } }) => kind === "leak");
      this.#keys.set(
        facts.fingerprint,
        [suspect, ...tied.map((leak) => leak.suspect)].flatMap(({ keys }) => keys),
      );
    }
    return {
      verdict: decision.verdict,
      reason: decision.reason,
      holder: {
        kind: facts.kind,
        name: facts.name,
        module: facts.module,
        type,
        size:
          instance?.isWeak === true
            ? null
            : (instance?.sizes.at(-1)?.size ?? (isConfirmed ? (growth?.last ?? null) : null)),
      },
      growth: growth === null ? null : growthOf(judgement),
      chain,
      note:
        unusedRemoval === null
          ? null
          : `${unusedRemoval.functionName}() at ${facts.module}:${unusedRemoval.start.line} never ran in this workload`,
      advice: isConfirmed
        ? adviceFor({
            kind: facts.kind,
            name: facts.name,
            module: facts.module,
            type,
            chain,
            unusedRemoval,
            hasRemoval: facts.shrinkSites.length > 0,
            hasObjectKeys: false,
          })
        : null,
      fingerprint: facts.fingerprint,
      heapFingerprints: isConfirmed ? this.#heapFingerprints(suspect) : [],
    };
  }

  /** Of all growth that a confirmed finding explains. */
  #heapFingerprints(finding: Suspect): string[] {
    const explained = this.#measurement.heap.flatMap(({ suspect, decision, explainedBy }) =>
      decision.kind === "leak" && suspect.sighting !== null && explainedBy.includes(finding)
        ? [{ fingerprint: suspect.fingerprint, sighting: suspect.sighting, growth: decision.growth, suspect }]
        : [],
    );
    return this.#hashesOf(explained);
  }

  #hashesOf(leaks: readonly HeapLeak[]): string[] {
    const { iterations } = this.#measurement;
    const hashes = leaks.map((leak) => describeLeak(leak, [], iterations).hash(this.#input.workingDirectory));
    return [...new Set(hashes)].sort();
  }

  #chainOf({ suspect, evidence, decision: { instance, growth } }: Judgement): ChainHop[] {
    const { facts, tied } = evidence;
    const leak = tied.find(({ decision }) => decision.kind === "leak");
    const sighting = leak?.suspect.sighting ?? null;
    const size = instance?.sizes.at(-1)?.size ?? growth?.last ?? 0;
    // From the module alone no path leads to what belongs to a call or an instance.
    const { root } = facts.path;
    const isNamed = root.kind !== "instance" && !(root.kind === "variable" && root.scope === "function");
    if (sighting !== null && (instance === null || !isNamed)) return this.#chainTo(sighting, size);
    if (instance === null) return [];
    const { graph } = this.#measurement.newest;
    const heapId = suspect.heapIdOf(instance);
    const holder = heapId === null ? -1 : graph.nodeOfId(heapId);
    const { places, workingDirectory } = this.#input;
    return explainChain(
      { graph, tree: dominatorTreeOf(graph), places, workingDirectory, frames: this.#measurement.frames },
      facts,
      instance.type,
      holder,
      size,
    );
  }

  #chainTo(sighting: Sighting, count: number): ChainHop[] {
    const { graph } = sighting.forest;
    const { places, workingDirectory } = this.#input;
    const { frames } = this.#measurement;
    const tree = dominatorTreeOf(graph);
    const isNew = (node: number): boolean => graph.idOf(node) > sighting.bornAfter;
    const { forest } = sighting;
    return explainSighting({ graph, tree, places, workingDirectory, frames, isNew, forest }, sighting, count);
  }

  /** Removal code that a tear-down could call and that never ran. */
  #unusedRemoval({ facts, views }: Suspect): OperationSite | null {
    const unused = facts.shrinkSites
      .filter(({ functionName }) => functionName !== null)
      .filter((site) => this.#measurement.coverage.runsOf(site, views) === 0);
    return unused.find(({ isPublic }) => isPublic) ?? unused[0] ?? null;
  }

  /** Leaks that no confirmed finding explains, parts of one leak together, largest first. */
  #unflagged(): UnflaggedGrowth[] {
    const confirmed = new Set(
      this.#measurement.judgements
        .filter(({ decision }) => decision.verdict === "confirmed")
        .map(({ suspect }) => suspect),
    );
    const leaks: HeapLeak[] = this.#measurement.heap.flatMap(({ suspect, decision, explainedBy }) =>
      decision.kind !== "leak" || suspect.sighting === null || explainedBy.some((finding) => confirmed.has(finding))
        ? []
        : [{ fingerprint: suspect.fingerprint, sighting: suspect.sighting, growth: decision.growth, suspect }],
    );
    // Parallel arrays keep their length when what they are about has gone.
    const gone = this.#measurement.heap.flatMap(({ suspect, decision }) =>
      decision.kind === "bounded" && decision.growth !== null && suspect.sighting !== null && isExpired(suspect.expiry)
        ? [{ fingerprint: suspect.fingerprint, sighting: suspect.sighting, growth: decision.growth, suspect }]
        : [],
    );
    leaks.sort((left, right) => right.growth.bytesPerIteration - left.growth.bytesPerIteration);
    const entries: HeapLeak[][] = [];
    for (const leak of leaks) {
      if (gone.some((other) => isOneLeak(leak, other))) continue;
      const known = entries.find(([first]) => first !== undefined && isOneLeak(first, leak));
      if (known === undefined) entries.push([leak]);
      else known.push(leak);
    }
    return entries.flatMap(([first, ...others]) => (first === undefined ? [] : [this.#describe(first, others)]));
  }

  #describe(leak: HeapLeak, others: readonly HeapLeak[]): UnflaggedGrowth {
    const { growth, sighting, suspect } = leak;
    const { workingDirectory } = this.#input;
    const chain = this.#chainTo(sighting, growth.count);
    const described = describeLeak(leak, others, this.#measurement.iterations);
    const fingerprint = described.hash(workingDirectory);
    this.#keys.set(
      fingerprint,
      [leak, ...others].flatMap((part) => part.suspect.keys),
    );
    const anchorFile = fileOfAnchor(sighting.forest.pathTo(sighting.accumulation.holder).anchor);
    const placed = chain.find(({ file, line }) => file !== null && line !== null);
    const module = anchorFile === null ? (placed?.file ?? null) : relativePath(workingDirectory, anchorFile);
    const declared = anchorFile === null ? null : declarationOf(anchorFile, described.root);
    const flagged = chain.find((hop) => hop.flagged);
    const bytes = growth.bytesPerIteration + others.reduce((sum, other) => sum + other.growth.bytesPerIteration, 0);
    return {
      file: module,
      line: declared?.line ?? (module === null ? null : anchorFile === null ? (placed?.line ?? null) : 1),
      column: declared?.column ?? (module === null ? null : 1),
      message: "objects pile up here, and no finding explains it",
      verdict: "confirmed",
      reason: described.reason,
      holder: {
        kind: described.kind,
        name: described.name,
        module: module ?? chain[0]?.edge ?? "",
        type: flagged?.type ?? null,
        size: growth.count,
      },
      growth: {
        perIteration: rounded(growth.perIteration),
        bytesPerIteration: bytes,
        checkpoints: thinned(suspect.largest?.sizes ?? []),
      },
      chain,
      note: null,
      advice: adviceFor({
        kind: described.kind,
        name: described.name,
        module: module ?? "",
        type: flagged?.type ?? null,
        chain,
        unusedRemoval: null,
        hasRemoval: null,
        hasObjectKeys: false,
      }),
      fingerprint,
      heapFingerprints: this.#hashesOf([leak, ...others]),
    };
  }
}

function growthOf({ decision: { instance, growth }, evidence }: Judgement): Growth {
  const perIteration = rounded(growth?.perIteration ?? 0);
  if (instance === null) {
    const leak = evidence.tied.find(({ decision }) => decision.kind === "leak");
    const bytes = leak?.decision.kind === "leak" ? leak.decision.growth.bytesPerIteration : null;
    return {
      perIteration,
      bytesPerIteration: bytes,
      checkpoints: thinned(leak?.suspect.largest?.sizes ?? []),
    };
  }
  const [first] = instance.marks;
  const last = instance.marks.at(-1);
  const iterations = first === undefined || last === undefined ? 0 : last.iteration - first.iteration;
  const bytesPerIteration =
    first === undefined || last === undefined || iterations === 0
      ? null
      : Math.max(0, Math.round((last.retainedBytes - first.retainedBytes) / iterations));
  return { perIteration, bytesPerIteration, checkpoints: thinned(instance.isWeak ? instance.rested : instance.sizes) };
}

function thinned<Sample>(series: readonly Sample[]): Sample[] {
  const step = Math.max(1, Math.ceil(series.length / MAXIMUM_CHECKPOINTS));
  return series.filter((_, index) => index % step === 0 || index === series.length - 1);
}

function rounded(rate: number): number {
  return Math.round(rate * 1000) / 1000;
}

/** Where a module declares a name: the first line that says so. */
function declarationOf(file: string, name: string | null): { line: number; column: number } | null {
  if (name === null || !/^[\w$]+$/.test(name)) return null;
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return null;
  }
  const escaped = name.replaceAll("$", "\\$");
  const found = new RegExp(
    `\\b(?:const|let|var|class|function\\*?)\\s+(?=${escaped}\\b)|^.*?\\b(?=${escaped}\\b)`,
    "m",
  ).exec(text);
  const declared =
    new RegExp(`\\b(?:const|let|var|class|function\\*?)\\s+(?=${escaped}(?![\\w$]))`).exec(text) ?? found;
  if (declared === null) return null;
  const before = text.slice(0, declared.index + declared[0].length);
  return { line: before.split("\n").length, column: before.length - before.lastIndexOf("\n") };
}

function summaryOf(
  findings: readonly JudgedFinding[],
  unflagged: readonly UnflaggedGrowth[],
): VerificationResult["summary"] {
  const count = (verdict: Verdict): number => findings.filter((finding) => finding.verdict === verdict).length;
  const counts = Object.fromEntries(verdicts.map((verdict) => [verdict, count(verdict)])) as Record<Verdict, number>;
  return { ...counts, unflagged: unflagged.length };
}
