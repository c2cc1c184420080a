/** A place in the heap where objects pile up, followed over the run. */
import type { LiveRoot, Reading, TrackedHolder } from "../child/protocol.js";
import type { Forest } from "../heap/forest.js";
import type { HeapGraph } from "../heap/graph.js";
import { isUnnamedVariable } from "../heap/block-scopes.js";
import { internalTarget, moduleContextOf } from "../heap/scripts.js";
import { visibleReferences } from "../heap/visible.js";
import type { Expiry } from "./evidence.js";
import type { Interval } from "./cohorts.js";
import type { Sample } from "./growth.js";
import type { Accumulation } from "./heap-growth.js";
import { hopsTo } from "./heap-path.js";
import { WatchedInstance } from "./watched-instance.js";

/** Holders of one fingerprint that are read live; more of them say nothing new. */
const MAXIMUM_INSTANCES = 3;
/** Objects looked through for suspended functions. */
const MOST_LOOKED_AT = 24;

/** What the newest snapshot says of a heap suspect. Nodes are those of `forest.graph`. */
export interface Sighting {
  readonly iteration: number;
  readonly forest: Forest;
  /** Objects with larger ids were born after warm-up. */
  readonly bornAfter: number;
  readonly intervals: readonly Interval[];
  /** The accumulations of this fingerprint, merged; the first of `parts` is its example. */
  readonly accumulation: Accumulation;
  readonly parts: readonly Accumulation[];
  /** Numbers near the holder, or in its code, that may be its limit. A count that changes is none. */
  readonly limits: readonly number[];
  /** The same for the bytes that it holds. */
  readonly byteLimits: readonly number[];
  /** Numbers written in its code that may be its limit by a way that no comparison shows. */
  readonly writtenLimits: readonly number[];
  /** Whether what hangs there takes more bytes than at the snapshot before, though next to nothing was born. */
  readonly hasGrownInBytes: boolean;
}

export class HeapSuspect {
  readonly fingerprint: string;
  /** Null when nothing of it was left in the newest snapshot. */
  sighting: Sighting | null;
  expiry: Expiry | "impossible" | null = null;
  /** The most births of each interval that any snapshot saw. */
  // eslint-disable-next-line leakproof/no-growing-field -- one for each snapshot of one verification
  readonly peaks: number[] = [];
  readonly #instances = new Map<number, WatchedInstance>();

  constructor(fingerprint: string, sighting: Sighting) {
    this.fingerprint = fingerprint;
    this.sighting = sighting;
  }

