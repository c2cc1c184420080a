/** Whether a graph reads better from top to bottom or from left to right. */
import type { GraphNode, ObjectGraph } from "../query/object-graph.js";
import { detailsOf, titleOf } from "./graph-labels.js";

/** In points, about: what a line of text takes, and the gaps after a box, with the labels of arrows between ranks. */
const LETTER_WIDTH = 8;
const DETAIL_LETTER_WIDTH = 6.5;
const TITLE_HEIGHT = 26;
const DETAIL_HEIGHT = 14;
const GAP_BESIDE = 45;
const GAP_BELOW = 18;
const RANK_GAP_DOWN = 45;
const RANK_GAP_RIGHT = 85;
/** Width over height of what is looked at without turning the head. */
const SCREEN_SHAPE = 1.5;

/** `TB` or `LR` of Graphviz, whichever has to be shrunk less to be seen at once. A chain goes down. */
export function flowOf({ nodes }: ObjectGraph): "TB" | "LR" {
  const ranks = new Map<number, Rank>();
  for (const node of nodes) {
    const box = boxOf(node);
    const rank = ranks.get(node.depth) ?? { width: 0, height: 0, widest: 0, highest: 0 };
    ranks.set(node.depth, {
      width: rank.width + box.width + GAP_BESIDE,
      height: rank.height + box.height + GAP_BELOW,
      widest: Math.max(rank.widest, box.width),
      highest: Math.max(rank.highest, box.height),
    });
  }
  let [down, right] = [
    { width: 0, height: 0 },
    { width: 0, height: 0 },
  ];
  for (const { width, height, widest, highest } of ranks.values()) {
    down = { width: Math.max(down.width, width), height: down.height + highest + RANK_GAP_DOWN };
    right = { width: right.width + widest + RANK_GAP_RIGHT, height: Math.max(right.height, height) };
  }
  return shrink(down) <= shrink(right) ? "TB" : "LR";
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The boxes at one depth, beside each other and below each other. */
interface Rank extends Size {
  readonly widest: number;
  readonly highest: number;
}

function boxOf(node: GraphNode): Size {
  const details = detailsOf(node);
  const widths = details.map(({ length }) => length * DETAIL_LETTER_WIDTH);
  return {
    width: Math.max(titleOf(node).length * LETTER_WIDTH, ...widths),
    height: TITLE_HEIGHT + details.length * DETAIL_HEIGHT,
  };
}

function shrink({ width, height }: Size): number {
  return Math.max(width / SCREEN_SHAPE, height);
}
