/** Fewer points that look the same. */
import type { Point } from "../record/theil-sen.js";

/**
 * Of the points in each of so many equal parts of the axis the first, the lowest, the highest and the last: peaks stay,
 * however long a recording is.
 * @param points in order of `x`
 */
export function thinnedLine(points: readonly Point[], parts: number): readonly Point[] {
  if (points.length <= 4 * parts) return points;
  const start = points[0].x;
  const width = ((points.at(-1)?.x ?? start) - start) / parts || 1;
  const kept: Point[] = [];
  for (let from = 0; from < points.length;) {
    const part = Math.floor((points[from].x - start) / width);
    let to = from;
    let [low, high] = [from, from];
    for (; to < points.length && Math.floor((points[to].x - start) / width) === part; to++) {
      if (points[to].y < points[low].y) low = to;
      if (points[to].y > points[high].y) high = to;
    }
    const indices = [...new Set([from, low, high, to - 1])].sort((left, right) => left - right);
    kept.push(...indices.map((index) => points[index]));
    from = to;
  }
  return kept;
}
