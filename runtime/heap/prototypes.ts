import type { HeapGraph } from "./graph.js";

const known = new WeakMap<HeapGraph, ReadonlyMap<number, string>>();

/**
 * The prototypes of functions and classes, each with the name of its constructor. V8 takes that of a subclass for an
 * instance of the class above, which it is not to those who count. One pass over the edges of closures.
 */
export function prototypesOf(graph: HeapGraph): ReadonlyMap<number, string> {
  let prototypes = known.get(graph);
  if (prototypes === undefined) known.set(graph, (prototypes = findPrototypes(graph)));
  return prototypes;
}

function findPrototypes(graph: HeapGraph): Map<number, string> {
  const prototype = new Set(graph.strings.indexesOf("prototype"));
  const constructor = new Set(graph.strings.indexesOf("constructor"));
  const found = new Map<number, string>();
  const propertyTo = (node: number, names: ReadonlySet<number>): number => {
    for (let edge = graph.firstEdge(node), end = graph.endEdge(node); edge < end; edge++) {
      if (graph.edgeTypes[edge] === graph.edgeKinds.property && names.has(graph.edgeNamesOrIndexes[edge]))
        return graph.edgeTargets[edge];
    }
    return -1;
  };
  for (let node = 0; node < graph.nodeCount; node++) {
    if (graph.nodeTypes[node] !== graph.types.closure) continue;
    const target = propertyTo(node, prototype);
    if (target >= 0 && propertyTo(target, constructor) === node) found.set(target, graph.nameOf(node));
  }
  return found;
}
