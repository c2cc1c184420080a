import { NONE, type HeapGraph } from "./graph.js";
import { retentionOf } from "./retention.js";

export interface PathOptions {
  /** Which edges a path may take; retaining edges by default. Replaces the default, does not add to it. */
  readonly follow?: (edge: number) => boolean;
  /** Ends the search at the first node this holds for, which is then a nearest one: `found`. */
  readonly until?: (node: number) => boolean;
}

/** Shortest paths from a set of sources, as one parent edge a node. */
export class ShortestPaths {
  /** The edge each node was first reached by; NONE for sources and for nodes not reached. */
  readonly parentEdges: Uint32Array;
  /** The node that ended the search, −1 if none did. */
  readonly found: number;
  readonly #graph: HeapGraph;
  readonly #sources: ReadonlySet<number>;

  constructor(graph: HeapGraph, parentEdges: Uint32Array, sources: ReadonlySet<number>, found: number) {
    this.#graph = graph;
    this.parentEdges = parentEdges;
    this.#sources = sources;
    this.found = found;
  }

  isReached(node: number): boolean {
    return this.parentEdges[node] !== NONE || this.#sources.has(node);
  }

  /** Edges from a source to the node, in walking order: empty for a source, `undefined` if the node is not reached. */
  pathTo(node: number): number[] | undefined {
    if (!this.isReached(node)) return undefined;
    const edges: number[] = [];
    for (let at = node; this.parentEdges[at] !== NONE; at = this.#graph.edgeFrom(this.parentEdges[at])) {
      edges.push(this.parentEdges[at]);
    }
    return edges.reverse();
  }
}

/**
 * Breadth-first search along the edges from all sources at once; ties go to the earlier source, then the earlier edge,
 * so answers do not change from run to run. Cost: one pass over the edges followed, 8 bytes a node.
 */
export function shortestPaths(graph: HeapGraph, sources: Iterable<number>, options: PathOptions = {}): ShortestPaths {
  const { firstEdges, edgeTargets } = graph;
  const { until } = options;
  const retention = retentionOf(graph);
  const follow = options.follow ?? ((edge: number) => retention.retains(edge));
  const parentEdges = new Uint32Array(graph.nodeCount).fill(NONE);
  const starts = new Set(sources);
  const queue = new Uint32Array(graph.nodeCount);
  let tail = 0;
  for (const source of starts) {
    if (until?.(source)) return new ShortestPaths(graph, parentEdges, starts, source);
    queue[tail++] = source;
  }
  for (let head = 0; head < tail; head++) {
    const node = queue[head];
    for (let edge = firstEdges[node], end = firstEdges[node + 1]; edge < end; edge++) {
      const target = edgeTargets[edge];
      if (parentEdges[target] !== NONE || !follow(edge) || starts.has(target)) continue;
      parentEdges[target] = edge;
      if (until?.(target)) return new ShortestPaths(graph, parentEdges, starts, target);
      queue[tail++] = target;
    }
  }
  return new ShortestPaths(graph, parentEdges, starts, -1);
}
