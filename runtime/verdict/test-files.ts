/** Test files that are followed: which of them make what grow, and from some iteration on those alone. */
import type { FileReadings, Reading } from "../child/protocol.js";
import { FileGrowth } from "./file-growth.js";
import type { Judge } from "./judge.js";

/** Test files, each of which can be run alone. */
export interface RunningSuite {
  /** One iteration in which the holders are read after each file; ended as hung after `limitMs`. */
  readonly runApart: (limitMs: number) => Promise<{
    readonly done: number;
    readonly before: readonly Reading[];
    readonly files: readonly FileReadings[];
  }>;
  /** Throws where a file has failed that passed before, and there is time to begin anew without it. */
  readonly check: () => Promise<void>;
  /** Has iterations run these files alone; null for all. */
  readonly choose: (files: readonly string[] | null) => Promise<void>;
}

export class TestFiles {
  readonly growth = new FileGrowth();
  readonly #suite: RunningSuite;
  #focusedAt = Infinity;

  constructor(suite: RunningSuite) {
    this.#suite = suite;
  }

  get isFocused(): boolean {
    return this.#focusedAt < Infinity;
  }

  /** Iterations, of so many, in which the files that make these holders grow were run. */
  iterationsOf(keys: readonly number[], iterations: number): number {
    return this.growth.knows(keys) ? iterations : Math.min(iterations, this.#focusedAt);
  }

  /** Throws where what was measured is to be measured anew. */
  async check(): Promise<void> {
    await this.#suite.check();
  }

  /** Runs each file, and sees what it adds. @returns the iterations that have been run in all */
  async runApart(limitMs: number): Promise<number> {
    const { done, before, files } = await this.#suite.runApart(limitMs);
    this.growth.add(before, files);
    return done;
  }

  /**
   * Has iterations run the files alone that add to what grows or take from it, if that is known of all places that grow:
   * what no size tells of would seem to stop.
   *
   * @param growing the keys of each
   */
  async focus(growing: ReturnType<Judge["growingKeys"]>, iterations: number): Promise<void> {
    if (!growing.places.every((keys) => this.growth.knows(keys))) return;
    const keys = [...growing.findings, ...growing.places].flat();
    if (!this.growth.knows(keys)) return;
    await this.#suite.choose([...new Set(this.growth.filesTouching(keys))]);
    this.#focusedAt = iterations;
  }

  /** Has iterations run all files again. */
  async unfocus(): Promise<void> {
    await this.#suite.choose(null);
  }
}
