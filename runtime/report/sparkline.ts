/** A row of numbers as a line of blocks. */

const BLOCKS = "▁▂▃▄▅▆▇█";

/**
 * One character a number, lowest to highest; of more numbers than `width` the last. A row that hardly moves is drawn low.
 * @param leastSpan a difference that is drawn over the whole height, at least
 */
export function sparkline(values: readonly number[], width: number, leastSpan: number): string {
  const shown = values.slice(-width);
  const low = Math.min(...shown);
  const span = Math.max(Math.max(...shown) - low, leastSpan);
  return shown
    .map((value) => BLOCKS[Math.min(BLOCKS.length - 1, Math.floor(((value - low) / span) * BLOCKS.length))])
    .join("");
}
