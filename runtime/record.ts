/** A workload or a command → samples of its memory, as they come. The process is its only effect. */
import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { WorkloadFailure } from "./child/ending.js";
import { LONGEST_TIMER_MS } from "./child/launch.js";
import { loaderOptions, MissingLoader, needsTypeScript, resolveTsx } from "./child/loader.js";
import { RecordedProcess, type Recorded } from "./child/recorded-process.js";
import type { Gauge } from "./child/record-protocol.js";
import { InputError } from "./input-error.js";
import { LineReader } from "./record/line-reader.js";
import { nothingMeasured, type Sample } from "./record/sample.js";

/** `ps` is a process of its own each time. */
const LEAST_TREE_INTERVAL_MS = process.platform === "linux" ? 50 : 500;
/** What a workload may take beyond its time for the iteration that it is in. */
const LEAST_GRACE_MS = 1000;
const GRACE_SHARE = 0.5;

/** Every agent that is not busy has answered by then. */
const ANSWERS_MS = 200;
const LAST_ANSWER_MS = 2000;

export type RecordSubject =
  | {
      readonly kind: "workload";
      /** The module, absolute or relative to the working directory. */
      readonly workload: string;
      readonly iterations: number;
      /** Milliseconds after which no iteration begins. */
      readonly timeBudgetMs: number;
    }
  | {
      readonly kind: "command";
      readonly command: readonly string[];
      /** Marks after which it is ended; null for as many as it makes. */
      readonly iterations: number | null;
      /** Milliseconds after which it is ended; null for as long as it runs. */
      readonly timeBudgetMs: number | null;
      /** A line of its output that says that an iteration is over; null where its code does, by `performance.mark`. */
      readonly mark: RegExp | null;
    };

export interface RecordOptions {
  readonly subject: RecordSubject;
  readonly workingDirectory: string;
  /** Milliseconds between samples. */
  readonly intervalMs: number;
  /** Whether objects are counted at marks. */
  readonly countsObjects: boolean;
  readonly onSample: (sample: Sample) => void;
  readonly onOutput: (chunk: Uint8Array) => void;
  /** Ends the recording and its process. */
  readonly signal: AbortSignal;
}

/**
 * Records until the workload or command ends, or enough is recorded.
 *
 * @returns why it did not run to its end; null where it did
 * @throws {InputError} when there is no such workload or command, or the workload cannot be run here
 */
export async function record(options: RecordOptions): Promise<WorkloadFailure | null> {
  const { subject } = options;
  if (subject.kind === "command") return recordCommand(options, subject);
  const file = path.resolve(options.workingDirectory, subject.workload);
  if (!existsSync(file) || statSync(file).isDirectory()) {
    throw new InputError(`no such workload: ${subject.workload} (leakproof verify --write-workload <file> writes one)`);
  }
  const nodeOptions = loader(file);
  const failure = await recordWorkload(options, subject, file, nodeOptions);
  // What a JavaScript workload imports is known only when it is imported, before there is anything to record.
  const tsx = failure !== null && needsTypeScript(failure) ? resolveTsx(file) : null;
  if (tsx === null || nodeOptions.includes(tsx)) return failure;
  return recordWorkload(options, subject, file, ["--import", tsx]);
}

async function recordWorkload(
  options: RecordOptions,
  { iterations, timeBudgetMs }: Extract<RecordSubject, { kind: "workload" }>,
  file: string,
  nodeOptions: readonly string[],
): Promise<WorkloadFailure | null> {
  const recorder = await Recorder.start(options, {
    kind: "workload",
    plan: { file, iterations, untilMs: timeBudgetMs },
    nodeOptions,
  });
  const limitMs = Math.min(LONGEST_TIMER_MS, timeBudgetMs + Math.max(LEAST_GRACE_MS, timeBudgetMs * GRACE_SHARE));
  const limit = setTimeout(() => void recorder.process.end({ kind: "hung", afterMs: limitMs, during: "run" }), limitMs);
  return recorder.ending().finally(() => clearTimeout(limit));
}

