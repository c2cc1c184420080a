/** Where a program has warmed up, and growth is no longer that of its beginnings. */
import { theilSen, type Point } from "./theil-sen.js";

/** Fewer say nothing: six values in order are chance once in 360 times, five once in 60. */
export const LEAST_POINTS = 6;

const MOST_POINTS = 60;
/** Suffixes that are tried, spread evenly. */
const MOST_SUFFIXES = 100;

export interface WarmUp {
  /** Points before the trend: so many leading iterations are passed over. */
  readonly passedOver: number;
  /** Whether what is left has one slope. Where it has not, half of the points are left all the same. */
  readonly isSettled: boolean;
}

/**
 * The longest suffix that is consistent with one slope, of at least half of the steps and six points.
 *
 * It is consistent when each step from point to point in its first half lies within the range of the steps in its second
 * half, widened by as much on either side, and when the confidence intervals of the slopes of both halves meet. Modules
 * are loaded, functions compiled and pools filled in the beginning, and then less and less, while a leak goes on at the
 * rate at which it began. The rule is this project's own.
 *
 * @param tolerance a difference of steps that is nothing, in the unit of `y`
 */
export function findWarmUp(points: readonly Point[], tolerance: number): WarmUp {
  const steps = points.slice(1).map((point, index) => (point.y - points[index].y) / (point.x - points[index].x));
  const most = Math.max(0, Math.min(Math.floor(steps.length / 2), points.length - LEAST_POINTS));
  const stride = Math.ceil((most + 1) / MOST_SUFFIXES);
  for (let passedOver = 0; passedOver <= most; passedOver += stride) {
    if (stepsAgree(steps.slice(passedOver), tolerance) && halvesAgree(points.slice(passedOver), tolerance))
      return { passedOver, isSettled: true };
  }
  return { passedOver: most, isSettled: false };
}

function stepsAgree(steps: readonly number[], tolerance: number): boolean {
  const middle = Math.floor(steps.length / 2);
  const later = steps.slice(middle);
  const [least, greatest] = [Math.min(...later), Math.max(...later)];
  const margin = greatest - least + tolerance;
  return steps.slice(0, middle).every((step) => step >= least - margin && step <= greatest + margin);
}

function halvesAgree(points: readonly Point[], tolerance: number): boolean {
  const middle = Math.floor(points.length / 2);
  const [first, second] = [points.slice(0, middle + 1), points.slice(middle)].map((half) => theilSen(thinned(half)));
  return first.low <= second.high + tolerance && second.low <= first.high + tolerance;
}

/** All pairs of points are looked at, once for each suffix. */
function thinned(points: readonly Point[]): readonly Point[] {
  const stride = Math.ceil(points.length / MOST_POINTS);
  return stride === 1 ? points : points.filter((_, index) => index % stride === 0);
}
