/** A graph against the plain reference: its records with JSON.parse, its answers with the slow definitions. */
import assert from "node:assert/strict";
import {
  computeDistances,
  computeDominators,
  DominatorTree,
  NONE,
  retainedSizes,
  retentionOf,
  shortestPaths,
  type HeapGraph,
} from "../../../../runtime/heap/index.js";
import {
  isRetaining,
  plainDistances,
  plainHeapOf,
  plainlyDominated,
  plainlyReachable,
  retainedTargets,
  type PlainHeap,
} from "../plain-heap.js";
import type { SnapshotJson } from "../snapshot-builder.js";

/** Nodes taken away one by one: all of a small heap, a few of a larger one. */
const REMOVED = 400;

/** The heap that JSON.parse sees in the file; `undefined` when the file is no strict JSON. */
export function readPlainly(bytes: Uint8Array): PlainHeap | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8");
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  return plainHeapOf(json as SnapshotJson);
}

/** The records of a graph as the reference knows them. */
export function recordsOf(graph: HeapGraph): PlainHeap {
  const nodes = Array.from({ length: graph.nodeCount }, (_, node) => ({
    type: graph.typeOf(node),
    name: graph.nameOf(node),
    id: graph.idOf(node),
    size: graph.selfSize(node),
    detachedness: graph.detachedness(node),
    location: graph.location(node),
    edges: Array.from({ length: graph.endEdge(node) - graph.firstEdge(node) }, (_, offset) => {
      const edge = graph.firstEdge(node) + offset;
      const nameOrIndex = graph.isIndexed(edge) ? graph.edgeIndex(edge) : graph.edgeName(edge);
      return { type: graph.edgeType(edge), nameOrIndex, to: graph.edgeTo(edge) };
    }),
  }));
  return { root: graph.root, nodes };
}

/** @throws AssertionError where the engine's answers are not those of the definitions. */
export function compareAnswers(graph: HeapGraph, heap: PlainHeap): DominatorTree {
  const retention = retentionOf(graph);
  let edge = 0;
  heap.nodes.forEach((node, index) => {
    for (const plain of node.edges) assert.equal(retention.retains(edge++), isRetaining(heap, index, plain));
  });

  const targets = retainedTargets(heap);
  const distances = plainDistances(heap, targets);
  const found = Array.from(computeDistances(graph), (distance) => (distance === NONE ? -1 : distance));
  assert.deepEqual(found, distances, "distances");
  const paths = shortestPaths(graph, [graph.root]);
  distances.forEach((distance, node) => assert.equal(paths.pathTo(node)?.length ?? -1, distance));

  const dominators = computeDominators(graph);
  const tree = new DominatorTree(graph, dominators);
  const sizes = retainedSizes(graph, dominators);
  const reachable = plainlyReachable(heap, -1, targets);
  assert.equal(tree.order.length, reachable.filter((is) => is === 1).length);
  const step = Math.max(1, Math.ceil(heap.nodes.length / REMOVED), Math.ceil(heap.nodes.length ** 2 / 400_000));
  for (let node = 0; node < heap.nodes.length; node++) {
    assert.ok(Number.isFinite(tree.retainedSize(node)));
    if (node % step === 0 || node === graph.root) {
      compareNode({ heap, targets, reachable }, node, tree, sizes);
    }
  }
  return tree;
}

interface Reference {
  readonly heap: PlainHeap;
  readonly targets: readonly number[][];
  readonly reachable: Uint8Array;
}

function compareNode(reference: Reference, node: number, tree: DominatorTree, sizes: Float64Array): void {
  const { heap, targets, reachable } = reference;
  const dominated = plainlyDominated(heap, node, targets, reachable);
  assert.equal(tree.isReachable(node), dominated.length > 0);
  assert.deepEqual(Array.from(tree.subtree(node)).sort(ascending), dominated, `what node ${node} dominates`);
  const freed = dominated.length === 0 ? [node] : dominated;
  const bytes = freed.reduce((total, other) => total + heap.nodes[other].size, 0);
  // Beyond 2^53 a sum depends on its order.
  const isSame = (size: number): boolean => Math.abs(size - bytes) <= (bytes > 2 ** 52 ? bytes * 1e-9 : 0);
  assert.ok(isSame(tree.retainedSize(node)) && isSame(sizes[node]), `node ${node} retains ${bytes}`);
  const children = [...tree.children(node)];
  assert.ok(children.every((child) => tree.parent(child) === node && tree.isDominatedBy(child, node)));
}

function ascending(left: number, right: number): number {
  return left - right;
}
