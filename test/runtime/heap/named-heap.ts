/** Small heaps whose nodes have names of their own, so that edges need no indexes. */
import type { HeapGraph } from "../../../runtime/heap/index.js";
import { graphOf, type NodeSpec } from "./snapshot-builder.js";

export type NamedEdge = readonly [type: string, nameOrIndex: string | number, to: string];

export interface NamedNode extends Omit<NodeSpec, "edges"> {
  readonly edges?: readonly NamedEdge[];
}

export type NamedNodes = Readonly<Record<string, NamedNode>>;

export interface NamedHeap {
  readonly graph: HeapGraph;
  /** The node of a key. */
  readonly at: (key: string) => number;
  /** The edges of a walk along these nodes: the first that leads from one to the next. */
  readonly walk: (...keys: readonly string[]) => number[];
}

/** A node's key is its name where it has no other; the root comes before all of them. */
export function heapOf(nodes: NamedNodes, rootEdges: readonly NamedEdge[] = []): NamedHeap {
  const at = placesOf(nodes);
  const graph = graphOf(specsOf(nodes, rootEdges));
  const edgeBetween = (from: string, to: string): number => {
    for (let edge = graph.firstEdge(at(from)); edge < graph.endEdge(at(from)); edge++) {
      if (graph.edgeTo(edge) === at(to)) return edge;
    }
    throw new Error(`no edge from ${from} to ${to}`);
  };
  const walk = (...steps: readonly string[]): number[] =>
    steps.slice(1).map((to, index) => edgeBetween(steps[index], to));
  return { graph, at, walk };
}

/** The same nodes as rows of a snapshot. */
export function specsOf(nodes: NamedNodes, rootEdges: readonly NamedEdge[] = []): NodeSpec[] {
  const at = placesOf(nodes);
  const root: NamedNode = { type: "synthetic", name: "", edges: rootEdges };
  return [["(root)", root] as const, ...Object.entries(nodes)].map(([key, { edges = [], ...node }]) => ({
    name: key,
    ...node,
    edges: edges.map(([type, nameOrIndex, to]) => [type, nameOrIndex, at(to)] as const),
  }));
}

function placesOf(nodes: NamedNodes): (key: string) => number {
  const keys = ["(root)", ...Object.keys(nodes)];
  return (key) => {
    const index = keys.indexOf(key);
    if (index < 0) throw new Error(`no node ${key}`);
    return index;
  };
}

/** A closure of a script, with what V8 keeps of the script: three nodes, the closure's by the key given. */
export function closureOf(
  key: string,
  script: string,
  scriptId: number,
  edges: readonly NamedEdge[] = [],
  [line, column]: readonly [line: number, column: number] = [0, 0],
): NamedNodes {
  const [shared, source] = [`${key} shared`, `${key} script`];
  return {
    [key]: { type: "closure", location: [scriptId, line, column], edges: [["internal", "shared", shared], ...edges] },
    [shared]: { type: "code", edges: [["internal", "script", source]] },
    [source]: { type: "code", name: script },
  };
}

/** A number as V8 writes it: the value is a text that the number refers to. */
export function numberOf(key: string, value: number): NamedNodes {
  return {
    [key]: { type: "number", name: "smi number", edges: [["internal", "value", `${key} text`]] },
    [`${key} text`]: { type: "string", name: String(value) },
  };
}
