/** Source place ↔ heap node: the closures of a script and the contexts that hold their variables. */
import type { HeapGraph } from "./graph.js";
import { closuresByScript, scopesOf } from "./scripts.js";

export interface PlacedClosure {
  readonly node: number;
  /** V8's object id: what was born earlier has the smaller one. */
  readonly id: number;
  readonly name: string;
  /** From 0; the place of the parameter list, or of the `class` keyword. */
  readonly line: number;
  readonly column: number;
}

/** The closures that were made from a script's functions and classes, oldest first. */
export function closuresOfScript(graph: HeapGraph, scriptId: number): PlacedClosure[] {
  const closures: PlacedClosure[] = [];
  for (const node of closuresByScript(graph).get(scriptId) ?? []) {
    const place = graph.location(node);
    if (place === undefined) continue;
    closures.push({ node, id: graph.idOf(node), name: graph.nameOf(node), line: place.line, column: place.column });
  }
  return closures.sort((left, right) => left.id - right.id);
}

/**
 * The context that holds a variable a closure sees: the innermost or the outermost of that name, −1 if none is named
 * so. V8 names the variables of function and module scopes only, not those of blocks.
 */
export function contextHolding(
  graph: HeapGraph,
  closure: number,
  variable: string,
  pick: "innermost" | "outermost",
): number {
  let found = -1;
  for (const context of scopesOf(graph, closure)) {
    if (!holds(graph, context, variable)) continue;
    found = context;
    if (pick === "innermost") break;
  }
  return found;
}

function holds(graph: HeapGraph, context: number, variable: string): boolean {
  for (let edge = graph.firstEdge(context); edge < graph.endEdge(context); edge++) {
    if (graph.edgeTypes[edge] === graph.edgeKinds.context && graph.edgeName(edge) === variable) return true;
  }
  return false;
}
