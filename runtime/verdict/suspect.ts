/** One finding while it is being measured: gathers readings and marks, answers evidence. */
import type { Reading, TrackedHolder } from "../child/protocol.js";
import type { Facts } from "../../rules/analysis/facts.js";
import type { Finding } from "../findings.js";
import type { HeapGraph } from "../heap/graph.js";
import { limitsInFile } from "../source-limits.js";
import type { ScriptView, SourcePlaces } from "../source-places.js";
import type { Evidence, Expiry, HeapMark, InstanceEvidence } from "./evidence.js";
import type { CoverageLog } from "./exercise.js";
import { locateHolder } from "./locate.js";
import type { Patience } from "./thresholds.js";
import { WatchedInstance } from "./watched-instance.js";

/**
 * Instances that are watched: those of a module that is loaded anew again and again are many, and each is looked up by
 * a walk of the heap.
 */
const MAXIMUM_INSTANCES = 8;

export class Suspect {
  readonly finding: Finding;
  readonly facts: Facts;
  expiry: Expiry | "impossible" | null = null;
  readonly #instances = new Map<string, WatchedInstance>();
  readonly #places: SourcePlaces;

  constructor(finding: Finding, facts: Facts, places: SourcePlaces) {
    this.finding = finding;
    this.facts = facts;
    this.#places = places;
  }

  /** The scripts of the finding's module that have been loaded by now. */
  get views(): readonly ScriptView[] {
    return this.#places.viewsOf(this.finding.file);
  }

  /** Looks for instances in a snapshot; those known already keep their key. */
  locate(graph: HeapGraph, nextKey: () => number): void {
    for (const { identity, roots, properties } of locateHolder(this.facts, this.views, graph, this.finding.file)) {
      if (this.#instances.has(identity) || this.#living().length >= MAXIMUM_INSTANCES) continue;
      this.#instances.set(identity, new WatchedInstance(nextKey(), roots, properties));
    }
  }

  /** Whether the holder has been read in the running process. */
  get isRead(): boolean {
    return [...this.#instances.values()].some(({ wasRead }) => wasRead);
  }

  /** The holder's containers in the newest snapshot. */
  nodesIn(graph: HeapGraph): number[] {
    return this.#living().flatMap(({ heapId }) => {
      const node = heapId === null ? -1 : graph.nodeOfId(Number(heapId));
      return node < 0 ? [] : [node];
    });
  }

  /** Of all that was ever tracked. */
  get keys(): number[] {
    return [...this.#instances.values()].map(({ tracked }) => tracked.key);
  }

  get tracked(): TrackedHolder[] {
    return this.#living().map((instance) => instance.tracked);
  }

  record(iteration: number, readings: ReadonlyMap<number, Reading>, isAtRest: boolean): void {
    for (const instance of this.#instances.values()) {
      const reading = readings.get(instance.tracked.key);
      if (reading !== undefined) instance.record(iteration, reading, isAtRest);
    }
  }

  /** Adds what a snapshot says of each living instance that it may say something new of. */
  mark(iteration: number, patience: Patience, markOf: (heapId: number) => HeapMark | null): void {
    for (const instance of this.#living()) {
      if (!instance.isMarkDue(iteration, patience)) continue;
      const mark = instance.heapId === null ? null : markOf(Number(instance.heapId));
      if (mark !== null) instance.marks.push(mark);
    }
  }

  /** Keeps the containers of the last snapshot as those to read chains from. */
  keepForChains(): void {
    for (const instance of this.#instances.values()) instance.chainHeapId = instance.heapId;
  }

  /** Heap id, in the snapshot for chains, of the instance that this evidence is about. */
  heapIdOf(evidence: InstanceEvidence): number | null {
    const instance = [...this.#instances.values()].find((candidate) => candidate.sizes === evidence.sizes);
    return instance?.chainHeapId == null ? null : Number(instance.chainHeapId);
  }

  evidence(coverage: CoverageLog, warmUpTake: number, iterations: number, patience: Patience): Evidence {
    const { finding, facts, views, expiry } = this;
    const read = [...this.#instances.values()].filter((instance) => instance.wasRead);
    const living = read.filter((instance) => instance.isAlive);
    return {
      finding,
      facts,
      isLoaded: views.length > 0,
      growRuns: totalRuns(facts, views, coverage, 0),
      growRunsAfterWarmUp: totalRuns(facts, views, coverage, warmUpTake + 1),
      instances: living.map((instance) => instance.evidence()),
      instancesSeen: read.length,
      timesLoaded: views.length,
      iterations,
      expiry,
      isHeapFull: false,
      isTimeOver: false,
      patience,
      isOver: false,
      writtenLimits: limitsInFile(finding.file).written,
      tied: [],
      lastSnapshotAt: 0,
      hasUnfiredTimer: facts.shrinkSites.some((site) => site.isTimed && coverage.runsOf(site, views) === 0),
    };
  }

  #living(): WatchedInstance[] {
    return [...this.#instances.values()].filter((instance) => instance.isAlive);
  }
}

function totalRuns(facts: Facts, views: readonly ScriptView[], coverage: CoverageLog, from: number): number | null {
  let total = 0;
  for (const site of facts.growSites) {
    const runs = coverage.runsOf(site, views, from);
    if (runs === null) return null;
    total += runs;
  }
  return total;
}
