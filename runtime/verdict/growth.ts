/** What a series of sizes says: whether it grows without a sign of stopping. */

export interface Sample {
  readonly iteration: number;
  readonly size: number;
}

/**
 * - `growing`: each doubling of the iterations adds as much as the law of the one before foretells;
 * - `slowing`: still growing, but less and less: a table that fills up looks like this, and so does a slow leak;
 * - `few`: growing, with too few births to know the law;
 * - `stopped`: no net growth in the second half;
 * - `flat`: never grew;
 * - `falling`: emptied itself: what it had reached was given back, more than once or for good.
 */
export type Trend = "growing" | "slowing" | "few" | "stopped" | "flat" | "falling";

export interface GrowthAssessment {
  readonly trend: Trend;
  /** Entries per iteration over the second half, from trough to trough. */
  readonly perIteration: number;
  readonly first: number;
  readonly last: number;
  readonly maximum: number;
}

/** A doubling that adds this many times what the doubling before it added is linear growth (twice, less noise). */
const LINEAR_RATIO = 1.7;
/** Growth like a power of the iterations keeps its ratio; this much loss from one doubling to the next is slowing. */
const STEADY_LOSS = 0.93;
/** Ratio of the slowest law that counts as growth without end: between a logarithm (1) and a square root (1.41). */
const SLOWEST_RATIO = 1.15;
const FEWEST_BIRTHS = 8;
/** Readings of the second half of the run that troughs and peaks can be made out from. */
const FEWEST_READINGS = 6;
/** Where the last stretch begins; the one before it is as long. */
const LAST_STRETCH = 0.85;
/** A rise in it below this part of what is expected is the beginning of a level. */
const LEVELLED_OFF = 0.3;
const CERTAIN_BIRTHS = 100;
/** A rest this many times as long as the longest before it is a stop. */
const STILL = 2;
/** Troughs are taken from the last quarter of a stretch. */
const STRETCH = 0.75;
/** A fall to less than this part of what was reached is a holder that empties itself. */
const EMPTIED = 0.5;

/**
 * Assesses sizes read over iterations 0 … n.
 *
 * A holder may lose entries now and then and leak all the same, so growth is measured on troughs: the smallest size in
 * the last quarter of each stretch. Stretches end at n/8, n/4, n/2 and n; the ratio of what the last two doublings
 * added is 2 for a linear leak, 2^a for a leak that grows as n^a, and falls towards 0 where a bound is near.
 */
export function assessGrowth(samples: readonly Sample[]): GrowthAssessment {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined)
    return { trend: "flat", perIteration: 0, first: 0, last: 0, maximum: 0 };
  const n = last.iteration;
  const maximum = Math.max(...samples.map((sample) => sample.size));
  const eighth = trough(samples, n / 8);
  const quarter = trough(samples, n / 4);
  const middle = trough(samples, n / 2);
  const half = middle.size;
  const final = trough(samples, n);
  const end = final.size;
  const perIteration = Math.max(0, end - half) / Math.max(1, final.iteration - middle.iteration);
  const assessment = { perIteration, first: first.size, last: last.size, maximum };

  if (maximum === Math.min(...samples.map((sample) => sample.size))) return { trend: "flat", ...assessment };
  if (fell(samples)) {
    const third = (from: number, to: number): number =>
      Math.min(
        ...samples
          .filter((sample) => sample.iteration > from * n && sample.iteration <= to * n)
          .map((sample) => sample.size),
      );
    const rises = third(0.25, 0.5) < third(0.5, 0.75) && third(0.5, 0.75) < third(0.75, 1);
    if (!rises) return { trend: "falling", ...assessment };
  }
  if (end <= half) return { trend: last.size < maximum * EMPTIED ? "falling" : "stopped", ...assessment };
  if (end - half < FEWEST_BIRTHS) return { trend: "few", ...assessment };
  if (hasLevelledOff(samples, n, perIteration) || hasStopped(samples, n, perIteration))
    return { trend: "slowing", ...assessment };
  const ratio = doublingRatio(final, middle, quarter);
  const earlierRatio = doublingRatio(middle, quarter, eighth);
  if (ratio >= LINEAR_RATIO - chance(end - half, half - quarter.size)) return { trend: "growing", ...assessment };
  const isSteady = ratio >= SLOWEST_RATIO && ratio >= earlierRatio * STEADY_LOSS;
  return { trend: isSteady ? "growing" : "slowing", ...assessment };
}

/** Whether there are enough readings of the second half of the run to tell growth from a holder that empties itself. */
export function isWellRead(samples: readonly Sample[]): boolean {
  const n = samples.at(-1)?.iteration ?? 0;
  return samples.filter(({ iteration }) => iteration > n / 2).length >= FEWEST_READINGS;
}

/** Whether the peaks of the end rise by much less than the rate of the second half lets expect. */
function hasLevelledOff(samples: readonly Sample[], n: number, perIteration: number): boolean {
  const peak = (from: number, to: number): number =>
    Math.max(...samples.filter(({ iteration }) => iteration > from * n && iteration <= to * n).map(({ size }) => size));
  const rise = peak(LAST_STRETCH, 1) - peak(2 * LAST_STRETCH - 1, LAST_STRETCH);
  const expected = perIteration * n * (1 - LAST_STRETCH);
  // Without readings in either stretch nothing is known of the end.
  return Number.isFinite(rise) && expected >= FEWEST_BIRTHS && rise < expected * LEVELLED_OFF;
}

/**
 * Whether the largest size has not risen for much longer at the end than ever in the second half of the run, though the
 * rate lets expect that it had.
 */
function hasStopped(samples: readonly Sample[], n: number, perIteration: number): boolean {
  let largest = -1;
  let roseAt = 0;
  let longest = 0;
  for (const { iteration, size } of samples) {
    if (size <= largest) continue;
    if (roseAt > n / 2) longest = Math.max(longest, iteration - roseAt);
    largest = size;
    roseAt = iteration;
  }
  const still = n - roseAt;
  return longest > 0 && still * perIteration >= FEWEST_BIRTHS && still > longest * STILL;
}

/**
 * What a doubling added, as a multiple of what the one before it added. Readings that fall beside the doublings count
 * by their rates.
 */
function doublingRatio(end: Sample, half: Sample, quarter: Sample): number {
  const late = (end.size - half.size) / Math.max(1, end.iteration - half.iteration);
  const early = Math.max(half.size - quarter.size, 1) / Math.max(1, half.iteration - quarter.iteration);
  return (2 * late) / early;
}

/** What chance does to the ratio of two small counts of births: two standard deviations, nothing for large ones. */
function chance(births: number, before: number): number {
  return births > CERTAIN_BIRTHS || before < 1 ? 0 : 2 * (births / before) * Math.sqrt(1 / births + 1 / before);
}

/**
 * The smallest size in the last quarter of the stretch that ends at `iteration`; where nothing was read in it, what was
 * read last before it.
 */
function trough(samples: readonly Sample[], iteration: number): Sample {
  const stretch = samples.filter((sample) => sample.iteration <= iteration && sample.iteration > iteration * STRETCH);
  const before = samples.findLast((sample) => sample.iteration <= iteration) ?? samples[0];
  const readings = stretch.length > 0 || before === undefined ? stretch : [before];
  return readings.reduce((lowest, sample) => (sample.size < lowest.size ? sample : lowest));
}

function fell(samples: readonly Sample[]): boolean {
  let peak = 0;
  for (const { size } of samples) {
    if (peak > 1 && size < peak * EMPTIED) return true;
    peak = Math.max(peak, size);
  }
  return false;
}
