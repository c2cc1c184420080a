/**
 * When to measure: locate with a few snapshots while the heap is small, then stress without any, reading sizes live,
 * and at last move the clocks on where entries may expire.
 */
import type { MemorySample, Reading } from "../child/protocol.js";
import { WorkloadFailure } from "../child/ending.js";
import type { WorkloadProcess } from "../child/launch.js";
import { DominatorTree } from "../heap/dominator-tree.js";
import type { HeapGraph } from "../heap/graph.js";
import {
  decide,
  decideFinally,
  ENOUGH_ITERATIONS,
  isWeakHolder,
  needsSnapshot,
  type Decision,
  type Stop,
} from "./decide.js";
import type { Evidence, Expiry } from "./evidence.js";
import { CoverageLog } from "./exercise.js";
import { countObjects, markHolder, newestObjectId } from "./heap-marks.js";
import type { SourcePlaces } from "../source-places.js";
import type { SeriesPoint } from "./result.js";
import type { Suspect } from "./suspect.js";

const WARM_UP_ITERATIONS = 10;
/** Iterations after warm-up at which the locating snapshots are taken; scaled down for slow workloads. */
const LOCATE_AT = [0, 20, 80] as const;
const LOCATE_SHARE_OF_BUDGET = 0.3;
const READINGS_PER_RUN = 32;
/** Growth of the heap at which stressing stops. */
const HEAP_GROWTH_LIMIT_BYTES = 128 * 1024 * 1024;
const HOUR_MS = 3_600_000;
const ITERATIONS_AFTER_HOUR = 64;
/** An iteration may take this much longer than the time budget before it is taken for hung. */
const GRACE_MS = 5000;
const DEFAULT_MAXIMUM_ITERATIONS = 4 * ENOUGH_ITERATIONS;

export interface ScheduleOptions {
  /** The most iterations to run; null for as many as it takes. */
  readonly maximumIterations: number | null;
  /** Milliseconds for the whole run. */
  readonly timeBudgetMs: number;
  /** Is told of scripts that are loaded during the run. */
  readonly places: SourcePlaces;
  readonly onPhase: (text: string) => void;
}

export interface Judgement {
  readonly suspect: Suspect;
  readonly evidence: Evidence;
  readonly decision: Decision;
}

export interface Measurement {
  readonly judgements: readonly Judgement[];
  readonly iterations: number;
  readonly status: "complete" | "time-budget" | "heap-limit";
  readonly series: readonly SeriesPoint[];
  /** The last of the locating snapshots, from which chains are read, and its iteration. */
  readonly locatedAt: number;
  readonly graph: HeapGraph;
  readonly tree: DominatorTree;
  readonly coverage: CoverageLog;
}

/**
 * Runs a loaded workload until every suspect is decided, the iterations or the time budget are spent, or the heap has
 * grown by 128 MB.
 *
 * @throws {WorkloadFailure} when the workload ends or hangs before it could be measured
 */
export function measure(
  child: WorkloadProcess,
  suspects: readonly Suspect[],
  options: ScheduleOptions,
): Promise<Measurement> {
  return new Schedule(child, suspects, options).run();
}

class Schedule {
  readonly #child: WorkloadProcess;
  readonly #suspects: readonly Suspect[];
  readonly #options: ScheduleOptions;
  readonly #deadline: number;
  readonly #coverage = new CoverageLog();
  readonly #series: SeriesPoint[] = [];
  #warmUpTake = 0;
  #iterations = 0;
  #keys = 0;
  #newestId = 0;
  #heapAtStart = 0;
  #stop: Stop = "complete";

  constructor(child: WorkloadProcess, suspects: readonly Suspect[], options: ScheduleOptions) {
    this.#child = child;
    this.#suspects = suspects;
    this.#options = options;
    this.#deadline = performance.now() + options.timeBudgetMs;
  }

