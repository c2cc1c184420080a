/** Whether a graph reads better from top to bottom or from left to right. */
import type { ObjectGraph } from "../query/object-graph.js";

/** Points that a node takes with the gap after it, about: boxes are wide and low, labels stand beside arrows. */
const BOX_WIDTH = 190;
const BOX_HEIGHT = 52;
const DOWN_STEP = 85;
const RIGHT_STEP = 290;
/** Width over height of what is looked at without turning the head. */
const SCREEN_SHAPE = 1.5;

/** `TB` or `LR` of Graphviz, whichever has to be shrunk less to be seen at once. A chain goes down. */
export function flowOf({ nodes }: ObjectGraph): "TB" | "LR" {
  const widths = new Map<number, number>();
  for (const { depth } of nodes) widths.set(depth, (widths.get(depth) ?? 0) + 1);
  const widest = Math.max(1, ...widths.values());
  const down = shrink(widest * BOX_WIDTH, widths.size * DOWN_STEP);
  const right = shrink(widths.size * RIGHT_STEP, widest * BOX_HEIGHT);
  return down <= right ? "TB" : "LR";
}

function shrink(width: number, height: number): number {
  return Math.max(width / SCREEN_SHAPE, height);
}
