/**
 * Names of variables that a snapshot leaves out: V8 writes those of functions' and modules' scopes, and none of a block's.
 * Test runners wrap each module in a block.
 */
import type { HeapGraph } from "./graph.js";

// eslint-disable-next-line leakproof/no-grow-only-registry -- one for each snapshot whose chains are shown
const known = new WeakMap<HeapGraph, Map<number, string>>();

/** Notes that a variable of some block holds the object of this id. */
export function nameVariable(graph: HeapGraph, id: number, name: string): void {
  const names = known.get(graph) ?? new Map<number, string>();
  known.set(graph, names);
  if (!names.has(id)) names.set(id, name);
}

/** Whether an edge is a variable of a block. */
export function isBlockVariable(graph: HeapGraph, edge: number): boolean {
  return graph.edgeTypes[edge] === graph.edgeKinds.hidden && graph.nameOf(graph.edgeFrom(edge)) === "system / Context";
}

/** The name of a block's variable; null where nobody has noted it. */
export function blockVariableName(graph: HeapGraph, edge: number): string | null {
  const names = known.get(graph);
  if (names === undefined || !isBlockVariable(graph, edge)) return null;
  return names.get(graph.idOf(graph.edgeTo(edge))) ?? null;
}