async function recordCommand(
  options: RecordOptions,
  { command, iterations, timeBudgetMs, mark }: Extract<RecordSubject, { kind: "command" }>,
): Promise<WorkloadFailure | null> {
  const recorder = await Recorder.start(options, { kind: "command", command, watchesMarks: mark === null });
  recorder.lastIteration = iterations;
  recorder.mark = mark;
  const clock = setInterval(() => void recorder.sampleTree(null), Math.max(LEAST_TREE_INTERVAL_MS, options.intervalMs));
  const limit =
    timeBudgetMs === null
      ? undefined
      : setTimeout(() => void recorder.process.finish(), Math.min(LONGEST_TIMER_MS, timeBudgetMs));
  return recorder.ending().finally(() => {
    clearInterval(clock);
    clearTimeout(limit);
  });
}

/** Makes samples of what a process and its agents say. */
class Recorder {
  readonly process: RecordedProcess;
  lastIteration: number | null = null;
  mark: RegExp | null = null;
  readonly #options: RecordOptions;
  readonly #startedAt = performance.now();
  readonly #lines = { stdout: this.#lineReader(), stderr: this.#lineReader() };
  #marks = 0;
  #finish: NodeJS.Timeout | null = null;

  static async start(options: RecordOptions, recorded: Recorded): Promise<Recorder> {
    const { workingDirectory, intervalMs, countsObjects } = options;
    // Its process says nothing before the next turn.
    const recorder: Recorder = new Recorder(
      options,
      await RecordedProcess.start({
        recorded,
        workingDirectory,
        intervalMs,
        countsObjects,
        onGauge: (gauge, pid, iteration) => recorder.#take(gauge, pid, iteration),
        onOutput: (chunk, stream) => recorder.#read(chunk, stream),
      }),
    );
    return recorder;
  }

  private constructor(options: RecordOptions, process: RecordedProcess) {
    this.#options = options;
    this.process = process;
  }

  async ending(): Promise<WorkloadFailure | null> {
    const { signal, subject } = this.#options;
    const abort = (): void => void this.process.end({ kind: "interrupted" });
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    try {
      const { failure, isMissing } = await this.process.ended;
      if (isMissing && subject.kind === "command")
        throw new InputError(`no such command: ${subject.command[0]}: name a program that is on the PATH`);
      return failure;
    } finally {
      signal.removeEventListener("abort", abort);
      if (this.#finish !== null) clearTimeout(this.#finish);
    }
  }

  /** The memory of all processes of a command together. */
  async sampleTree(iteration: number | null): Promise<void> {
    const timeMs = this.#now();
    const rss = await this.process.rss();
    if (rss === null) return;
    this.#options.onSample({ timeMs, iteration, pid: null, values: { ...nothingMeasured, rss } });
  }

  #now(): number {
    return performance.now() - this.#startedAt;
  }

  #take(gauge: Gauge, pid: number, iteration: number | null): void {
    this.#options.onSample({ timeMs: this.#now(), iteration, pid, values: valuesOf(gauge) });
    if (iteration !== null && iteration === this.lastIteration) this.#finishIn(ANSWERS_MS);
  }

  #read(chunk: Uint8Array, stream: "stdout" | "stderr"): void {
    this.#options.onOutput(chunk);
    if (this.mark !== null) this.#lines[stream].push(chunk);
  }

  #lineReader(): LineReader {
    return new LineReader((line) => {
      if (this.mark === null || line.search(this.mark) < 0) return;
      if (this.lastIteration !== null && this.#marks >= this.lastIteration) return;
      this.#marks++;
      this.process.mark(this.#marks);
      void this.sampleTree(this.#marks);
      if (this.#marks === this.lastIteration) this.#finishIn(LAST_ANSWER_MS);
    });
  }

  #finishIn(milliseconds: number): void {
    if (this.#finish !== null) clearTimeout(this.#finish);
    this.#finish = setTimeout(() => void this.process.finish(), milliseconds);
  }
}

function valuesOf(gauge: Gauge): Sample["values"] {
  const { rss, heapUsed, external, arrayBuffers, objects, handles, listeners } = gauge;
  return { rss, heap_used: heapUsed, external, array_buffers: arrayBuffers, objects, handles, listeners };
}

function loader(file: string): string[] {
  try {
    return loaderOptions(file, []);
  } catch (error) {
    if (error instanceof MissingLoader) throw new InputError(error.message);
    throw error;
  }
}
