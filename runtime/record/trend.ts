/** What a row of measurements does: rises, falls, stays, or too few to say. */
import { mannKendall } from "./mann-kendall.js";
import type { Measure } from "./sample.js";
import { theilSen, type Point, type SlopeEstimate } from "./theil-sen.js";
import { findWarmUp, LEAST_POINTS } from "./warm-up.js";

/** Chance makes a trend of one row in a hundred. */
const SIGNIFICANT = 0.01;
/** All pairs of points are looked at: more points than that are thinned out. */
const MOST_POINTS = 1000;
/** Share of the level within which a row is called flat: a count has no noise of its own, bytes have. */
const FLAT_SHARE = { count: 0.001, bytes: 0.01 } as const;
/** Share of a trend's rate that is left on either side of its greatest step, where it goes on at all. */
const RATE_LEFT = 0.25;
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
      /** Leading points that were passed over as warm-up. */
      readonly passedOver: number;
      /** Whether it has one rate; true where there is none. */
      readonly isSettled: boolean;
    } & SlopeEstimate);

/**
 * The trend of a row, its warm-up told apart.
 *
 * @param points in order of `x`: iterations, or seconds
 * @param creep share of the level: what moves by less over the run is flat, whatever chance says
 */
export function trendOf(points: readonly Point[], unit: Measure["unit"], creep = 0): Trend {
  if (points.length < LEAST_POINTS) return { kind: "too-few", points: points.length, needed: LEAST_POINTS };
  const warmUp = findWarmUp(points, EQUAL_STEPS[unit]);
  const settled = points.slice(warmUp.passedOver);
  const row = thinned(settled);
  const { p } = mannKendall(row.map(({ y }) => y));
  const estimate = theilSen(row);
  const kind = kindOf(estimate, p, settled, unit, creep);
  return {
    kind,
    p,
    ...estimate,
    ...warmUp,
    isSettled: (kind !== "rises" && kind !== "falls") || (warmUp.isSettled && goesOn(row, estimate)),
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
  creep: number,
): "rises" | "falls" | "flat" | "unclear" {
  const run = (points.at(-1)?.x ?? 0) - points[0].x;
  const change = Math.max(Math.abs(low), Math.abs(high)) * run;
  const level = Math.abs(centre.y);
  if (change <= creep * level) return "flat";
  if (p < SIGNIFICANT && slope !== 0) return slope > 0 ? "rises" : "falls";
  return change <= Math.max(EQUAL_STEPS[unit], level * FLAT_SHARE[unit]) ? "flat" : "unclear";
}

/** A row that jumps once, to be flat before and after, has a trend, but no rate that goes on. */
function goesOn(points: readonly Point[], { slope }: SlopeEstimate): boolean {
  const steps = points.slice(1).map(({ y }, index) => Math.abs(y - points[index].y));
  const jump = steps.indexOf(steps.reduce((greatest, step) => Math.max(greatest, step), 0)) + 1;
  return [points.slice(0, jump), points.slice(jump)].some(
    (part) => part.length >= 2 && theilSen(part).slope / slope >= RATE_LEFT,
  );
}

function thinned(points: readonly Point[]): readonly Point[] {
  const stride = Math.ceil(points.length / MOST_POINTS);
  return stride === 1 ? points : points.filter((_, index) => index % stride === 0);
}
