/** The engine against the plain reference, on random heaps with edges of every kind. */
import { describe, expect, it } from "vitest";
import {
  computeDistances,
  computeDominators,
  DominatorTree,
  NONE,
  retainedSizes,
  retentionOf,
  shortestPaths,
} from "../../../runtime/heap/index.js";
import {
  isRetaining,
  plainDistances,
  plainHeapOf,
  plainlyDominated,
  plainlyReachable,
  retainedTargets,
} from "./plain-heap.js";
import { randomHeap } from "./random-heap.js";
import { buildSnapshot, bytesOf, parseBytes, seededRandom } from "./snapshot-builder.js";

const HEAPS = 3000;
const GROUPS = 10;

describe("random heaps of 2 to 60 nodes, against the plain reference", () => {
  it.each(Array.from({ length: GROUPS }, (_, group) => group))("group %i", (group) => {
    for (let seed = group; seed < HEAPS; seed += GROUPS) check(seed);
  });

  it("have what the reference is asked about", () => {
    const seen = { unreachable: 0, selfEdges: 0, droppedPairs: 0, otherRoots: 0, deep: 0 };
    for (let seed = 0; seed < 300; seed++) {
      const heap = plainHeapOf(snapshotOf(seed));
      const distances = plainDistances(heap);
      if (heap.root !== 0) seen.otherRoots++;
      if (Math.max(...distances) > 8) seen.deep++;
      heap.nodes.forEach((node, index) => {
        if (distances[index] < 0) seen.unreachable++;
        for (const edge of node.edges) {
          if (edge.to === index) seen.selfEdges++;
          else if (edge.type === "internal" && !isRetaining(heap, index, edge)) seen.droppedPairs++;
        }
      });
    }
    for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(20);
  });
});

function snapshotOf(seed: number) {
  const random = seededRandom(seed);
  const nodes = randomHeap(random, 60);
  return buildSnapshot(nodes, { header: random(4) === 0 ? { root_index: random(nodes.length) * 7 } : {} });
}

function check(seed: number): void {
  const snapshot = snapshotOf(seed);
  const heap = plainHeapOf(snapshot);
  const graph = parseBytes(bytesOf(snapshot));
  const where = `seed ${seed}`;
  const nodes = [...heap.nodes.keys()];

  const retention = retentionOf(graph);
  const bits = Array.from({ length: graph.edgeCount }, (_, edge) => retention.retains(edge));
  const rules = heap.nodes.flatMap((node, index) => node.edges.map((edge) => isRetaining(heap, index, edge)));
  expect(bits, where).toEqual(rules);

  const targets = retainedTargets(heap);
  const distances = plainDistances(heap, targets);
  const found = Array.from(computeDistances(graph), (distance) => (distance === NONE ? -1 : distance));
  expect(found, where).toEqual(distances);
  const paths = shortestPaths(graph, [graph.root]);
  expect(
    nodes.map((node) => paths.pathTo(node)?.length ?? -1),
    where,
  ).toEqual(distances);

  const dominators = computeDominators(graph);
  const tree = new DominatorTree(graph, dominators);
  const sizes = retainedSizes(graph, dominators);
  const reachable = plainlyReachable(heap, -1, targets);
  const dominated = nodes.map((node) => plainlyDominated(heap, node, targets, reachable));
  // A node's dominators are a chain: the immediate one is the one, but for the node, that dominates fewest.
  const parents = nodes.map((node) => {
    const others = nodes.filter((other) => other !== node && dominated[other].includes(node));
    return others.sort((left, right) => dominated[left].length - dominated[right].length)[0] ?? -1;
  });
  const answers = nodes.map((node) => ({
    parent: tree.parent(node),
    dominator: dominators[node],
    isReachable: tree.isReachable(node),
    subtree: [...tree.subtree(node)].sort(ascending),
    children: [...tree.children(node)].sort(ascending),
    dominatedBy: nodes.filter((other) => tree.isDominatedBy(other, node)),
    retained: [tree.retainedSize(node), sizes[node]],
  }));
  const expected = nodes.map((node) => {
    const isReachable = distances[node] >= 0;
    const bytes = (isReachable ? dominated[node] : [node]).reduce((sum, other) => sum + heap.nodes[other].size, 0);
    return {
      parent: parents[node],
      dominator: node === heap.root ? node : isReachable ? parents[node] : NONE,
      isReachable,
      subtree: dominated[node],
      children: nodes.filter((other) => parents[other] === node),
      dominatedBy: dominated[node],
      retained: [bytes, bytes],
    };
  });
  expect(answers, where).toEqual(expected);
}

function ascending(left: number, right: number): number {
  return left - right;
}
