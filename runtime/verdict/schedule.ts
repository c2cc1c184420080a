/**
 * When to measure: locate with a few snapshots while the heap is small, then stress without any but two, reading sizes
 * live, and at last look at what is left at rest and when the clocks are moved on.
 */
import type { MemorySample, Reading, SuspendedFrame } from "../child/protocol.js";
import { WorkloadFailure } from "../child/ending.js";
import type { MeasuredProgram } from "../child/launch.js";
import type { HeapGraph } from "../heap/graph.js";
import type { SourcePlaces } from "../source-places.js";
import { nameSlot } from "../heap/block-scopes.js";
import { ClockTest, HORIZONS } from "./clock-test.js";
import { isWeakHolder, needsSnapshot, type Stop } from "./decide.js";
import { CoverageLog } from "./exercise.js";
import { countObjects, markHolder } from "./heap-marks.js";
import type { FileGrowth } from "./file-growth.js";
import { HeapWatch, type Surroundings } from "./heap-watch.js";
import { Judge, type HeapJudgement, type Judgement } from "./judge.js";
import type { SeriesPoint } from "./result.js";
import type { Suspect } from "./suspect.js";
import type { Stopwatch } from "./stopwatch.js";
import { TestFiles, type RunningSuite } from "./test-files.js";
import type { Patience } from "./thresholds.js";
import type { TimeBudget } from "./time-budget.js";

const LOCATE_SHARE_OF_BUDGET = 0.3;
/** The iterations before a locating snapshot, which tells nothing without any, may take this of the time that is left. */
const RUN_SHARE_OF_REST = 0.1;
const READINGS_PER_RUN = 32;
/** Growth of the heap at which stressing stops. */
const HEAP_GROWTH_LIMIT_BYTES = 64 * 1024 * 1024;
/**
 * Iterations after the clock was moved on, a quarter of those before it: some code sweeps at each hundredth or thousandth
 * addition. Fewer, but for the least, where they would take longer than this.
 */
const LEAST_AFTER_CLOCK = 64;
const SHARE_AFTER_CLOCK = 0.25;
const MOST_AFTER_CLOCK_MS = 2000;
/** The most iterations by default, as a multiple of those that are enough. */
const MOST_ITERATIONS = 4;
/** Iterations in which the test files are run one by one, with readings between them. */
const RUNS_APART = 2;
/** Iterations of all files after those of some. */
const RUNS_AT_END = 2;
/** Each doubling may be ended this many times to see whether the heap is full. */
const LARGEST_STEP = 512;

export interface ScheduleOptions extends Surroundings {
  /** The most iterations to run; null for as many as it takes. */
  readonly maximumIterations: number | null;
  readonly patience: Patience;
  /** Where an iteration is a run of test files. */
  readonly suite?: RunningSuite;
  /** Gives variables their names, where the snapshot does not. */
  readonly nameVariables?: (graph: HeapGraph) => Promise<void>;
  /** Iterations after warm-up at which the locating snapshots are taken, by what an iteration takes in milliseconds. */
  readonly locateAt?: (msPerIteration: number) => readonly number[];
  /** Objects of all leaks that are asked after when the clock was moved on. */
  readonly mostSamples?: number | undefined;
  readonly watch: Stopwatch;
  readonly budget: TimeBudget;
  /** Is told of scripts that are loaded during the run. */
  readonly places: SourcePlaces;
  readonly onPhase: (phase: Phase) => void;
}

/** What is being done, for a progress line. */
export interface Phase {
  readonly name: string;
  readonly iterations: number;
  /** Findings and places in the heap that are not decided yet. */
  readonly undecided: number;
}

export interface Measurement {
  readonly judgements: readonly Judgement[];
  /** What piles up in the heap, explained by a finding or not. */
  readonly heap: readonly HeapJudgement[];
  readonly iterations: number;
  readonly status: "complete" | "time-budget" | "heap-limit";
  readonly series: readonly SeriesPoint[];
  /** The newest snapshot before the clock was moved on: chains are read from it. */
  readonly newest: Snapshot;
  readonly coverage: CoverageLog;
  /** The local variables of the suspended functions on the chains of leaks. */
  readonly frames: readonly SuspendedFrame[];
  /** Which test files make which holder grow; of nothing where no test files were run. */
  readonly fileGrowth: FileGrowth | null;
}

