/**
 * What is let go as time passes: the clock of the process is moved on, its timers fire, it runs on for a while, and what
 * grew is counted again.
 */
import type { Reading } from "../child/protocol.js";
import type { MeasuredProgram } from "../child/launch.js";
import type { HeapGraph } from "../heap/graph.js";
import { scriptsOf } from "../heap/scripts.js";
import type { Expiry, Horizon } from "./evidence.js";
import type { HeapSuspect } from "./heap-suspect.js";
import type { Stopwatch } from "./stopwatch.js";
import type { Suspect } from "./suspect.js";

/** How far the clock is moved on, each from where it stood. */
export const HORIZONS: readonly { readonly name: Horizon; readonly milliseconds: number }[] = [
  { name: "an hour", milliseconds: 3_600_000 },
  // Two windows of a day each, one of which is always still open.
  { name: "two days", milliseconds: 48 * 3_600_000 },
];

/** Objects of all leaks that are asked after; each is looked up by a walk of the heap. */
const MOST_SAMPLES = 48;
const SAMPLES_PER_LEAK = 6;
/** Fewer in a large heap, where V8 takes most of a second for each. */
const SAMPLES_PER_LEAK_OF_LARGE_HEAP = 3;
const LARGE_HEAP_NODES = 300_000;

/** What grows, and would be called a leak. */
export interface Growing {
  readonly findings: readonly Suspect[];
  /** Places in the heap, each with the collection that explains it. */
  readonly places: ReadonlyMap<HeapSuspect, Suspect | undefined>;
}

export interface Passing {
  readonly horizon: Horizon;
  readonly milliseconds: number;
  /** Iterations to run afterwards. */
  readonly iterations: number;
  /** What each of the process's answers may take. */
  readonly limitMs: number;
}

export class ClockTest {
  readonly #child: MeasuredProgram;
  readonly #watch: Stopwatch;
  readonly #graph: HeapGraph;
  readonly #mostSamples: number;
  /** Heap ids of the samples that were alive when they were last asked after. */
  #alive: ReadonlyMap<HeapSuspect, readonly string[]> = new Map();

  /**
   * @param graph the newest snapshot
   * @param mostSamples objects of all leaks that are asked after
   */
  constructor(child: MeasuredProgram, watch: Stopwatch, graph: HeapGraph, mostSamples = MOST_SAMPLES) {
    this.#mostSamples = mostSamples;
    this.#child = child;
    this.#watch = watch;
    this.#graph = graph;
  }