  /** Takes what a newer snapshot shows. */
  see(sighting: Sighting | null, nextKey: () => number): void {
    if (sighting === null) {
      this.sighting = null;
      return;
    }
    const known = this.sighting?.limits;
    const limits = known === undefined ? sighting.limits : sighting.limits.filter((limit) => known.includes(limit));
    this.sighting = { ...sighting, limits };
    sighting.accumulation.births.forEach((births, interval) => {
      this.peaks[interval] = Math.max(births, this.peaks[interval] ?? 0);
    });
    for (const part of sighting.parts.slice(0, MAXIMUM_INSTANCES)) {
      const id = sighting.forest.graph.idOf(part.holder);
      if (this.#instances.size >= MAXIMUM_INSTANCES || this.#instances.has(id)) continue;
      const root = liveRootOf(sighting.forest, part);
      if (root !== null) this.#instances.set(id, new WatchedInstance(nextKey(), [root.root], root.properties));
    }
  }

  /** Heap ids of some of what piled up before the newest snapshot, at most so many. */
  samples(count: number): string[] {
    if (this.sighting === null) return [];
    const { forest, accumulation } = this.sighting;
    const { samples, entry } = accumulation;
    // One of each cohort in turn.
    const found = [0, 1, 2].flatMap((turn) => samples.flatMap((cohort) => cohort.slice(turn, turn + 1)));
    const nodes = found.length > 0 || entry < 0 ? found : [entry];
    return nodes.slice(0, count).map((node) => String(forest.graph.idOf(node)));
  }

  /** Heap ids of the suspended generators and async functions on the way to what piles up. */
  suspendedFunctions(): string[] {
    if (this.sighting === null) return [];
    const { forest, accumulation } = this.sighting;
    const hops = hopsTo(forest, accumulation.entry >= 0 ? accumulation.entry : accumulation.holder).hops;
    const { graph } = forest;
    const through = hops.flatMap((hop) => (hop.kind === "local" ? [hop.through] : []));
    if (accumulation.entry >= 0) through.push(...suspendedBelow(graph, accumulation.entry));
    return through.map((node) => String(graph.idOf(node)));
  }

  /** Of all that was ever tracked. */
  get keys(): number[] {
    return [...this.#instances.values()].map(({ tracked }) => tracked.key);
  }

  /** Variables on the way whose names the snapshot does not have, each with the heap id of a closure that sees it. */
  unnamedVariables(): { edge: number; closure: string }[] {
    if (this.sighting === null) return [];
    const { forest, accumulation } = this.sighting;
    const { graph } = forest;
    const { edges } = forest.pathTo(accumulation.entry >= 0 ? accumulation.entry : accumulation.holder);
    return edges
      .filter((edge) => isUnnamedVariable(graph, edge))
      .map((edge) => ({ edge, closure: closureSeeing(graph, graph.edgeFrom(edge)) }))
      .filter(({ closure }) => closure >= 0)
      .map(({ edge, closure }) => ({ edge, closure: String(graph.idOf(closure)) }));
  }

  get tracked(): TrackedHolder[] {
    return [...this.#instances.values()].filter(({ isAlive }) => isAlive).map(({ tracked }) => tracked);
  }

  record(iteration: number, readings: ReadonlyMap<number, Reading>, isAtRest: boolean): void {
    for (const instance of this.#instances.values()) {
      const reading = readings.get(instance.tracked.key);
      if (reading !== undefined) instance.record(iteration, reading, isAtRest);
    }
  }

  /** Whether the collection's own size tells of growth. */
  get hasGrownInSize(): boolean {
    const sizes = this.largest?.sizes ?? [];
    return lastSize(sizes) > (sizes[0]?.size ?? 0);
  }

  /** Whether it is an array, whose length may stay when its elements go. */
  get isArray(): boolean {
    return this.largest?.type === "Array";
  }

  /** The instance with the most entries, of those that were read. */
  get largest(): WatchedInstance | null {
    const read = [...this.#instances.values()].filter(({ wasRead, isAlive }) => wasRead && isAlive);
    return read.sort((left, right) => lastSize(right.sizes) - lastSize(left.sizes))[0] ?? null;
  }
}

/** The suspended functions that an object is or leads to in a few steps. */
function suspendedBelow(graph: HeapGraph, node: number): number[] {
  const seen = new Set([node]);
  for (const next of seen) {
    if (seen.size >= MOST_LOOKED_AT) break;
    for (const { target } of visibleReferences(graph, next)) seen.add(target);
  }
  return [...seen].filter((candidate) => internalTarget(graph, candidate, "parameters_and_registers") >= 0).slice(0, 4);
}

function lastSize(sizes: readonly Sample[]): number {
  return sizes.at(-1)?.size ?? 0;
}

/** How running code reaches the collection; null where there is no way. */
function liveRootOf(
  { graph }: Forest,
  { holder, slot }: Accumulation,
): { root: LiveRoot; properties: string[] } | null {
  if (graph.nameOf(holder) === "system / Context") {
    const closure = slot.kind === "variable" ? closureSeeing(graph, holder) : -1;
    if (slot.kind !== "variable" || closure < 0) return null;
    const root: LiveRoot = {
      kind: "scope",
      closure: String(graph.idOf(closure)),
      variable: slot.name,
      pick: moduleContextOf(graph, closure) === holder ? "outermost" : "innermost",
      isConstant: false,
    };
    return { root, properties: [] };
  }
  if (graph.nodeTypes[holder] !== graph.types.object && graph.nodeTypes[holder] !== graph.types.closure) return null;
  if (slot.kind === "property" && slot.name.startsWith("<symbol")) return null;
  const root: LiveRoot = { kind: "object", heapId: String(graph.idOf(holder)) };
  return { root, properties: slot.kind === "property" ? [slot.name] : [] };
}

/** A closure that was made in the scope of this context, or else in one inside it. */
function closureSeeing(graph: Forest["graph"], context: number): number {
  const scopes = new Set([context]);
  for (const scope of scopes) {
    for (const edge of graph.retainers(scope)) {
      const node = graph.edgeFrom(edge);
      if (graph.nodeTypes[node] === graph.types.closure && graph.edgeName(edge) === "context") return node;
      if (graph.edgeName(edge) === "previous" && graph.nameOf(node) === "system / Context") scopes.add(node);
    }
  }
  return -1;
}