  async run(): Promise<Measurement> {
    const { graph, tree } = await this.#locate();
    const locatedAt = this.#iterations;
    await this.#stress();
    await this.#confirmAtRest();
    await this.#moveClocksOn();
    const judgements = this.#suspects.map((suspect) => {
      const evidence = this.#evidenceOf(suspect);
      return { suspect, evidence, decision: decideFinally(evidence, this.#stop) };
    });
    const undecided = judgements.some(({ decision }) => decision.verdict === "inconclusive");
    const isEarly = undecided && (this.#stop === "time-budget" || this.#stop === "heap-limit");
    const status = isEarly ? (this.#stop as "time-budget" | "heap-limit") : "complete";
    return {
      judgements,
      iterations: this.#iterations,
      status,
      series: this.#series,
      locatedAt,
      graph,
      tree,
      coverage: this.#coverage,
    };
  }

  async #locate(): Promise<{ graph: HeapGraph; tree: DominatorTree }> {
    this.#options.onPhase("warming up");
    const startedAt = performance.now();
    await this.#runTo(WARM_UP_ITERATIONS);
    const perIteration = (performance.now() - startedAt) / WARM_UP_ITERATIONS;
    this.#warmUpTake = await this.#takeCoverage();

    const affordable = (this.#options.timeBudgetMs * LOCATE_SHARE_OF_BUDGET) / Math.max(perIteration, 0.001);
    const scale = Math.min(1, Math.max(0.1, affordable / LOCATE_AT[LOCATE_AT.length - 1]));
    let last: { graph: HeapGraph; tree: DominatorTree } | null = null;
    for (const offset of LOCATE_AT) {
      this.#options.onPhase("locating holders");
      await this.#runTo(WARM_UP_ITERATIONS + Math.round(offset * scale));
      last = await this.#takeSnapshot();
    }
    if (last === null) throw new Error("no snapshot was taken");
    for (const suspect of this.#suspects) suspect.keepForChains();
    return last;
  }

  async #stress(): Promise<void> {
    const maximum = this.#options.maximumIterations ?? DEFAULT_MAXIMUM_ITERATIONS;
    while (this.#isAnyUndecided()) {
      if (this.#iterations >= maximum) {
        this.#stop = "iterations";
        return;
      }
      this.#options.onPhase("stressing");
      const before = this.#iterations;
      await this.#runTo(Math.min(maximum, nextTarget(before)));
      await this.#takeCoverage();
      await this.#lookAtRest();
      if (this.#isOverBudget()) {
        this.#stop = "time-budget";
        return;
      }
      if (await this.#isHeapFull()) {
        this.#stop = "heap-limit";
        return;
      }
    }
  }

  // Weak collections have a size only after a collection, and some holders none but what they retain.
  async #lookAtRest(): Promise<void> {
    const evidence = this.#suspects.map((suspect) => this.#evidenceOf(suspect));
    if (evidence.some(needsSnapshot)) await this.#takeSnapshot();
    else if (evidence.some(isWeakHolder)) await this.#measureAtRest();
  }

  // What finalizers sweep is still there until a collection, however long the run.
  async #confirmAtRest(): Promise<void> {
    if (this.#confirmed().length > 0) await this.#measureAtRest();
  }

  async #measureAtRest(): Promise<void> {
    await this.#child.settle();
    this.#record(await this.#child.measure({ heapIds: false }), true);
  }

  async #takeCoverage(): Promise<number> {
    this.#options.places.add(await this.#child.scripts());
    const urls = new Set(this.#suspects.flatMap((suspect) => suspect.views.map((view) => view.url)));
    return this.#coverage.add(await this.#child.coverage([...urls]));
  }

