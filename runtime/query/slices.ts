/** Small parts that keep something much larger: pieces of texts, and views of array buffers. */
import { internalTarget } from "../heap/index.js";
import { chainFromModule, type Chain } from "./chains.js";
import type { HeapObject } from "./heap-object.js";
import type { ObjectView } from "./object-view.js";

export interface RetainedSlice {
  /** The part. */
  readonly slice: HeapObject;
  /** Bytes of what it is a part of. */
  readonly parentSize: number;
  /** Parts of the same thing, this one included. */
  readonly parts: number;
  /** From a module to the part; null where none keeps it. */
  readonly chain: Chain | null;
}

/** What is a part of less than this is not worth a word, in bytes: Node cuts small buffers from pools of 8 KiB. */
const LEAST_PARENT = 32 * 1024;
/**
 * Parts of the largest things first, one for each thing that nobody keeps whole. How long a part is no snapshot tells:
 * V8 writes neither the text of a piece nor the length of a view.
 */
export function retainedSlices(view: ObjectView, limit: number): RetainedSlice[] {
  const found = [...textSlices(view), ...bufferViews(view)];
  return found
    .sort((left, right) => right.parentSize - left.parentSize)
    .slice(0, limit)
    .map(({ node, parentSize, parts }) => ({
      slice: view.describe(node),
      parentSize,
      parts,
      chain: chainFromModule(view, node),
    }));
}

interface Part {
  readonly node: number;
  readonly parentSize: number;
  readonly parts: number;
}

function textSlices(view: ObjectView): Part[] {
  const { graph } = view;
  const byParent = new Map<number, number[]>();
  for (let node = 0; node < graph.nodeCount; node++) {
    if (graph.nodeTypes[node] !== graph.types.slicedString) continue;
    const parent = internalTarget(graph, node, "parent");
    if (parent >= 0 && graph.selfSizes[parent] >= LEAST_PARENT) group(byParent, parent, node);
  }
  return [...byParent].flatMap(([parent, nodes]) => {
    // Whoever keeps the whole as well loses nothing by its parts.
    const isKeptWhole = graph.retainers(parent).length > nodes.length;
    return isKeptWhole ? [] : [{ node: nodes[0], parentSize: graph.selfSizes[parent], parts: nodes.length }];
  });
}

function bufferViews(view: ObjectView): Part[] {
  const { graph } = view;
  const found: Part[] = [];
  for (let buffer = 0; buffer < graph.nodeCount; buffer++) {
    if (graph.nodeTypes[buffer] !== graph.types.object || graph.nameOf(buffer) !== "ArrayBuffer") continue;
    const store = internalTarget(graph, buffer, "backing_store");
    if (store < 0 || graph.selfSizes[store] < LEAST_PARENT) continue;
    const retainers = [...graph.retainers(buffer)];
    const views = retainers.filter((edge) => graph.edgeName(edge) === "buffer").map((edge) => graph.edgeFrom(edge));
    if (views.length === 0 || views.length < retainers.length) continue;
    found.push({ node: views[0], parentSize: graph.selfSizes[store], parts: views.length });
  }
  return found;
}

function group(groups: Map<number, number[]>, key: number, node: number): void {
  const nodes = groups.get(key);
  if (nodes === undefined) groups.set(key, [node]);
  else nodes.push(node);
}
