/**
 * Node's lists of timers. Each timer refers to the next and the one before, so whoever has one in a variable leads to all
 * of them: whose timer it is would depend on its place in the list, which changes whenever an interval fires.
 */
import type { HeapGraph } from "./graph.js";

export class TimerLists {
  readonly #graph: HeapGraph;
  readonly #names: { readonly timeout: ReadonlySet<number>; readonly links: ReadonlySet<number> };

  constructor(graph: HeapGraph) {
    this.#graph = graph;
    this.#names = {
      timeout: new Set(graph.strings.indexesOf("Timeout")),
      links: new Set(graph.strings.indexesOf("_idleNext", "_idlePrev")),
    };
  }

  /** Whether an edge of a timer, or of the list itself, leads to a neighbour. */
  isLink(edge: number): boolean {
    const { edgeTypes, edgeNamesOrIndexes, edgeKinds } = this.#graph;
    return edgeTypes[edge] === edgeKinds.property && this.#names.links.has(edgeNamesOrIndexes[edge]);
  }

  isTimer(node: number): boolean {
    const { nodeTypes, nodeNames, types } = this.#graph;
    return nodeTypes[node] === types.object && this.#names.timeout.has(nodeNames[node]);
  }

  /**
   * The nearest edge in the direction of this one whose target nobody has reached, past timers that others hold; −1
   * where the list ends, or was walked already.
   */
  beyond(edge: number, isReached: Uint8Array, isOnList: Uint8Array): number {
    const name = this.#graph.edgeNamesOrIndexes[edge];
    const seen = new Set<number>();
    for (let at = edge; at >= 0;) {
      const target = this.#graph.edgeTargets[at];
      if (isReached[target] === 0) return at;
      if (isOnList[target] === 1 || !this.isTimer(target) || seen.has(target)) return -1;
      seen.add(target);
      at = this.#linkOf(target, name);
    }
    return -1;
  }

  #linkOf(node: number, name: number): number {
    const { firstEdges, edgeTypes, edgeNamesOrIndexes, edgeKinds } = this.#graph;
    for (let edge = firstEdges[node]; edge < firstEdges[node + 1]; edge++) {
      if (edgeTypes[edge] === edgeKinds.property && edgeNamesOrIndexes[edge] === name) return edge;
    }
    return -1;
  }
}
