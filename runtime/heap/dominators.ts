import { NONE, type HeapGraph } from "./graph.js";
import { retentionOf } from "./retention.js";

/** The dominator tree as it is computed: nodes go by the number of a depth-first walk. */
export interface NumberedDominators {
  /** Reached nodes in depth-first preorder; order[0] is the root. */
  readonly order: Uint32Array;
  /** The number of the immediate dominator of each number: a smaller one, except for the root. */
  readonly dominators: Uint32Array;
}

/**
 * The immediate dominator of each node: the nearest node that every retaining path from the root goes through.
 * The root's is itself; nodes the root does not retain have NONE.
 */
export function computeDominators(graph: HeapGraph): Uint32Array {
  return dominatorsByNode(graph, numberedDominators(graph));
}

/** The same by node: 4 bytes a node. */
export function dominatorsByNode(graph: HeapGraph, { order, dominators }: NumberedDominators): Uint32Array {
  const immediate = new Uint32Array(graph.nodeCount).fill(NONE);
  for (let number = 0; number < order.length; number++) immediate[order[number]] = order[dominators[number]];
  return immediate;
}

/**
 * Semi-NCA (Georgiadis, Tarjan, Werneck, "Finding Dominators in Practice", 2006), on depth-first numbers, without
 * recursion. Practically linear: two passes over the retaining edges. Memory while it runs: 32 bytes a node and 4 an
 * edge that leads to a smaller number (in practice about half of them); 8 a node are returned.
 */
export function numberedDominators(graph: HeapGraph): NumberedDominators {
  const walk = depthFirst(graph);
  const sources = laterSources(graph, walk);
  const dominators = semiNca(walk, sources);
  return { order: walk.order, dominators };
}

interface DepthFirst {
  /** Reached nodes in preorder. */
  readonly order: Uint32Array;
  /** The place of each node in `order`, or NONE. */
  readonly numbers: Uint32Array;
  /** The number of each number's parent in the depth-first tree. */
  readonly parents: Uint32Array;
  /** The smallest number with an edge to each number: its parent, or an ancestor that skips some. */
  readonly nearest: Uint32Array;
  /** How many edges lead to each number from greater ones; one entry more than there are numbers. */
  readonly laterCounts: Uint32Array;
  /** 4 bytes a node to use again. */
  readonly scratch: Uint32Array;
}

/**
 * Numbers the nodes and tells their edges apart on the way. An edge to a greater number comes from an ancestor in the
 * tree, or it would have led there first; it can only make that ancestor the semidominator. So the nearest to the root
 * is all that counts of those, and only edges to smaller numbers need a place in a list.
 */
function depthFirst(graph: HeapGraph): DepthFirst {
  const { firstEdges, edgeTargets, nodeCount, root } = graph;
  const { bits } = retentionOf(graph);
  const numbers = new Uint32Array(nodeCount).fill(NONE);
  const order = new Uint32Array(nodeCount);
  const parents = new Uint32Array(nodeCount);
  const nearest = new Uint32Array(nodeCount);
  const laterCounts = new Uint32Array(nodeCount + 1);
  // The path being walked is the chain of parents, so the stack is only the next edge of each number.
  const nextEdges = new Uint32Array(nodeCount);
  let count = 1;
  order[0] = root;
  numbers[root] = 0;
  nextEdges[0] = firstEdges[root];
  let number = 0;
  for (;;) {
    const end = firstEdges[order[number] + 1];
    let edge = nextEdges[number];
    let child = NONE;
    for (; edge < end; edge++) {
      if (((bits[edge >>> 5] >>> (edge & 31)) & 1) === 0) continue;
      const seen = numbers[edgeTargets[edge]];
      if (seen === NONE) {
        child = edgeTargets[edge];
        break;
      }
      if (seen < number) laterCounts[seen]++;
      else if (number < nearest[seen]) nearest[seen] = number;
    }
    if (child !== NONE) {
      nextEdges[number] = edge + 1;
      order[count] = child;
      numbers[child] = count;
      parents[count] = number;
      nearest[count] = number;
      nextEdges[count] = firstEdges[child];
      number = count++;
    } else if (number === 0) {
      return {
        order: order.subarray(0, count),
        numbers,
        parents: parents.subarray(0, count),
        nearest,
        laterCounts: laterCounts.subarray(0, count + 1),
        scratch: nextEdges,
      };
    } else {
      number = parents[number];
    }
  }
}

interface LaterSources {
  /** The greater numbers with an edge to number w are sources[first[w]] … sources[first[w + 1] − 1]. */
  readonly first: Uint32Array;
  readonly sources: Uint32Array;
}

/** Edges to smaller numbers, reversed: what semi-NCA reads one after the other then lies close together. */
function laterSources(graph: HeapGraph, { order, numbers, laterCounts }: DepthFirst): LaterSources {
  const { firstEdges, edgeTargets } = graph;
  const { bits } = retentionOf(graph);
  // Counts become ends in place.
  const first = laterCounts;
  let total = 0;
  for (let number = 0; number <= order.length; number++) first[number] = total += first[number];
  // first[w] is now the end of w's range; filling from the last source moves each end down to its start.
  const sources = new Uint32Array(total);
  for (let number = order.length - 1; number > 0; number--) {
    const node = order[number];
    for (let edge = firstEdges[node], end = firstEdges[node + 1]; edge < end; edge++) {
      if (((bits[edge >>> 5] >>> (edge & 31)) & 1) === 0) continue;
      const target = numbers[edgeTargets[edge]];
      if (target < number) sources[--first[target]] = number;
    }
  }
  return { first, sources };
}

/**
 * Invariants: numbers above the one in turn are linked and have their semidominator. `forest` holds two words a number,
 * side by side since they are read together: its ancestor in the depth-first tree with paths compressed, and the
 * smallest semidominator on the compressed path that ends at it.
 */
function semiNca({ parents, nearest, scratch }: DepthFirst, { first, sources }: LaterSources): Uint32Array {
  const count = parents.length;
  const semidominators = nearest;
  const forest = new Uint32Array(count * 2);
  for (let number = 0; number < count; number++) forest[number * 2] = parents[number];

  for (let number = count - 1; number > 0; number--) {
    let semidominator = nearest[number];
    for (let index = first[number], end = first[number + 1]; index < end; index++) {
      const source = sources[index];
      if (forest[source * 2] > number) compress(source, number, forest, scratch);
      const least = forest[source * 2 + 1];
      if (least < semidominator) semidominator = least;
    }
    semidominators[number] = semidominator;
    forest[number * 2 + 1] = semidominator;
  }

  // The parents are needed no more: each gives way to the dominator, which lies on the way up from it.
  const dominators = parents;
  for (let number = 1; number < count; number++) {
    let dominator = dominators[number];
    while (dominator > semidominators[number]) dominator = dominators[dominator];
    dominators[number] = dominator;
  }
  return dominators;
}

/** Points every number on the way from `start` up to the last linked one at that one's parent, minima carried down. */
function compress(start: number, unlinked: number, forest: Uint32Array, path: Uint32Array): void {
  let depth = 0;
  let top = start;
  while (forest[top * 2] > unlinked) {
    path[depth++] = top;
    top = forest[top * 2];
  }
  const ancestor = forest[top * 2];
  let minimum = forest[top * 2 + 1];
  while (depth > 0) {
    const number = path[--depth];
    if (forest[number * 2 + 1] < minimum) minimum = forest[number * 2 + 1];
    else forest[number * 2 + 1] = minimum;
    forest[number * 2] = ancestor;
  }
}
