/** Scripts in a snapshot: their names, whether they are the user's, and the contexts that hold their variables. */
import type { HeapGraph } from "./graph.js";

export interface HeapScript {
  readonly scriptId: number;
  /** As V8 knows it: a path, a `file:` URL, `node:internal/…`. */
  readonly name: string;
  /** Whether it belongs to Node itself. */
  readonly isInternal: boolean;
}

const known = new WeakMap<HeapGraph, ReadonlyMap<number, HeapScript>>();

/** The scripts that some closure in the snapshot was made from, by V8's id. Found once for a graph. */
export function scriptsOf(graph: HeapGraph): ReadonlyMap<number, HeapScript> {
  let scripts = known.get(graph);
  if (scripts === undefined) known.set(graph, (scripts = findScripts(graph)));
  return scripts;
}

function findScripts(graph: HeapGraph): Map<number, HeapScript> {
  const scripts = new Map<number, HeapScript>();
  for (const [scriptId, closures] of closuresByScript(graph)) {
    for (const node of closures) {
      const name = scriptNameOf(graph, node);
      if (name === null) continue;
      scripts.set(scriptId, { scriptId, name, isInternal: name.startsWith("node:") });
      break;
    }
  }
  return scripts;
}

const knownClosures = new WeakMap<HeapGraph, ReadonlyMap<number, readonly number[]>>();

/** The closures that were made from each script, ascending, by its id. Found once for a graph. */
export function closuresByScript(graph: HeapGraph): ReadonlyMap<number, readonly number[]> {
  let closures = knownClosures.get(graph);
  if (closures === undefined) knownClosures.set(graph, (closures = groupClosures(graph)));
  return closures;
}

/** One pass over the locations, most of which may be those of objects. */
function groupClosures(graph: HeapGraph): Map<number, number[]> {
  const { nodeTypes } = graph;
  const { closure } = graph.types;
  const { nodes, places } = graph.locations;
  const groups = new Map<number, number[]>();
  let scriptId = NaN;
  let group: number[] = [];
  for (let index = 0; index < nodes.length; index++) {
    // Neighbours are mostly of one script.
    if (places[index * 3] !== scriptId) {
      scriptId = places[index * 3];
      group = groups.get(scriptId) ?? [];
      if (group.length === 0) groups.set(scriptId, group);
    }
    if (nodeTypes[nodes[index]] === closure) group.push(nodes[index]);
  }
  return groups;
}

/** The name of the script a closure was made from; null where the snapshot does not tell. */
function scriptNameOf(graph: HeapGraph, closure: number): string | null {
  const shared = internalTarget(graph, closure, "shared");
  if (shared < 0) return null;
  // Before Node 22 one slot holds the script or, in a process whose coverage is counted, what leads on to it.
  const slot = Math.max(internalTarget(graph, shared, "script"), internalTarget(graph, shared, "script_or_debug_info"));
  const script = slot >= 0 && graph.nameOf(slot) === "system / DebugInfo" ? hiddenTarget(graph, slot, 1) : slot;
  const name = script < 0 ? "" : graph.nameOf(script);
  return name === "" || name.startsWith("system / ") ? null : name;
}

function hiddenTarget(graph: HeapGraph, node: number, index: number): number {
  for (let edge = graph.firstEdge(node); edge < graph.endEdge(node); edge++) {
    if (graph.edgeTypes[edge] === graph.edgeKinds.hidden && graph.edgeIndex(edge) === index) return graph.edgeTo(edge);
  }
  return -1;
}

/**
 * The outermost context of a closure's scopes, that of its module or script; −1 if it closes over nothing.
 * Node's `NativeContext`, in which all scripts run, does not count.
 */
export function moduleContextOf(graph: HeapGraph, closure: number): number {
  let found = -1;
  for (const context of scopesOf(graph, closure)) {
    if (isNativeContext(graph, context)) break;
    found = context;
  }
  return found;
}

/** The contexts of a closure's scopes, from the inside out. They end, even where a damaged snapshot makes them a ring. */
export function* scopesOf(graph: HeapGraph, closure: number): IterableIterator<number> {
  const seen = new Set<number>();
  let context = internalTarget(graph, closure, "context");
  for (; context >= 0 && !seen.has(context); context = internalTarget(graph, context, "previous")) {
    seen.add(context);
    yield context;
  }
}

export function isNativeContext(graph: HeapGraph, node: number): boolean {
  return graph.nameOf(node).startsWith("system / NativeContext");
}

/** The target of a node's internal slot of that name, −1 if it has none. */
export function internalTarget(graph: HeapGraph, node: number, name: string): number {
  for (let edge = graph.firstEdge(node); edge < graph.endEdge(node); edge++) {
    if (graph.edgeTypes[edge] === graph.edgeKinds.internal && graph.edgeName(edge) === name) return graph.edgeTo(edge);
  }
  return -1;
}

/** The target of a node's property of that name, −1 if it has none. */
export function propertyTarget(graph: HeapGraph, node: number, name: string): number {
  for (let edge = graph.firstEdge(node); edge < graph.endEdge(node); edge++) {
    if (graph.edgeTypes[edge] === graph.edgeKinds.property && graph.edgeName(edge) === name) return graph.edgeTo(edge);
  }
  return -1;
}
