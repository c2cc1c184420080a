/**
 * Variables of modules that a loader wraps in a function with a block, as Vitest does. V8 names the slots of a function's
 * context, but not those of a block's, so their names have to come from elsewhere.
 */
import type { HeapGraph } from "./graph.js";
import { isNativeContext, scopesOf } from "./scripts.js";
import { isVisible } from "./visible.js";

/** A context without names, and a closure that sees its variables. */
export interface BlockScope {
  readonly context: number;
  readonly closure: number;
}

/** The contexts without names in which modules keep their variables: the outermost two of their closures' scopes. */
export function blockScopesOf(graph: HeapGraph, scriptIds: Iterable<number>): BlockScope[] {
  const found = new Map<number, number>();
  for (const scriptId of scriptIds) {
    for (const closure of graph.nodesAtScript(scriptId)) {
      if (graph.nodeTypes[closure] !== graph.types.closure) continue;
      const contexts = [...scopesOf(graph, closure)].filter((context) => !isNativeContext(graph, context));
      for (const context of contexts.slice(-2)) {
        if (!found.has(context) && unnamedSlots(graph, context).length > 0) found.set(context, closure);
      }
    }
  }
  return [...found].map(([context, closure]) => ({ context, closure }));
}

/** Whether an edge is a variable whose name the snapshot does not have. */
export function isUnnamedVariable(graph: HeapGraph, edge: number): boolean {
  return graph.edgeTypes[edge] === graph.edgeKinds.hidden && graph.nameOf(graph.edgeFrom(edge)) === "system / Context";
}

/** Edges from a context to values that are in slots without a name. */
export function unnamedSlots(graph: HeapGraph, context: number): number[] {
  const slots: number[] = [];
  for (let edge = graph.firstEdge(context); edge < graph.endEdge(context); edge++) {
    if (isUnnamedVariable(graph, edge) && isVisible(graph, graph.edgeTo(edge))) slots.push(edge);
  }
  return slots;
}

/** Makes the edge from a slot that of the variable; its name must be one of the snapshot's texts, as names in code are. */
export function nameSlot(graph: HeapGraph, edge: number, name: string): void {
  const [index] = graph.strings.indexesOf(name);
  if (index === undefined) return;
  graph.edgeTypes[edge] = graph.edgeKinds.context;
  graph.edgeNamesOrIndexes[edge] = index;
}
