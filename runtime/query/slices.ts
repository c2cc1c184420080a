/** Small parts that keep something much larger: pieces of texts, and views of array buffers. */
import { chainFromModule, type Chain } from "./chains.js";
import type { HeapObject } from "./heap-object.js";
import type { ObjectView } from "./object-view.js";

export interface RetainedSlice {
  /** The part. */
  readonly slice: HeapObject;
  /** Characters of a piece of text, as far as V8 writes them; null for views, whose length no snapshot tells. */
  readonly length: number | null;
  /** Bytes of what it is a part of. */
  readonly parentSize: number;
  /** Parts of the same thing, this one included. */
  readonly parts: number;
  /** From a module to the part; null where none keeps it. */
  readonly chain: Chain | null;
}

/** What is a part of less than this is not worth a word, in bytes: Node cuts small buffers from pools of 8 KiB. */
const LEAST_PARENT = 32 * 1024;
/** A text is at least so many times longer than the piece of it. */
const MUCH_LARGER = 8;

/** Parts of the largest things first, one for each thing. */
export function retainedSlices(view: ObjectView, limit: number): RetainedSlice[] {
  const found = [...textSlices(view), ...bufferViews(view)];
  return found
    .sort((left, right) => right.parentSize - left.parentSize)
    .slice(0, limit)
    .map(({ node, length, parentSize, parts }) => ({
      slice: view.describe(node),
      length,
      parentSize,
      parts,
      chain: chainFromModule(view, node),
    }));
}

interface Part {
  readonly node: number;
  readonly length: number | null;
  readonly parentSize: number;
  readonly parts: number;
}

function textSlices(view: ObjectView): Part[] {
  const { graph } = view;
  const byParent = new Map<number, number[]>();
  for (let node = 0; node < graph.nodeCount; node++) {
    if (graph.nodeTypes[node] !== graph.types.slicedString) continue;
    const parent = targetOf(view, node, "parent");
    if (parent >= 0 && graph.selfSizes[parent] >= LEAST_PARENT) group(byParent, parent, node);
  }
  return [...byParent].flatMap(([parent, nodes]) => {
    const lengths = nodes.map((node) => graph.nameOf(node).length);
    const parentSize = graph.selfSizes[parent];
    // Whoever keeps the whole as well loses nothing by its parts.
    const isKeptWhole = graph.retainers(parent).length > nodes.length;
    const isMuchLarger = parentSize >= MUCH_LARGER * lengths.reduce((sum, length) => sum + length, 0);
    return isKeptWhole || !isMuchLarger
      ? []
      : [{ node: nodes[0], length: lengths[0], parentSize, parts: nodes.length }];
  });
}

function bufferViews(view: ObjectView): Part[] {
  const { graph } = view;
  const found: Part[] = [];
  for (let buffer = 0; buffer < graph.nodeCount; buffer++) {
    if (graph.nodeTypes[buffer] !== graph.types.object || graph.nameOf(buffer) !== "ArrayBuffer") continue;
    const store = targetOf(view, buffer, "backing_store");
    if (store < 0 || graph.selfSizes[store] < LEAST_PARENT) continue;
    const retainers = [...graph.retainers(buffer)];
    const views = retainers.filter((edge) => graph.edgeName(edge) === "buffer").map((edge) => graph.edgeFrom(edge));
    if (views.length === 0 || views.length < retainers.length) continue;
    found.push({ node: views[0], length: null, parentSize: graph.selfSizes[store], parts: views.length });
  }
  return found;
}

function targetOf({ graph }: ObjectView, node: number, name: string): number {
  for (let edge = graph.firstEdge(node); edge < graph.endEdge(node); edge++) {
    if (graph.edgeTypes[edge] === graph.edgeKinds.internal && graph.edgeName(edge) === name) return graph.edgeTo(edge);
  }
  return -1;
}

function group(groups: Map<number, number[]>, key: number, node: number): void {
  const nodes = groups.get(key);
  if (nodes === undefined) groups.set(key, [node]);
  else nodes.push(node);
}