/**
 * Runs a loaded workload until every suspect is decided, the iterations or the time budget are spent, or the heap has
 * grown by 64 MB.
 *
 * @throws {WorkloadFailure} when the workload ends or hangs before it could be measured
 */
export function measure(
  child: MeasuredProgram,
  suspects: readonly Suspect[],
  options: ScheduleOptions,
): Promise<Measurement> {
  return new Schedule(child, suspects, options).run();
}

export interface Snapshot {
  readonly iteration: number;
  readonly graph: HeapGraph;
}

class Schedule {
  readonly #child: MeasuredProgram;
  readonly #watch: Stopwatch;
  readonly #budget: TimeBudget;
  readonly #suspects: readonly Suspect[];
  readonly #options: ScheduleOptions;
  readonly #coverage = new CoverageLog();
  readonly #heap: HeapWatch;
  readonly #judge: Judge;
  readonly #files: TestFiles | null;
  readonly #series: SeriesPoint[] = [];
  #warmUpTake = 0;
  #iterations = 0;
  #keys = 0;
  #heapAtStart = 0;
  #snapshotMsPerByte = 0;
  /** Of the last step. */
  #msPerIteration = 0;
  #snapshot: Snapshot | null = null;
  #stop: Stop = "complete";
  /** Whether no more iterations will be run, but for those after the hour. */
  #isOver = false;
  /** Whether the process had to be ended before its last measurement. */
  #isCutOff = false;

