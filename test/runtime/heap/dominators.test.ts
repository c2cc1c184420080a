import { describe, expect, it } from "vitest";
import { computeDominators, DominatorTree, NONE, retainedSizes, type HeapGraph } from "../../../runtime/heap/index.js";
import { graphOf, seededRandom, type EdgeSpec, type NodeSpec } from "./snapshot-builder.js";

/** Sparse and dense graphs, chains and knots; some nodes out of reach. */
function randomGraph(seed: number): HeapGraph {
  const random = seededRandom(seed);
  const count = 1 + random(30);
  const perNode = 1 + random(4);
  const nodes: NodeSpec[] = Array.from({ length: count }, (_, node) => {
    const edges = Array.from({ length: random(perNode + 1) }, (): EdgeSpec => {
      const target = random(3) === 0 ? Math.min(count - 1, node + 1) : random(count);
      return random(10) === 0 ? ["weak", "w", target] : ["property", "p", target];
    });
    return { size: 1 + random(1000), edges };
  });
  return graphOf(nodes);
}

/** The definition: a dominates n when n cannot be reached from the root with a taken away. */
function reachableWithout(graph: HeapGraph, removed: number): Set<number> {
  const reached = new Set<number>();
  const stack = removed === graph.root ? [] : [graph.root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (reached.has(node)) continue;
    reached.add(node);
    for (let edge = graph.firstEdge(node); edge < graph.endEdge(node); edge++) {
      if (graph.edgeType(edge) !== "weak" && graph.edgeTo(edge) !== removed) stack.push(graph.edgeTo(edge));
    }
  }
  return reached;
}

describe("dominators, by taking each node away", () => {
  it.each(Array.from({ length: 300 }, (_, seed) => seed))("random graph %i", (seed) => {
    const graph = randomGraph(seed);
    const nodes = Array.from({ length: graph.nodeCount }, (_, node) => node);
    const reachable = reachableWithout(graph, -1);
    const reachableWithoutEach = nodes.map((node) => reachableWithout(graph, node));
    const dominators = computeDominators(graph);
    const tree = new DominatorTree(graph, dominators);
    const sizes = retainedSizes(graph, dominators);

    for (const node of nodes) {
      expect(tree.isReachable(node)).toBe(reachable.has(node));
      expect(dominators[node] === NONE).toBe(!reachable.has(node));
      if (!reachable.has(node)) {
        expect([tree.retainedSize(node), tree.parent(node), ...tree.subtree(node), ...tree.children(node)]).toEqual([
          graph.selfSize(node),
          -1,
        ]);
        continue;
      }
      const dominated = nodes.filter((other) => reachable.has(other) && !reachableWithoutEach[node].has(other));
      for (const other of nodes) expect(tree.isDominatedBy(other, node)).toBe(dominated.includes(other));
      expect([...tree.subtree(node)].sort((left, right) => left - right)).toEqual(dominated);
      expect(tree.subtree(node)[0]).toBe(node);
      const freed = dominated.reduce((sum, other) => sum + graph.selfSize(other), 0);
      expect([tree.retainedSize(node), sizes[node]]).toEqual([freed, freed]);
      expect([...tree.children(node)].sort((left, right) => left - right)).toEqual(
        nodes.filter((other) => tree.parent(other) === node),
      );
    }
  });
});

describe("computeDominators", () => {
  it("gives the root itself and what is out of reach NONE", () => {
    const graph = graphOf([{ edges: [["property", "p", 1]] }, {}, { edges: [["property", "p", 1]] }]);
    expect([...computeDominators(graph)]).toEqual([0, 0, NONE]);
  });

  it("does not overflow the stack on a list of 200,000", () => {
    const length = 200_000;
    const graph = graphOf(
      Array.from({ length }, (_, node) => ({
        name: "link",
        size: 1,
        edges: [
          ["property", "next", Math.min(length - 1, node + 1)],
          ["property", "first", 0],
        ] as const,
      })),
    );
    const tree = new DominatorTree(graph);
    expect(tree.retainedSize(0)).toBe(length);
    expect(tree.parent(length - 1)).toBe(length - 2);
  });

  it("starts from a root that is not the first node", () => {
    const graph = graphOf([{ size: 1 }, { size: 2, edges: [["property", "p", 0]] }], { header: { root_index: 7 } });
    const tree = new DominatorTree(graph);
    expect([tree.parent(0), tree.parent(1), tree.retainedSize(1)]).toEqual([1, -1, 3]);
  });
});
