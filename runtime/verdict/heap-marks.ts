/** What one snapshot says of a holder: how much only it keeps. */
import { dominatorTreeOf } from "../heap/dominator-tree.js";
import type { HeapGraph } from "../heap/graph.js";
import type { HeapMark } from "./evidence.js";

/** The largest id that V8 has given to a JavaScript object: what is born later has a larger one. */
export function newestObjectId(graph: HeapGraph): number {
  let newest = 0;
  for (let node = 0; node < graph.nodeCount; node++) {
    if (graph.isJavaScript(node) && graph.idOf(node) > newest) newest = graph.idOf(node);
  }
  return newest;
}

/** The number of JavaScript objects, closures and strings: what a person would count as objects. */
export function countObjects(graph: HeapGraph): number {
  let count = 0;
  for (let node = 0; node < graph.nodeCount; node++) if (isCounted(graph, node)) count++;
  return count;
}

export function markHolder(graph: HeapGraph, holder: number, iteration: number): HeapMark {
  const tree = dominatorTreeOf(graph);
  let objects = 0;
  for (const node of tree.subtree(holder)) {
    if (node !== holder && isCounted(graph, node)) objects++;
  }
  return { iteration, retainedBytes: tree.retainedSize(holder), objects };
}

// Hidden and code nodes come and go with the engine's own work; embedder nodes have even ids.
function isCounted(graph: HeapGraph, node: number): boolean {
  const { types } = graph;
  switch (graph.nodeTypes[node]) {
    case types.object:
    case types.closure:
    case types.string:
    case types.concatenatedString:
    case types.slicedString:
    case types.regexp:
    case types.number:
    case types.symbol:
    case types.bigint:
      return graph.isJavaScript(node);
    default:
      return false;
  }
}
