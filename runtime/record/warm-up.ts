/** Where a program has warmed up, and growth is no longer that of its beginnings. */
import type { Point } from "./theil-sen.js";

/** Fewer say nothing: six values in order are chance once in 360 times, five once in 60. */
export const LEAST_POINTS = 6;

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
 * half, widened by as much on either side: modules are loaded, functions compiled and pools filled in the beginning, and
 * then no more, while a leak goes on at the rate at which it began. The rule is this project's own.
 *
 * @param tolerance a difference of steps that is nothing, in the unit of `y`
 */
export function findWarmUp(points: readonly Point[], tolerance: number): WarmUp {
  const steps = points.slice(1).map((point, index) => (point.y - points[index].y) / (point.x - points[index].x));
  const most = Math.max(0, Math.min(Math.floor(steps.length / 2), points.length - LEAST_POINTS));
  for (let passedOver = 0; passedOver <= most; passedOver++) {
    if (hasOneSlope(steps.slice(passedOver), tolerance)) return { passedOver, isSettled: true };
  }
  return { passedOver: most, isSettled: false };
}

function hasOneSlope(steps: readonly number[], tolerance: number): boolean {
  const middle = Math.floor(steps.length / 2);
  const later = steps.slice(middle);
  const [least, greatest] = [Math.min(...later), Math.max(...later)];
  const margin = greatest - least + tolerance;
  return steps.slice(0, middle).every((step) => step >= least - margin && step <= greatest + margin);
}
