/** Numbers as reports say them. */

export function formatCount(count: number): string {
  return Math.round(count).toLocaleString("en-US");
}

/** `3 per iteration`, `0.9 per iteration`, `1 in 40 iterations`, `4 objects per iteration`. */
export function formatRate(perIteration: number, unit: "entries" | "objects" = "entries"): string {
  const what = unit === "objects" ? " objects" : "";
  if (perIteration > 0.5 && perIteration < 0.95) return `${perIteration.toFixed(1)}${what} per iteration`;
  if (perIteration >= 0.95) return `${formatCount(perIteration)}${what} per iteration`;
  return `1 in ${formatCount(1 / Math.max(perIteration, 1e-9))} iterations`;
}
