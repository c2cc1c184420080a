/** The time of a whole verification, in milliseconds, and what must be left of it. */

const GRACE_SHARE = 0.1;
const LEAST_GRACE_MS = 1000;
/** What is kept back: the last snapshot, and its analysis and what comes after it. */
const SNAPSHOTS_TO_COME = 2;
/** The same for what is run after the clock was moved on; a tenth of a small budget. */
const CLOCK_RESERVE_MS = 5000;
/** A snapshot on the way is left out where it and those at the end would take more of the time that is left. */
const SNAPSHOT_SHARE = 0.75;

export class TimeBudget {
  readonly totalMs: number;
  readonly #deadline: number;
  readonly #snapshotsToCome: number;

  /**
   * Begins now.
   *
   * @param snapshotsToCome for which time is kept back
   */
  constructor(totalMs: number, snapshotsToCome = SNAPSHOTS_TO_COME) {
    this.totalMs = totalMs;
    this.#snapshotsToCome = snapshotsToCome;
    this.#deadline = performance.now() + totalMs;
  }

  get remainingMs(): number {
    return Math.max(0, this.#deadline - performance.now());
  }

  /** What an answer may take, whose time is up with the budget, before the process is taken for hung. */
  get limitMs(): number {
    return this.remainingMs + graceOf(this.totalMs);
  }

  /** What a step may take beyond its own time. */
  get graceMs(): number {
    return graceOf(this.remainingMs);
  }

  /** What may be spent before the end of the run begins, with snapshots that take so long. */
  spendableMs(snapshotMs: number): number {
    const reserveMs = this.#snapshotsToCome * snapshotMs + Math.min(CLOCK_RESERVE_MS, this.totalMs * GRACE_SHARE);
    return Math.max(0, this.remainingMs - reserveMs);
  }

  /** Whether a snapshot on the way leaves time for those at the end. */
  affordsSnapshot(snapshotMs: number): boolean {
    return snapshotMs * this.#snapshotsToCome < this.remainingMs * SNAPSHOT_SHARE;
  }
}

function graceOf(milliseconds: number): number {
  return Math.max(LEAST_GRACE_MS, milliseconds * GRACE_SHARE);
}