  // Whatever the holder's own module shows: what expires may be swept by another one.
  async #moveClocksOn(): Promise<void> {
    const confirmed = this.#confirmed();
    if (confirmed.length === 0) return;
    this.#options.onPhase("moving the clock on by an hour");
    try {
      const before = await this.#readings();
      await this.#child.advanceClock(HOUR_MS);
      await this.#child.run({ count: ITERATIONS_AFTER_HOUR, readEvery: 0, untilMs: GRACE_MS }, 2 * GRACE_MS);
      await this.#child.settle();
      const after = await this.#readings();
      for (const suspect of confirmed) suspect.expiry = expiryOf(suspect, before, after);
    } catch (error) {
      if (!(error instanceof WorkloadFailure)) throw error;
      for (const suspect of confirmed) if (suspect.facts.clocks.length > 0) suspect.expiry = "impossible";
    }
  }

  async #readings(): Promise<Map<number, Reading>> {
    return new Map((await this.#child.measure({ heapIds: false })).map((reading) => [reading.key, reading]));
  }

  /** What will be confirmed unless it is freed at rest or expires; what ended the run matters to that. */
  #confirmed(): Suspect[] {
    return this.#suspects.filter(
      (suspect) => decideFinally(this.#evidenceOf(suspect), this.#stop).verdict === "confirmed",
    );
  }

  #isAnyUndecided(): boolean {
    return this.#suspects.some((suspect) => decide(this.#evidenceOf(suspect)) === null);
  }

  #evidenceOf(suspect: Suspect): Evidence {
    return suspect.evidence(this.#coverage, this.#warmUpTake, this.#iterations);
  }

  async #runTo(target: number): Promise<void> {
    const count = target - this.#iterations;
    if (count <= 0) return;
    const untilMs = Math.max(0, this.#deadline - performance.now());
    const readEvery = Math.max(1, Math.floor(count / READINGS_PER_RUN));
    const answer = await this.#child.run({ count, readEvery, untilMs }, untilMs + GRACE_MS);
    this.#iterations = answer.done;
    for (const sample of answer.samples) this.#recordAt(sample.iteration, sample.readings, false);
    this.#addPoint(answer.memory, null);
  }

  async #takeSnapshot(): Promise<{ graph: HeapGraph; tree: DominatorTree }> {
    await this.#takeCoverage();
    const { graph, memory } = await this.#child.snapshot();
    const tree = new DominatorTree(graph);
    for (const suspect of this.#suspects) suspect.locate(graph, () => this.#keys++);
    await this.#child.track(this.#suspects.flatMap((suspect) => suspect.tracked));
    this.#record(await this.#child.measure({ heapIds: true }), true);
    for (const suspect of this.#suspects) {
      suspect.mark((heapId) => {
        const holder = graph.nodeOfId(heapId);
        return holder < 0 ? null : markHolder(graph, tree, holder, this.#iterations, this.#newestId);
      });
    }
    this.#newestId = newestObjectId(graph);
    if (this.#heapAtStart === 0) this.#heapAtStart = memory.heapUsed;
    this.#addPoint(memory, countObjects(graph));
    return { graph, tree };
  }

  #record(readings: readonly Reading[], isAtRest: boolean): void {
    this.#recordAt(this.#iterations, readings, isAtRest);
  }

  #recordAt(iteration: number, readings: readonly Reading[], isAtRest: boolean): void {
    const byKey = new Map(readings.map((reading) => [reading.key, reading]));
    for (const suspect of this.#suspects) suspect.record(iteration, byKey, isAtRest);
  }

  #addPoint(memory: MemorySample, objects: number | null): void {
    this.#series.push({ ...memory, objects });
  }

  #isOverBudget(): boolean {
    return performance.now() >= this.#deadline;
  }

  // Garbage does not count, so a heap that looks full is collected and looked at again.
  async #isHeapFull(): Promise<boolean> {
    const limit = this.#heapAtStart + HEAP_GROWTH_LIMIT_BYTES;
    return (this.#series.at(-1)?.heapUsed ?? 0) > limit && (await this.#child.settle()).heapUsed > limit;
  }
}

/** Doublings, with a stop at the count that verdicts ask for. */
function nextTarget(iterations: number): number {
  const doubled = iterations * 2;
  return iterations < ENOUGH_ITERATIONS && doubled > ENOUGH_ITERATIONS ? ENOUGH_ITERATIONS : doubled;
}

/** The largest holder's entries before and after, its own or those below it, whichever fell further. */
function expiryOf(suspect: Suspect, before: ReadonlyMap<number, Reading>, after: ReadonlyMap<number, Reading>): Expiry {
  const largest = (readings: ReadonlyMap<number, Reading>, measure: "size" | "reach"): number =>
    Math.max(0, ...suspect.tracked.map(({ key }) => entriesOf(readings.get(key), measure)));
  const own = { before: largest(before, "size"), after: largest(after, "size") };
  const below = { before: largest(before, "reach"), after: largest(after, "reach") };
  return below.after * own.before < own.after * below.before ? below : own;
}

function entriesOf(reading: Reading | undefined, measure: "size" | "reach"): number {
  return reading === undefined || reading.state === "gone" ? 0 : (reading[measure] ?? 0);
}
