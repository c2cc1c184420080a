/** Numbers as reports say them. */

export function formatCount(count: number): string {
  return Math.round(count).toLocaleString("en-US");
}

/** What is counted: the entries of a collection, all objects that hang from a place, the parts of a text or a buffer. */
export type Unit = "entries" | "objects" | "characters" | "bytes" | "elements";

/** What the size of a value counts, by the name of its class. */
export function unitOf(type: string): "entries" | "characters" | "bytes" | "elements" {
  if (type === "string") return "characters";
  if (/^(?:Buffer|(?:Shared)?ArrayBuffer|DataView)$/.test(type)) return "bytes";
  return /^(?:Big)?(?:Int|Uint|Float)\d+(?:Clamped)?Array$/.test(type) ? "elements" : "entries";
}

/** `3 per iteration`, `0.9 per iteration`, `1 in 40 iterations`, `4 objects per iteration`. */
export function formatRate(perIteration: number, unit: Unit = "entries"): string {
  const what = unit === "entries" ? "" : ` ${unit}`;
  if (perIteration > 0.5 && perIteration < 0.95) return `${perIteration.toFixed(1)}${what} per iteration`;
  if (perIteration >= 0.95) return `${formatCount(perIteration)}${what} per iteration`;
  return `1 in ${formatCount(1 / Math.max(perIteration, 1e-9))} iterations`;
}
