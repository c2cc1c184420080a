/**
 * Where the engines disagree about single nodes, and why. One rule after the other of a peer is laid over our graph; what
 * differs then is counted again. When no node differs in the end, the rules are all there is to the difference.
 */
import { readFileSync } from "node:fs";
import {
  computeDominators,
  DominatorTree,
  HeapGraph,
  isEphemeronFromTable,
  parseSnapshotFile,
  retentionOf,
} from "../../runtime/heap/index.js";
import type { Sample } from "./generate.js";

export interface Agreement {
  readonly sample: string;
  readonly peer: string;
  /** The rules laid over our graph so far; the first row has none. */
  readonly rule: string;
  /** Nodes whose retained size differs. */
  readonly sizes: number;
  /** Nodes whose immediate dominator differs. */
  readonly dominators: number;
  /** Nodes that nothing retains by these rules: they are not compared. */
  readonly unretained: number;
}

/** Three numbers a node: size, retained size, immediate dominator. */
type PeerNodes = Float64Array;

/** @param nodesFiles what the peers wrote about each node */
export async function agreements(
  sample: Pick<Sample, "name" | "file">,
  nodesFiles: { readonly memlab: string; readonly devtools: string },
): Promise<Agreement[]> {
  return [
    ...(await compare(sample, "memlab", nodesFiles.memlab, [
      ["a WeakMap keeps its values, not their keys", addTableEdges],
      ["what only shortcuts reach keeps nothing else", (heap) => cutEdgesInto(heap, reached(heap, isMemlabStart))],
      ["the root keeps what nothing else does", hangUnretained],
    ])),
    ...(await compare(sample, "devtools", nodesFiles.devtools, [
      ["arrays and hidden nodes are counted to their only owner", moveSizes],
      ["what the page does not own keeps nothing it owns", (heap) => cutEdgesInto(heap, reached(heap, isPageStart))],
      ["the root keeps what nothing else does", hangUnretained],
    ])),
  ];
}

interface Heap {
  graph: HeapGraph;
  /** One bit an edge, to be changed in place. */
  bits: Uint32Array;
  readonly sizes: Float64Array;
  readonly peer: PeerNodes;
}

type Rule = readonly [name: string, apply: (heap: Heap) => void];

async function compare(
  { name, file }: Pick<Sample, "name" | "file">,
  peer: string,
  nodesFile: string,
  rules: readonly Rule[],
): Promise<Agreement[]> {
  const graph = await parseSnapshotFile(file);
  const bytes = readFileSync(nodesFile);
  const nodes = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8);
  const heap = { graph, bits: retentionOf(graph).bits, sizes: new Float64Array(graph.selfSizes), peer: nodes };
  const rows = [{ sample: name, peer, rule: "", ...differences(heap) }];
  for (const [rule, apply] of rules) {
    apply(heap);
    rows.push({ sample: name, peer, rule, ...differences(heap) });
  }
  return rows;
}

function differences({ graph, sizes, peer }: Heap): Omit<Agreement, "sample" | "peer" | "rule"> {
  const tree = new DominatorTree(graph, computeDominators(graph));
  const retained = sizes.slice();
  for (const node of tree.order.toReversed()) if (node !== graph.root) retained[tree.parent(node)] += retained[node];
  let differentSizes = 0;
  let differentDominators = 0;
  for (const node of tree.order) {
    if (retained[node] !== peer[node * 3 + 1]) differentSizes++;
    if (node !== graph.root && tree.parent(node) !== peer[node * 3 + 2]) differentDominators++;
  }
  return {
    sizes: differentSizes,
    dominators: differentDominators,
    unretained: graph.nodeCount - tree.order.length,
  };
}

/** memlab does not know the key's half of a pair from the table's: both retain, so their common dominator does. */
function addTableEdges({ graph, bits }: Heap): void {
  for (let edge = 0; edge < graph.edgeCount; edge++) {
    if (isEphemeronFromTable(graph, edge)) bits[edge >>> 5] |= 1 << (edge & 31);
  }
}

/**
 * DevTools give the size of an array, a hidden node or an external string that one node alone leads to, to that node.
 * @throws when its sizes changed in any other way
 */
