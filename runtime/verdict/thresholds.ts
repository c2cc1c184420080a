/** The figures that verdicts rest on. All are counts of iterations or entries: a busy machine changes none of them. */

/** How long is waited for a bound that may still come. */
export interface Patience {
  /** Iterations before the locating snapshots. */
  readonly warmUp: number;
  /** Iterations after warm-up at which the locating snapshots are taken; scaled down for slow workloads. */
  readonly locateAt: readonly [number, number, number];
  /** Growth with no bound must have gone on for this many iterations, or have reached this many entries … */
  readonly iterations: number;
  readonly entries: number;
  /** … in at least so many iterations. */
  readonly fewestIterations: number;
  /** Iterations without growth after which a holder has stopped. */
  readonly iterationsWithoutGrowth: number;
  /** The same where half the time would not suffice for those. */
  readonly slowIterationsWithoutGrowth: number;
  /** Whether growth that went on until the time was over is a leak, after the fewest iterations. */
  readonly endsWithTime: boolean;
}

export const PATIENCE: Patience = {
  warmUp: 10,
  locateAt: [0, 20, 80],
  iterations: 4096,
  entries: 4096,
  fewestIterations: 100,
  iterationsWithoutGrowth: 1024,
  slowIterationsWithoutGrowth: 256,
  endsWithTime: false,
};

/**
 * For test files: they do the same each time, so that a cache with a key for each input is full after the first run,
 * and a run takes seconds. What a file leaves behind is there after each run of it.
 */
export const SUITE_PATIENCE: Patience = {
  warmUp: 4,
  locateAt: [0, 8, 32],
  iterations: 256,
  entries: 4096,
  fewestIterations: 32,
  iterationsWithoutGrowth: 64,
  slowIterationsWithoutGrowth: 24,
  endsWithTime: true,
};

/** A holder must outgrow the limits in its code by this factor before they are believed not to hold. */
export const PAST_CAPACITY = 1.25;
/** What is left when the clock was moved on, as a part of what was there, for a holder that does not expire. */
export const UNEXPIRED = 0.5;
/** The same for a holder that does not begin to shrink, though more was added meanwhile. */
export const UNSHRUNK = 0.95;
