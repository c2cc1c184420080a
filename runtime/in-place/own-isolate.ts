/** Does in the thread that is measured what a workload's process does for the verifier. */
import { findSourceMap, type SourceMap } from "node:module";
import { elapsed, prepareClocks, restoreClocks, setClockAhead } from "../child/clock.js";
import { Inspection } from "../child/inspection.js";
import { Iterations } from "../child/iterations.js";
import { LiveHolders } from "../child/live-holders.js";
import { passTime } from "../child/timers.js";
import type { Answer, LoadedScript, MemorySample } from "../child/protocol.js";
import type { Question, SourceMaps } from "./questions.js";

/** One for good: V8 gives the objects new ids when the session ends. */
let inspection: Inspection | null = null;

const MUCH_GARBAGE = 1.3;
const encoder = new TextEncoder();
const memoryUsage = process.memoryUsage.bind(process);

// Never disabled: that ends the coverage of the whole isolate, and a test runner may count it.
function newInspection(): Inspection {
  const made = new Inspection();
  made.postNow("Profiler.enable");
  return made;
}

export class OwnIsolate {
  readonly #inspection = (inspection ??= newInspection());
  readonly #holders = new LiveHolders(this.#inspection);
  readonly #iterations: Iterations;
  readonly #fn: () => unknown;
  readonly #startedAt = elapsed();
  #aheadMs = 0;
  /** Of the heap, when it was last at rest. */
  #restingBytes = Infinity;
  #giveBack: (() => void) | null = null;
  #isAborted = false;

  /**
   * @param fn the function of which an iteration is a call
   * @param run one iteration
   */
  constructor(fn: () => unknown, run: () => Promise<void>) {
    this.#fn = fn;
    this.#iterations = new Iterations({
      run: async () => {
        if (this.#isAborted) throw new Error("measuring was ended");
        await run();
      },
      read: () => this.#holders.read({ reach: "due", heapIds: false }),
      forgetConsole: () => this.#inspection.forgetConsole(),
    });
  }

  /** @param push takes the bytes of a snapshot */
  async answer(question: Question, push: (bytes: Uint8Array) => void): Promise<Answer | SourceMaps | number> {
    switch (question.type) {
      case "run": {
        const samples = await this.#iterations.run(question);
        await this.#collectMuch();
        return { type: "ran", done: this.#iterations.done, samples, memory: this.#memory() };
      }
      case "settle":
        await this.#inspection.settle();
        return { type: "settled", memory: this.#memory() };
      case "snapshot":
        return this.#snapshot(push);
      case "track":
        await this.#holders.track(question.holders);
        return { type: "tracked" };
      case "measure":
        return { type: "measured", readings: this.#holders.read({ reach: "all", heapIds: question.heapIds }) };
      case "advance-clock":
        await this.#passTime(question);
        return { type: "clock-advanced" };
      case "sample":
        this.#holders.sample(question.heapIds);
        return { type: "sampled" };
      case "survivors":
        return { type: "survivors", heapIds: this.#holders.survivors() };
      case "locals":
        return { type: "locals", frames: this.#holders.suspendedFrames(question.heapIds) };
      case "function-id":
        return this.#functionId();
      case "source-maps":
        return new Map(question.names.map((name) => [name, sourceMapOf(name)]));
    }
  }

  #functionId(): number {
    const id = this.#inspection.heapIdOf(this.#inspection.remoteOf(this.#fn));
    this.#inspection.release();
    return Number(id);
  }

  /** No further iteration is begun. */
  abort(): void {
    this.#isAborted = true;
  }

  /** Gives the clocks back, where they were moved on. */
  end(): void {
    this.#giveBack?.();
    this.#giveBack = null;
    this.#inspection.release();
  }

  async #snapshot(push: (bytes: Uint8Array) => void): Promise<Answer> {
    const startedAt = elapsed();
    let writingMs = 0;
    await this.#inspection.settle();
    this.#restingBytes = memoryUsage().heapUsed;
    await this.#inspection.snapshot((chunk) => {
      const writtenAt = elapsed();
      push(encoder.encode(chunk));
      writingMs += elapsed() - writtenAt;
    });
    const captureMs = elapsed() - startedAt - writingMs;
    return { type: "snapshot-end", memory: this.#memory(), captureMs, workloadMs: 0 };
  }

  // By its size is known what a snapshot will take, and a test runner leaves much to collect.
  async #collectMuch(): Promise<void> {
    if (memoryUsage().heapUsed > this.#restingBytes * MUCH_GARBAGE)
      await this.#inspection.post("HeapProfiler.collectGarbage");
  }

  // Timers that fire before their time reject what is in flight: that fails no test.
  async #passTime({ milliseconds, timers, nodeScripts }: Extract<Question, { type: "advance-clock" }>): Promise<void> {
    if (this.#giveBack === null) {
      const listeners = withoutErrors();
      prepareClocks();
      this.#giveBack = () => {
        restoreClocks();
        listeners();
      };
    }
    const startedAt = this.#aheadMs;
    await passTime(milliseconds, timers, this.#holders.workloadCallbacks(new Set(nodeScripts)), (passedMs) => {
      this.#aheadMs = startedAt + passedMs;
      setClockAhead(this.#aheadMs);
    });
    this.#inspection.release();
  }

  #memory(): MemorySample {
    const { rss, heapUsed } = memoryUsage();
    return { iteration: this.#iterations.done, elapsedMs: Math.round(elapsed() - this.#startedAt), rss, heapUsed };
  }
}

/** @returns what puts the listeners for errors that nobody caught back */
function withoutErrors(): () => void {
  const events = ["uncaughtException", "unhandledRejection"] as const;
  const before = events.map((event) => [event, process.rawListeners(event)] as const);
  const ignore = (): void => {};
  for (const event of events) process.removeAllListeners(event).on(event, ignore);
  return () => {
    for (const [event, listeners] of before) {
      process.removeListener(event, ignore);
      for (const listener of listeners) process.on(event, listener as () => void);
    }
  };
}

interface EvaluatedModules {
  readonly getModuleSourceMapById?: (id: string) => { readonly map?: unknown } | null;
}

/** The map of a module that Vitest has transformed, or that Node knows. */
function sourceMapOf(name: string): LoadedScript["sourceMap"] {
  const worker = Reflect.get(globalThis, "__vitest_worker__") as { evaluatedModules?: EvaluatedModules } | undefined;
  const transformed = worker?.evaluatedModules?.getModuleSourceMapById?.(name)?.map;
  if (transformed !== undefined) return { json: JSON.stringify(transformed), lineLengths: [] };
  const map = findSourceMap(name) as (SourceMap & { readonly lineLengths?: readonly number[] }) | undefined;
  return map === undefined ? null : { json: JSON.stringify(map.payload), lineLengths: map.lineLengths ?? [] };
}
