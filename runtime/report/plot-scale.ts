/** Axes: round numbers that cover a range, and the distance of a value from its start. */

export interface Scale {
  readonly low: number;
  readonly high: number;
  /** Round values within, in order. */
  readonly ticks: readonly number[];
  /** Digits after the point that tell the ticks apart. */
  readonly decimals: number;
}

/** Multiples of 1, 2 and 5 are read at a glance. */
const ROUND = [1, 2, 5, 10] as const;

/**
 * A scale whose ends are the given ones.
 * @param count of ticks, about
 */
export function scaleWithin(low: number, high: number, count: number): Scale {
  const step = roundStep((high - low) / count);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  const ticks = Array.from({ length: Math.max(0, last - first) + 1 }, (_, index) => (first + index) * step);
  return { low, high, ticks, decimals: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
}

/**
 * A scale of round numbers around values, at least so wide: what hardly moves looks as if it hardly moved.
 */
export function scaleAround(values: readonly number[], leastSpan: number, count: number): Scale {
  const least = values.reduce((low, value) => Math.min(low, value), Infinity);
  const greatest = values.reduce((high, value) => Math.max(high, value), -Infinity);
  const missing = Math.max(0, leastSpan - (greatest - least));
  // No measure is below nothing.
  const low = Math.max(Math.min(0, least), least - missing / 2);
  const high = Math.max(greatest + missing / 2, low + leastSpan);
  const step = roundStep((high - low) / count);
  return scaleWithin(Math.floor(low / step + 1e-9) * step, Math.ceil(high / step - 1e-9) * step, count);
}

function roundStep(step: number): number {
  const size = 10 ** Math.floor(Math.log10(step));
  return (ROUND.find((round) => round * size >= step * (1 - 1e-9)) ?? 10) * size;
}
