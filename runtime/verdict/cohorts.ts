/** Cohorts: the objects born between two snapshots. V8 gives an object its id at the first snapshot that sees it. */

export interface Interval {
  /** Iterations run at its beginning and its end. */
  readonly from: number;
  readonly to: number;
}

/** The moments at which snapshots were taken, by the newest object id of each. */
export class Cohorts {
  // eslint-disable-next-line leakproof/no-growing-field -- one for each snapshot of one verification
  readonly #ends: { readonly iteration: number; readonly newestId: number }[] = [];

  /** Closes the cohort of the objects that this snapshot saw first. */
  close(iteration: number, newestId: number): void {
    this.#ends.push({ iteration, newestId });
  }

  /** Number of intervals: one less than the snapshots taken. */
  get count(): number {
    return Math.max(0, this.#ends.length - 1);
  }

  /** The newest object id of the first snapshot. */
  get firstId(): number {
    return this.#ends[0]?.newestId ?? 0;
  }

  get intervals(): Interval[] {
    return this.#ends.slice(1).map(({ iteration }, index) => ({
      from: this.#ends[index]?.iteration ?? 0,
      to: iteration,
    }));
  }

  /** The interval an object was born in, −1 for those that the first snapshot saw, `count` for those born since. */
  indexOf(id: number): number {
    let index = 0;
    while (index < this.#ends.length && id > (this.#ends[index]?.newestId ?? 0)) index++;
    return index - 1;
  }
}
