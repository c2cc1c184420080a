/** Whether a graph can be drawn at all. */
import type { ObjectGraph } from "../query/object-graph.js";
import { InputError } from "../input-error.js";
import { arrowsOf } from "./graph-labels.js";

/** Laid out in 5 seconds at worst, where twice the arrows take 15 and make a picture 30 metres long. */
const MOST_NODES = 1000;
const MOST_ARROWS = 2500;

/** @throws InputError where the graph is too large to be laid out in reasonable time, or to be read */
export function assertDrawable(graph: ObjectGraph): void {
  const [nodes, arrows] = [graph.nodes.length, arrowsOf(graph).length];
  if (nodes <= MOST_NODES && arrows <= MOST_ARROWS) return;
  const [found, most] = [counted(nodes, arrows), counted(MOST_NODES, MOST_ARROWS)];
  throw new InputError(
    `Too large to draw: ${found}, at most ${most}. Take less with --max-depth, --too-many or --filter, or write .dot.`,
  );
}

function counted(objects: number, arrows: number): string {
  return `${objects.toLocaleString("en-US")} objects and ${arrows.toLocaleString("en-US")} references`;
}
