/**
 * The heap as the user wrote it: tables, elements, cells, contexts and boxed lists of V8 are looked through, so that
 * a Map's entry is a reference from the Map, and a closure's variable one from the closure.
 */
import type { HeapGraph } from "./graph.js";

export type ReferenceKind = "property" | "element" | "variable" | "entry" | "internal";

export interface VisibleReference {
  readonly kind: ReferenceKind;
  /** Property or variable name, index, or V8's name for an internal slot. */
  readonly name: string;
  readonly target: number;
}

const MAXIMUM_HIDDEN_DEPTH = 6;
const IGNORED_INTERNALS: ReadonlySet<string> = new Set([
  "map", "code", "shared", "feedback_cell", "scope_info", "previous", "native_context", "raw_outer_scope_info", "descriptors", "weak",
]);
const IGNORED_PROPERTIES: ReadonlySet<string> = new Set(["__proto__", "constructor"]);

/** References from a node to the next visible nodes, in the order of the snapshot. */
export function visibleReferences(graph: HeapGraph, node: number): VisibleReference[] {
  const found: VisibleReference[] = [];
  const seen = new Set<number>([node]);
  collect(graph, node, node, null, 0, seen, found);
  return found;
}

/** Whether a node is something the user made: an object, a function, a text. */
export function isVisible(graph: HeapGraph, node: number): boolean {
  const { types } = graph;
  switch (graph.nodeTypes[node]) {
    case types.object:
      return !graph.nameOf(node).startsWith("system / ");
    case types.closure:
    case types.regexp:
    case types.string:
    case types.concatenatedString:
    case types.slicedString:
    case types.symbol:
    case types.bigint:
      return true;
    default:
      return false;
  }
}

function collect(
  graph: HeapGraph,
  origin: number,
  node: number,
  through: { readonly kind: ReferenceKind; readonly name: string } | null,
  depth: number,
  seen: Set<number>,
  found: VisibleReference[],
): void {
  const isTable = graph.nodeTypes[node] === graph.types.array || graph.nodeTypes[node] === graph.types.hidden;
  for (let edge = graph.firstEdge(node); edge < graph.endEdge(node); edge++) {
    const type = graph.edgeTypes[edge];
    const { edgeKinds } = graph;
    if (type === edgeKinds.weak || type === edgeKinds.shortcut) continue;
    const name = graph.edgeName(edge);
    if (type === edgeKinds.internal && IGNORED_INTERNALS.has(name)) continue;
    if (type === edgeKinds.property && IGNORED_PROPERTIES.has(name)) continue;
    const target = graph.edgeTo(edge);
    if (seen.has(target)) continue;
    const here = through ?? referenceOf(type, name, graph, isTable && node !== origin);
    if (isVisible(graph, target)) {
      seen.add(target);
      found.push({ ...(here ?? { kind: "internal", name }), target });
    } else if (depth < MAXIMUM_HIDDEN_DEPTH && !isSharedMachinery(graph, target)) {
      seen.add(target);
      collect(graph, origin, target, passesThrough(here) ? null : here, depth + 1, seen, found);
    }
  }

  function passesThrough(reference: { readonly kind: ReferenceKind; readonly name: string } | null): boolean {
    return reference === null || (reference.kind === "internal" && /^(?:table|elements|properties|context|\d+)$/.test(reference.name));
  }
}

function referenceOf(
  type: number,
  name: string,
  graph: HeapGraph,
  isInTable: boolean,
): { readonly kind: ReferenceKind; readonly name: string } | null {
  const { edgeKinds } = graph;
  if (type === edgeKinds.property) return { kind: "property", name };
  if (type === edgeKinds.element) return { kind: "element", name };
  if (type === edgeKinds.context) return { kind: "variable", name };
  if (isInTable) return { kind: "entry", name };
  return { kind: "internal", name };
}

function isSharedMachinery(graph: HeapGraph, node: number): boolean {
  const type = graph.nodeTypes[node];
  if (type === graph.types.code || type === graph.types.objectShape || type === graph.types.synthetic) return true;
  const name = graph.nameOf(node);
  return name.startsWith("system / NativeContext") || name.startsWith("system / Map") || name === "system / ScopeInfo";
}
