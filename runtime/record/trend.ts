/** What a row of measurements does: rises, falls, stays, or too few to say. */
import { mannKendall } from "./mann-kendall.js";
import type { Measure } from "./sample.js";
import { theilSen, type Point, type SlopeEstimate } from "./theil-sen.js";
import { findWarmUp, LEAST_POINTS, type WarmUp } from "./warm-up.js";

/** Chance makes a trend of one row in a hundred. */
const SIGNIFICANT = 0.01;
/** All pairs of points are looked at: more points than that are thinned out. */
const MOST_POINTS = 1000;
/** Share of the level within which a row is called flat: a count has no noise of its own, bytes have. */
const FLAT_SHARE = { count: 0.001, bytes: 0.01 } as const;
/** Steps that differ by no more are taken for equal. */
const EQUAL_STEPS = { count: 1, bytes: 4096 } as const;

export type Trend =
  | { readonly kind: "too-few"; readonly points: number; readonly needed: number }
  | ({
      /** `unclear`: neither shown to change, nor narrow enough to be called flat. */
      readonly kind: "rises" | "falls" | "flat" | "unclear";
      /** Two-sided, of no trend at all. */
      readonly p: number;
      /** The points after the warm-up, which the line is drawn through. */
      readonly points: readonly Point[];
      /** Steps between points, and those that were passed over as warm-up. */
      readonly steps: number;
      /** Change of `y` over the warm-up. */
      readonly warmUpRise: number;
    } & SlopeEstimate &
      WarmUp);

/**
 * The trend of a row, its warm-up told apart.
 *
 * @param points in order of `x`: iterations, or seconds
 */
export function trendOf(points: readonly Point[], unit: Measure["unit"]): Trend {
  if (points.length < LEAST_POINTS) return { kind: "too-few", points: points.length, needed: LEAST_POINTS };
  const warmUp = findWarmUp(points, EQUAL_STEPS[unit]);
  const settled = points.slice(warmUp.passedOver);
  const row = thinned(settled);
  const { p } = mannKendall(row.map(({ y }) => y));
  const estimate = theilSen(row);
  return {
    kind: kindOf(estimate, p, settled, unit),
    p,
    ...estimate,
    ...warmUp,
    points: settled,
    steps: points.length - 1,
    warmUpRise: settled[0].y - points[0].y,
  };
}

function kindOf(
  { slope, low, high, centre }: SlopeEstimate,
  p: number,
  points: readonly Point[],
  unit: Measure["unit"],
): "rises" | "falls" | "flat" | "unclear" {
  if (p < SIGNIFICANT && slope !== 0) return slope > 0 ? "rises" : "falls";
  const run = (points.at(-1)?.x ?? 0) - points[0].x;
  const change = Math.max(Math.abs(low), Math.abs(high)) * run;
  return change <= Math.max(EQUAL_STEPS[unit], Math.abs(centre.y) * FLAT_SHARE[unit]) ? "flat" : "unclear";
}

function thinned(points: readonly Point[]): readonly Point[] {
  const stride = Math.ceil(points.length / MOST_POINTS);
  return stride === 1 ? points : points.filter((_, index) => index % stride === 0);
}