  /** Holds some objects of what grows weakly. */
  async begin({ places }: Growing): Promise<void> {
    const asked = [...places].flatMap(([place, explanation]) =>
      isAskedBySamples(place) && (explanation === undefined || place.isArray) ? [place] : [],
    );
    const share = Math.max(1, Math.floor(this.#mostSamples / Math.max(1, asked.length)));
    const isLarge = this.#graph.nodeCount > LARGE_HEAP_NODES;
    const most = Math.min(share, isLarge ? SAMPLES_PER_LEAK_OF_LARGE_HEAP : SAMPLES_PER_LEAK);
    this.#alive = new Map(asked.map((place) => [place, place.samples(most)]));
    await this.#watch.time("capture", this.#child.sample([...this.#alive.values()].flat()));
  }

  /** Moves the clock on, and tells each suspect what was left. */
  async pass(growing: Growing, { horizon, milliseconds, iterations, limitMs }: Passing): Promise<void> {
    const before = await this.#readings();
    const timers = timerDurations(this.#graph, milliseconds);
    const clock = { milliseconds, timers, nodeScripts: nodeScriptsOf(this.#graph) };
    await this.#watch.time("workload", this.#child.advanceClock(clock, limitMs));
    const command = { count: iterations, readEvery: 0, untilMs: limitMs };
    await this.#watch.time("workload", this.#child.run(command, 2 * limitMs));
    await this.#watch.time("capture", this.#child.settle());
    const after = await this.#readings();
    const survivors = await this.#child.survivors();
    const left = (counts: Counts): Expiry => ({ ...counts, horizon });

    for (const suspect of growing.findings) if (suspect.isRead) suspect.expiry = left(countsOf(suspect, before, after));
    for (const [place, explanation] of growing.places) {
      const samples = this.#alive.get(place) ?? [];
      const alive = samples.filter((heapId) => survivors.has(heapId));
      const bySamples = samples.length === 0 ? null : { before: samples.length, after: alive.length, isSampled: true };
      const bySize = place.tracked.length === 0 ? null : countsOf(place, before, after);
      const isStill = bySize !== null && bySize.after <= bySize.before;
      const counts = place.hasGrownInSize ? (isStill ? lower(bySize, bySamples) : bySize) : (bySamples ?? bySize);
      // What a collection explains goes when its entries do.
      if (explanation !== undefined && typeof explanation.expiry === "object" && explanation.expiry !== null) {
        const lowest = isStill ? lower(explanation.expiry, bySamples) : null;
        if (lowest !== null) explanation.expiry = left(lowest);
        place.expiry = explanation.expiry;
      } else if (counts !== null) place.expiry = left(counts);
    }
    this.#alive = new Map(
      [...this.#alive].map(([place, samples]) => [place, samples.filter((heapId) => survivors.has(heapId))]),
    );
  }

  async #readings(): Promise<Map<number, Reading>> {
    return new Map((await this.#child.measure({ heapIds: false })).map((reading) => [reading.key, reading]));
  }
}

type Counts = Omit<Expiry, "horizon">;

/** The size of a Map or a buffer says all; an array may keep its length, and have nothing in it. */
function isAskedBySamples(place: HeapSuspect): boolean {
  return !place.hasGrownInSize || place.isArray;
}

/** Whichever fell further. */
function lower(left: Counts | null, right: Counts | null): Counts | null {
  if (left === null || right === null) return left ?? right;
  return right.after * left.before < left.after * right.before ? right : left;
}

/** The largest holder's entries before and after, its own or those below it, whichever fell further. */
function countsOf(
  suspect: Suspect | HeapSuspect,
  before: ReadonlyMap<number, Reading>,
  after: ReadonlyMap<number, Reading>,
): Counts {
  const largest = (readings: ReadonlyMap<number, Reading>, measure: "size" | "reach"): number =>
    Math.max(0, ...suspect.tracked.map(({ key }) => entriesOf(readings.get(key), measure)));
  const own = { before: largest(before, "size"), after: largest(after, "size"), isSampled: false };
  const below = { before: largest(before, "reach"), after: largest(after, "reach"), isSampled: false };
  return lower(own, below) ?? own;
}

function entriesOf(reading: Reading | undefined, measure: "size" | "reach"): number {
  return reading === undefined || reading.state === "gone" ? 0 : (reading[measure] ?? 0);
}

/** The durations of Node's lists of timers, in milliseconds: the keys of the table that holds them. */
function timerDurations(graph: HeapGraph, longest: number): number[] {
  const durations = new Set<number>();
  for (let node = 0; node < graph.nodeCount; node++) {
    if (graph.nodeTypes[node] !== graph.types.object || graph.nameOf(node) !== "TimersList") continue;
    for (const edge of graph.retainers(node)) {
      const duration = Number(graph.edgeName(edge));
      if (Number.isInteger(duration) && duration > 0 && duration <= longest) durations.add(duration);
    }
  }
  return [...durations];
}

/** Node's modules whose timers are the workload's: those of `AbortSignal.timeout()` and of `node:timers/promises`. */
const TIMERS_OF_USERS: ReadonlySet<string> = new Set(["node:internal/abort_controller", "node:timers/promises"]);

function nodeScriptsOf(graph: HeapGraph): string[] {
  const scripts = [...scriptsOf(graph).values()].filter(
    ({ name, isInternal }) => isInternal && !TIMERS_OF_USERS.has(name),
  );
  return scripts.map(({ scriptId }) => String(scriptId));
}
