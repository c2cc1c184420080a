import { internalTarget, type HeapGraph } from "../heap/index.js";

const LONGEST_TEXT = 60;
/** Parts that a text was put together from are followed so far. */
const MOST_PARTS = 100;

/**
 * The beginning of a text in quotes. V8 writes whole strings only, not those that are parts, or made of parts, of
 * others: of such the whole, or the first part, is shown.
 */
export function quotedText(graph: HeapGraph, node: number): string {
  const { types, nodeTypes } = graph;
  switch (nodeTypes[node]) {
    case types.slicedString:
      return `piece of ${quoted(graph, internalTargetOr(graph, node, "parent"))}`;
    case types.concatenatedString: {
      let first = node;
      for (let step = 0; step < MOST_PARTS && nodeTypes[first] === types.concatenatedString; step++)
        first = internalTargetOr(graph, first, "first");
      return `${quoted(graph, first)} and more`;
    }
    default:
      return quoted(graph, node);
  }
}

function quoted(graph: HeapGraph, node: number): string {
  const text = graph.nameOf(node);
  return JSON.stringify(text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT - 1)}…`);
}

function internalTargetOr(graph: HeapGraph, node: number, name: string): number {
  const target = internalTarget(graph, node, name);
  return target < 0 ? node : target;
}