  constructor(child: MeasuredProgram, suspects: readonly Suspect[], options: ScheduleOptions) {
    this.#child = child;
    this.#suspects = suspects;
    this.#options = options;
    this.#watch = options.watch;
    this.#budget = options.budget;
    this.#heap = new HeapWatch(options);
    this.#files = options.suite === undefined ? null : new TestFiles(options.suite);
    this.#judge = new Judge(suspects, this.#heap, this.#coverage, options.patience, () => ({
      iterations: this.#iterations,
      iterationsOf: (keys) => this.#files?.iterationsOf(keys, this.#iterations) ?? this.#iterations,
      snapshotAt: this.#snapshotAt,
      warmUpTake: this.#warmUpTake,
      stop: this.#stop,
      isOver: this.#isOver,
    }));
  }

  async run(): Promise<Measurement> {
    try {
      await this.#locate();
      if (this.#files !== null) await this.#attribute(this.#files);
      await this.#stress();
      if (this.#files?.isFocused === true) await this.#runAllFiles(this.#files);
      this.#isOver = true;
      await this.#lookAtTheEnd();
    } catch (error) {
      // What was measured until then stands.
      if (!(error instanceof WorkloadFailure && error.isOverdue) || this.#snapshot === null) throw error;
      this.#stop = "time-budget";
      this.#isOver = true;
      this.#isCutOff = true;
    }
    await this.#moveClocksOn();
    const heap = this.#judge.judgeHeap();
    const judgements = this.#judge.judgeFindings();
    const frames = await this.#suspendedFrames(heap);
    const isUndecided =
      this.#isCutOff ||
      this.#iterations < this.#options.patience.iterationsWithoutGrowth ||
      judgements.some(({ decision }) => decision.verdict === "inconclusive");
    const isEarly = isUndecided && (this.#stop === "time-budget" || this.#stop === "heap-limit");
    return {
      judgements,
      heap,
      iterations: this.#iterations,
      status: isEarly ? (this.#stop as "time-budget" | "heap-limit") : "complete",
      series: this.#series,
      newest: this.#newest,
      coverage: this.#coverage,
      frames,
      fileGrowth: this.#files?.growth ?? null,
    };
  }

  get #newest(): Snapshot {
    if (this.#snapshot === null) throw new Error("no snapshot was taken");
    return this.#snapshot;
  }

  async #locate(): Promise<void> {
    const { warmUp } = this.#options.patience;
    this.#say("warming up");
    const startedAt = performance.now();
    await this.#runTo(warmUp);
    const perIteration = (performance.now() - startedAt) / warmUp;
    await this.#files?.check();
    this.#warmUpTake = await this.#takeCoverage();

    const locateAt = this.#options.locateAt?.(perIteration) ?? this.#options.patience.locateAt;
    const affordable = (this.#budget.remainingMs * LOCATE_SHARE_OF_BUDGET) / Math.max(perIteration, 0.001);
    const scale = Math.min(1, Math.max(0.1, affordable / Math.max(1, ...locateAt)));
    for (const offset of locateAt) {
      this.#say("locating holders");
      await this.#runTo(warmUp + Math.round(offset * scale), this.#budget.remainingMs * RUN_SHARE_OF_REST);
      if (this.#snapshot === null || this.#snapshotAt < this.#iterations) await this.#takeSnapshot();
    }
  }

  /** Finds out which test files make what grow. */
  async #attribute(files: TestFiles): Promise<void> {
    for (let run = 0; run < RUNS_APART; run++) {
      if (this.#budget.remainingMs < RUNS_APART * this.#msPerIteration) return;
      this.#say("running each file alone");
      const limitMs = this.#budget.remainingMs + this.#budget.graceMs;
      this.#iterations = await this.#watch.time("workload", files.runApart(limitMs));
    }
  }

  // All files are run for as long as it takes to see that the others leave nothing, if there is time for it; then those
  // alone that have to do with what grows: they are few, and so it can be followed for longer.
  #isFocusDue({ isFocused }: TestFiles): boolean {
    if (isFocused) return false;
    const { iterationsWithoutGrowth, fewestIterations } = this.#options.patience;
    const affordable = this.#budget.spendableMs(this.#snapshotMs()) / Math.max(1, this.#msPerIteration);
    const missing = iterationsWithoutGrowth - this.#iterations;
    return missing <= 0 || affordable < missing + fewestIterations;
  }

  /** What the files that were left out would clear is no leak. */
  async #runAllFiles(files: TestFiles): Promise<void> {
    this.#say("running all files again");
    await files.unfocus();
    await this.#runTo(this.#iterations + RUNS_AT_END);
  }

  async #stress(): Promise<void> {
    const { maximumIterations, patience } = this.#options;
    const maximum = maximumIterations ?? MOST_ITERATIONS * patience.iterations;
    while (this.#isAnyUndecided()) {
      await this.#files?.check();
      if (this.#iterations >= maximum) {
        this.#stop = "iterations";
        return;
      }
      if (this.#files !== null && this.#isFocusDue(this.#files))
        await this.#files.focus(this.#judge.growingKeys(), this.#iterations);
      this.#say("stressing");
      await this.#runTo(Math.min(maximum, nextTarget(this.#iterations, patience.iterations)));
      await this.#takeCoverage();
      if (await this.#isHeapFull()) {
        this.#stop = "heap-limit";
        return;
      }
      if (this.#budget.spendableMs(this.#snapshotMs()) <= this.#msPerIteration) {
        this.#stop = "time-budget";
        return;
      }
      await this.#lookAtRest();
    }
  }

  // Weak collections have a size only after a collection; what has no size at all is counted in snapshots.
  async #lookAtRest(): Promise<void> {
    const evidence = this.#suspects.map((suspect) => this.#judge.evidenceOf(suspect));
    const { patience } = this.#options;
    const isDue = this.#iterations >= patience.iterationsWithoutGrowth && this.#snapshotAt * 2 < this.#iterations;
    const isAffordable = this.#budget.affordsSnapshot(this.#snapshotMs());
    const isDecisive = this.#iterations >= patience.iterations && this.#snapshotAt < patience.iterations;
    if ((isDue && isAffordable) || (isDecisive && this.#judge.isHeapAsked()) || evidence.some(needsSnapshot))
      await this.#takeSnapshot();
    else if (evidence.some(isWeakHolder)) await this.#measureAtRest();
  }

  // What finalizers sweep is still there until a collection, however long the run.
  async #lookAtTheEnd(): Promise<void> {
    const isAffordable = this.#snapshotMs() <= this.#budget.remainingMs;
    const isAsked = this.#judge.isHeapAsked() || this.#heap.cohorts.count === 0;
    if (this.#snapshotAt < this.#iterations && isAsked && isAffordable) await this.#takeSnapshot();
    else if (this.#judge.isAnyConfirmed()) await this.#measureAtRest();
  }

  async #measureAtRest(): Promise<void> {
    await this.#watch.time("capture", this.#child.settle());
    this.#record(await this.#child.measure({ heapIds: false }), true);
  }

  async #takeCoverage(): Promise<number> {
    this.#options.places.add(await this.#child.scripts());
    const urls = new Set(this.#suspects.flatMap((suspect) => suspect.views.map((view) => view.url)));
    return this.#coverage.add(await this.#child.coverage([...urls]));
  }

  // Whatever the holder's own module shows: what expires may be swept by another one.
  async #moveClocksOn(): Promise<void> {
    const test = new ClockTest(this.#child, this.#watch, this.#newest.graph, this.#options.mostSamples);
    for (const { name, milliseconds } of HORIZONS) {
      const growing = this.#judge.growing();
      if (growing.findings.length + growing.places.size === 0) return;
      this.#say(`moving the clock on by ${name}`);
      const limitMs = this.#budget.graceMs + this.#snapshotMs();
      try {
        if (name === "an hour") await test.begin(growing);
        await test.pass(growing, { horizon: name, milliseconds, iterations: this.#iterationsAfterClock(), limitMs });
        await this.#takeCoverage();
      } catch (error) {
        if (!(error instanceof WorkloadFailure)) throw error;
        for (const suspect of [...growing.findings, ...growing.places.keys()]) suspect.expiry = "impossible";
      }
    }
  }

  #iterationsAfterClock(): number {
    const affordable = Math.floor(MOST_AFTER_CLOCK_MS / Math.max(this.#msPerIteration, 0.001));
    const wanted = Math.round(this.#iterations * SHARE_AFTER_CLOCK);
    return Math.max(LEAST_AFTER_CLOCK, Math.min(wanted, affordable));
  }

  get #snapshotAt(): number {
    return this.#snapshot?.iteration ?? 0;
  }

  #isAnyUndecided(): boolean {
    return this.#countUndecided() > 0;
  }

  #countUndecided(): number {
    const undecided = this.#judge.countUndecided();
    // What leaks slowly shows only after a while, with or without a finding.
    return this.#iterations < this.#leastIterations() ? Math.max(1, undecided) : undecided;
  }

  // Growth that no finding explains is not looked for at the price of half the time.
  #leastIterations(): number {
    const { iterationsWithoutGrowth, slowIterationsWithoutGrowth } = this.#options.patience;
    const isSlow = this.#msPerIteration * iterationsWithoutGrowth > this.#budget.totalMs / 2;
    return isSlow ? slowIterationsWithoutGrowth : iterationsWithoutGrowth;
  }

  /** What a snapshot of the heap as it is now would take. */
  #snapshotMs(): number {
    return this.#snapshotMsPerByte * (this.#series.at(-1)?.heapUsed ?? 0);
  }

  /** Names what chains lead through: the variables of suspended functions, and of blocks. */
  async #suspendedFrames(heap: readonly HeapJudgement[]): Promise<readonly SuspendedFrame[]> {
    const leaks = heap.filter(({ decision }) => decision.kind !== "bounded").map(({ suspect }) => suspect);
    const suspended = leaks.flatMap((suspect) => suspect.suspendedFunctions());
    const unnamed = leaks.flatMap((suspect) => suspect.unnamedVariables());
    if (suspended.length + unnamed.length === 0) return [];
    try {
      const { graph } = this.#newest;
      const closures = unnamed.map(({ closure }) => closure);
      const frames = await this.#child.suspendedFrames([...new Set([...suspended, ...closures])]);
      for (const { edge, closure } of unnamed) {
        const value = String(graph.idOf(graph.edgeTo(edge)));
        const seen = frames.find(({ heapId }) => heapId === closure)?.locals ?? [];
        const variable = seen.find(({ heapId }) => heapId === value);
        if (variable !== undefined) nameSlot(graph, edge, variable.name);
      }
      return frames.filter(({ heapId }) => !closures.includes(heapId));
    } catch (error) {
      if (!(error instanceof WorkloadFailure)) throw error;
      return []; // the names of variables are not worth a verdict
    }
  }

  async #runTo(target: number, leastMs = 0): Promise<void> {
    while (this.#iterations < target) {
      const count = Math.min(target - this.#iterations, LARGEST_STEP);
      const untilMs = Math.max(leastMs, this.#budget.spendableMs(this.#snapshotMs()));
      if (untilMs < this.#msPerIteration) return;
      const readEvery = Math.max(1, Math.floor(count / READINGS_PER_RUN));
      const running = this.#child.run({ count, readEvery, untilMs }, this.#budget.remainingMs + this.#budget.graceMs);
      const startedAt = performance.now();
      const answer = await this.#watch.time("workload", running);
      const before = this.#iterations;
      this.#iterations = answer.done;
      this.#msPerIteration = (performance.now() - startedAt) / Math.max(1, answer.done - before);
      for (const sample of answer.samples) this.#recordAt(sample.iteration, sample.readings, false);
      this.#addPoint(answer.memory, null);
      if (answer.done - before < count || answer.memory.heapUsed > this.#fullAt) return;
      if (this.#iterations < target) this.#say("stressing");
    }
  }

  async #capture(): Promise<{ graph: HeapGraph; memory: MemorySample }> {
    const { graph, memory, captureMs, workloadMs } = await this.#child.snapshot();
    this.#watch.add("capture", captureMs);
    this.#watch.add("workload", workloadMs);
    if (this.#options.nameVariables !== undefined)
      await this.#watch.time("capture", this.#options.nameVariables(graph));
    return { graph, memory };
  }

  async #takeSnapshot(): Promise<void> {
    await this.#takeCoverage();
    const startedAt = performance.now();
    const { graph, memory } = await this.#capture();
    this.#snapshotMsPerByte = (performance.now() - startedAt) / Math.max(1, memory.heapUsed);
    for (const suspect of this.#suspects) suspect.locate(graph, () => this.#keys++);
    this.#heap.observe(graph, this.#iterations, () => this.#keys++);
    this.#snapshot = { iteration: this.#iterations, graph };
    const tracked = [...this.#suspects.flatMap((suspect) => suspect.tracked), ...this.#heap.tracked];
    await this.#watch.time("capture", this.#child.track(tracked));
    this.#record(await this.#child.measure({ heapIds: true }), true);
    for (const suspect of this.#suspects) {
      suspect.mark(this.#iterations, this.#options.patience, (heapId) => {
        const holder = graph.nodeOfId(heapId);
        return holder < 0 ? null : markHolder(graph, holder, this.#iterations);
      });
    }
    this.#addPoint(memory, countObjects(graph));
    if (this.#heapAtStart === 0) this.#heapAtStart = memory.heapUsed;
    for (const suspect of this.#suspects) suspect.keepForChains();
  }

  #record(readings: readonly Reading[], isAtRest: boolean): void {
    this.#recordAt(this.#iterations, readings, isAtRest);
  }

  #recordAt(iteration: number, readings: readonly Reading[], isAtRest: boolean): void {
    const byKey = new Map(readings.map((reading) => [reading.key, reading]));
    for (const suspect of this.#suspects) suspect.record(iteration, byKey, isAtRest);
    this.#heap.record(iteration, byKey, isAtRest);
  }

  #addPoint(memory: MemorySample, objects: number | null): void {
    this.#series.push({ ...memory, objects });
  }

  #say(name: string): void {
    this.#options.onPhase({ name, iterations: this.#iterations, undecided: this.#countUndecided() });
  }

  /** Bytes of the heap at which it is taken for full, unless most of it turns out to be garbage. */
  get #fullAt(): number {
    return this.#heapAtStart + HEAP_GROWTH_LIMIT_BYTES;
  }

  // Garbage does not count, so a heap that looks full is collected and looked at again.
  async #isHeapFull(): Promise<boolean> {
    if ((this.#series.at(-1)?.heapUsed ?? 0) <= this.#fullAt) return false;
    const { heapUsed } = await this.#watch.time("capture", this.#child.settle());
    return heapUsed > this.#fullAt;
  }
}

/** Doublings, with a stop at the count that verdicts ask for. */
function nextTarget(iterations: number, enough: number): number {
  const doubled = iterations * 2;
  return iterations < enough && doubled > enough ? enough : doubled;
}
