/** How fast values rise, whatever a few of them do. */
import { mannKendall } from "./mann-kendall.js";
import { Z_95 } from "./normal.js";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A line through (`centre.x`, `centre.y`), with the 95 % confidence interval of its slope. */
export interface SlopeEstimate {
  readonly slope: number;
  readonly low: number;
  readonly high: number;
  /** Medians of both coordinates. */
  readonly centre: Point;
}

/**
 * The median of the slopes between all pairs of points: H. Theil, "A rank-invariant method of linear and polynomial
 * regression analysis" (1950); P. K. Sen, "Estimates of the regression coefficient based on Kendall's tau", JASA 63
 * (1968), from whom the confidence interval is, too: the slopes of rank (N − C) / 2 and (N + C) / 2 + 1 of the N slopes,
 * with C = z · √Var(S), as in R. O. Gilbert, "Statistical Methods for Environmental Pollution Monitoring" (1987), 16.5.
 *
 * @param points at least two, with different `x`
 */
export function theilSen(points: readonly Point[]): SlopeEstimate {
  const slopes = pairwiseSlopes(points).sort((left, right) => left - right);
  const { variance } = mannKendall(points.map(({ y }) => y));
  const spread = Z_95 * Math.sqrt(variance);
  const low = Math.max(0, Math.floor((slopes.length - spread) / 2) - 1);
  const high = Math.min(slopes.length - 1, Math.ceil((slopes.length + spread) / 2));
  return {
    slope: median(slopes),
    low: slopes[low],
    high: slopes[high],
    centre: { x: median(points.map(({ x }) => x)), y: median(points.map(({ y }) => y)) },
  };
}

/** The value in the middle, or the mean of the two that are; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length / 2;
  if (sorted.length === 0) return NaN;
  return Number.isInteger(middle) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[Math.floor(middle)];
}

function pairwiseSlopes(points: readonly Point[]): number[] {
  const slopes: number[] = [];
  for (let later = 1; later < points.length; later++) {
    for (let earlier = 0; earlier < later; earlier++) {
      const run = points[later].x - points[earlier].x;
      if (run !== 0) slopes.push((points[later].y - points[earlier].y) / run);
    }
  }
  return slopes;
}
