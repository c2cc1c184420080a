/** Runs iterations one after the other, and reads the holders between them. */
import { elapsed } from "./clock.js";
import { Math, Promise } from "./natives.js";
import type { Reading, SizeSample } from "./protocol.js";

/** The inspector keeps the arguments of the last 1,000 console calls. */
const FORGET_CONSOLE_EVERY = 16;
const GOLDEN_RATIO = 0.618034;
// Taken before the workload can replace it.
const nextTurn = setImmediate;

export interface IterationParts {
  /** One iteration, by its number. */
  readonly run: (i: number) => Promise<unknown>;
  readonly read: () => readonly Reading[];
  readonly forgetConsole: () => void;
}

export interface IterationOrder {
  readonly count: number;
  /** Iterations between two readings, on average; 0 for none. */
  readonly readEvery: number;
  /** Milliseconds after which no further one is begun. */
  readonly untilMs: number;
}

export class Iterations {
  readonly #parts: IterationParts;
  #done = 0;
  /** Of the distances between readings. */
  #phase = 0;

  constructor(parts: IterationParts) {
    this.#parts = parts;
  }

  /** Iterations that were run in all. */
  get done(): number {
    return this.#done;
  }

  /** One iteration that is run in another way. */
  async once(work: () => Promise<unknown>): Promise<void> {
    await work();
    await new Promise<void>((resolve) => nextTurn(() => resolve()));
    this.#done++;
  }

  /** Runs so many, or fewer where the time is up: each is awaited, and followed by a fresh turn of the event loop. */
  async run({ count, readEvery, untilMs }: IterationOrder): Promise<SizeSample[]> {
    const samples: SizeSample[] = [];
    const until = elapsed() + untilMs;
    let nextReading = this.#gap(readEvery);
    let ran = 0;
    while (ran < count) {
      const startedAt = elapsed();
      await this.#parts.run(this.#done);
      await new Promise<void>((resolve) => nextTurn(() => resolve()));
      this.#done++;
      ran++;
      if (ran % FORGET_CONSOLE_EVERY === 0) this.#parts.forgetConsole();
      if (ran >= nextReading || (readEvery > 0 && ran === count)) {
        nextReading = ran + this.#gap(readEvery);
        samples.push({ iteration: this.#done, readings: this.#parts.read() });
      }
      const now = elapsed();
      if (now + (now - startedAt) >= until) break;
    }
    return samples;
  }

  /**
   * Iterations to the next reading: `mean` of them on average, at least half and at most half as many again. At even
   * distances, readings of a holder that is emptied after every so many iterations could beat with it, and see it
   * grow. The same distances in every run: no verdict depends on chance.
   */
  #gap(mean: number): number {
    this.#phase = (this.#phase + GOLDEN_RATIO) % 1;
    return mean <= 0 ? Infinity : Math.max(1, Math.round(mean * (0.5 + this.#phase)));
  }
}