function moveSizes({ graph, sizes, peer }: Heap): void {
  let moved = 0;
  for (let node = 0; node < graph.nodeCount; node++) {
    const size = peer[node * 3];
    const isOwned =
      ["array", "hidden"].includes(graph.typeOf(node)) || graph.nameOf(node) === "system / ExternalStringData";
    if (size < sizes[node] && !(isOwned && size === 0)) throw new Error(`node ${node} lost a part of its size`);
    moved += size - sizes[node];
    sizes[node] = size;
  }
  if (moved !== 0) throw new Error(`sizes moved to owners do not add up: ${moved} bytes`);
}

function isMemlabStart({ graph }: Heap, edge: number): boolean {
  return (
    graph.edgeTypes[edge] !== graph.edgeKinds.shortcut && graph.nameOf(graph.edgeTo(edge)) !== "(Document DOM trees)"
  );
}

function isPageStart({ graph }: Heap, edge: number): boolean {
  return (
    graph.edgeTypes[edge] === graph.edgeKinds.shortcut || graph.nameOf(graph.edgeTo(edge)) === "(Document DOM trees)"
  );
}

/** What the root's chosen edges lead to, over all that is not weak. */
function reached(heap: Heap, isStart: (heap: Heap, edge: number) => boolean): Uint8Array {
  const { graph } = heap;
  const marks = new Uint8Array(graph.nodeCount);
  const stack: number[] = [];
  const visit = (edge: number): void => {
    const node = graph.edgeTargets[edge];
    if (marks[node] === 1) return;
    marks[node] = 1;
    stack.push(node);
  };
  for (let edge = graph.firstEdge(graph.root); edge < graph.endEdge(graph.root); edge++) {
    if (isStart(heap, edge)) visit(edge);
  }
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    for (let edge = graph.firstEdge(node); edge < graph.endEdge(node); edge++) {
      if (graph.edgeTypes[edge] !== graph.edgeKinds.weak) visit(edge);
    }
  }
  return marks;
}

/** Edges from outside into the marked nodes retain no more; those of the root do. */
function cutEdgesInto({ graph, bits }: Heap, marks: Uint8Array): void {
  for (let node = 0; node < graph.nodeCount; node++) {
    if (marks[node] === 1 || node === graph.root) continue;
    for (let edge = graph.firstEdge(node); edge < graph.endEdge(node); edge++) {
      if (marks[graph.edgeTargets[edge]] === 1) bits[edge >>> 5] &= ~(1 << (edge & 31));
    }
  }
}

/** Makes a graph in which the root has an edge to each node that no edge keeps. */
function hangUnretained(heap: Heap): void {
  const { graph, bits } = heap;
  const isKept = new Uint8Array(graph.nodeCount);
  isKept[graph.root] = 1;
  const retains = (edge: number): boolean => ((bits[edge >>> 5] >>> (edge & 31)) & 1) === 1;
  for (let edge = 0; edge < graph.edgeCount; edge++) if (retains(edge)) isKept[graph.edgeTargets[edge]] = 1;
  const hung = Uint32Array.from(isKept.keys()).filter((node) => isKept[node] === 0);

  const start = graph.endEdge(graph.root);
  const edgeCount = graph.edgeCount + hung.length;
  const edgeTargets = new Uint32Array(edgeCount);
  edgeTargets.set(graph.edgeTargets.subarray(0, start));
  edgeTargets.set(hung, start);
  edgeTargets.set(graph.edgeTargets.subarray(start), start + hung.length);
  // Names and types of edges say no more than what the bits do.
  const { root, extraNativeBytes, nodeTypes, nodeNames, nodeIds, selfSizes, strings, locations } = graph;
  heap.graph = new HeapGraph({
    root,
    extraNativeBytes,
    nodeTypes,
    nodeNames,
    nodeIds,
    selfSizes,
    strings,
    locations,
    nodeTypeNames: [],
    edgeTypeNames: [],
    detachedness: new Uint8Array(0),
    firstEdges: graph.firstEdges.map((edge, node) => (node > graph.root ? edge + hung.length : edge)),
    edgeTypes: new Uint8Array(edgeCount),
    edgeNamesOrIndexes: new Uint32Array(edgeCount),
    edgeTargets,
  });
  heap.bits = retentionOf(heap.graph).bits.fill(0);
  for (let edge = 0; edge < edgeCount; edge++) {
    const isNew = edge >= start && edge < start + hung.length;
    if (isNew || retains(edge < start ? edge : edge - hung.length)) heap.bits[edge >>> 5] |= 1 << (edge & 31);
  }
}
