/** A heap at a glance. */
import { scriptsOf } from "../heap/index.js";
import { largestObjects, type RetainedObject } from "./retained.js";
import type { ObjectView } from "./object-view.js";

export interface HeapSummary {
  readonly nodes: number;
  readonly edges: number;
  /** Bytes of all nodes, and outside of V8's heap those of none. */
  readonly size: number;
  readonly outsideHeap: number;
  /** What the bytes are: each of V8's types of nodes, the largest first. */
  readonly types: readonly { readonly type: string; readonly count: number; readonly size: number }[];
  /** Modules of the user's, and scripts in all. */
  readonly modules: number;
  readonly scripts: number;
  /** Elements that are in no document. */
  readonly detached: number;
  readonly largest: readonly RetainedObject[];
}

const MOST_LARGEST = 10;

export function summarize(view: ObjectView): HeapSummary {
  const { graph } = view;
  const types = new Map<string, { count: number; size: number }>();
  let size = 0;
  let detached = 0;
  for (let node = 0; node < graph.nodeCount; node++) {
    const type = graph.typeOf(node);
    const sums = types.get(type) ?? { count: 0, size: 0 };
    sums.count++;
    sums.size += graph.selfSizes[node];
    types.set(type, sums);
    size += graph.selfSizes[node];
    if (view.isDetached(node)) detached++;
  }
  return {
    nodes: graph.nodeCount,
    edges: graph.edgeCount,
    size,
    outsideHeap: graph.extraNativeBytes,
    types: [...types]
      .map(([type, sums]) => ({ type, ...sums }))
      .sort((left, right) => right.size - left.size || right.count - left.count),
    modules: view.modules().length,
    scripts: scriptsOf(graph).size,
    detached,
    largest: largestObjects(view, MOST_LARGEST),
  };
}
