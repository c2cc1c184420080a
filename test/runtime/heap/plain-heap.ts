/**
 * The slow, plain reference of the engine: a heap as lists of objects, the rules of retention as one predicate, and
 * dominators by taking each node away. It shares no code with runtime/heap/.
 */
import type { SnapshotJson } from "./snapshot-builder.js";

export interface PlainEdge {
  readonly type: string;
  /** The number of an element or hidden edge, the name of any other. */
  readonly nameOrIndex: string | number;
  readonly to: number;
}

export interface PlainNode {
  readonly type: string;
  readonly name: string;
  readonly id: number;
  readonly size: number;
  readonly detachedness: number;
  readonly location: { readonly scriptId: number; readonly line: number; readonly column: number } | undefined;
  readonly edges: readonly PlainEdge[];
}

export interface PlainHeap {
  readonly root: number;
  readonly nodes: readonly PlainNode[];
}

/** A snapshot file read with JSON.parse, by its own meta. */
export function plainHeapOf(json: SnapshotJson): PlainHeap {
  const { node_fields, node_types, edge_fields, edge_types, location_fields } = json.snapshot.meta;
  const nodeTypes = node_types[node_fields.indexOf("type")];
  const edgeTypes = edge_types[edge_fields.indexOf("type")];
  const value = (list: readonly number[], fields: readonly string[], record: number, field: string): number =>
    fields.includes(field) ? list[record * fields.length + fields.indexOf(field)] : 0;
  // Only the first type of a name is known by it.
  const [element, hidden] = ["element", "hidden"].map((name) => edgeTypes.indexOf(name));
  const locations = new Map<number, PlainNode["location"]>();
  const located = location_fields === undefined ? 0 : (json.locations ?? []).length / location_fields.length;
  for (let record = 0; record < located; record++) {
    const of = (field: string): number => value(json.locations, location_fields, record, field);
    const node = of("object_index") / node_fields.length;
    if (locations.has(node)) continue;
    // V8 writes what is below zero as a number of 32 bits without sign.
    locations.set(node, { scriptId: of("script_id") | 0, line: of("line") | 0, column: of("column") | 0 });
  }
  let edge = 0;
  const edgeOf = (record: number): PlainEdge => {
    const type = value(json.edges, edge_fields, record, "type");
    const nameOrIndex = value(json.edges, edge_fields, record, "name_or_index");
    return {
      type: edgeTypes[type],
      nameOrIndex: type === element || type === hidden ? nameOrIndex : json.strings[nameOrIndex],
      to: value(json.edges, edge_fields, record, "to_node") / node_fields.length,
    };
  };
  const nodes = Array.from({ length: json.nodes.length / node_fields.length }, (_, node): PlainNode => {
    const of = (field: string): number => value(json.nodes, node_fields, node, field);
    return {
      type: nodeTypes[of("type")],
      name: json.strings[of("name")],
      id: of("id"),
      size: of("self_size"),
      detachedness: of("detachedness"),
      location: locations.get(node),
      edges: Array.from({ length: of("edge_count") }, () => edgeOf(edge++)),
    };
  });
  return { root: (json.snapshot.root_index ?? 0) / node_fields.length, nodes };
}

/** `N / part of key (…) -> value (…) pair in WeakMap (table @id)`; both texts in brackets may hold anything. */
const WEAK_MAP_PAIR = /^\d+ \/ part of key \(.* pair in WeakMap \(table @(\d+)\)$/s;

/** Whether an edge keeps its target alive, as DESIGN and the notes say it in words. */
export function isRetaining(heap: PlainHeap, node: number, edge: PlainEdge): boolean {
  if (edge.type === "weak" || edge.to === node) return false;
  if (edge.type === "shortcut") return node === heap.root;
  if (edge.type !== "internal") return true;
  const table = WEAK_MAP_PAIR.exec(String(edge.nameOrIndex))?.[1];
  return table === undefined || Number(table) !== heap.nodes[node].id;
}

/** Targets of the retaining edges of each node. */
export function retainedTargets(heap: PlainHeap): number[][] {
  return heap.nodes.map(({ edges }, node) => edges.filter((edge) => isRetaining(heap, node, edge)).map(({ to }) => to));
}

/** Edges on the shortest retaining path from the root to each node; −1 where there is none. */
export function plainDistances(heap: PlainHeap, targets = retainedTargets(heap)): number[] {
  const distances = heap.nodes.map(() => -1);
  distances[heap.root] = 0;
  let front = [heap.root];
  for (let distance = 1; front.length > 0; distance++) {
    const next: number[] = [];
    for (const node of front) {
      for (const target of targets[node]) {
        if (distances[target] >= 0) continue;
        distances[target] = distance;
        next.push(target);
      }
    }
    front = next;
  }
  return distances;
}

/** Which nodes the root retains once a node is taken away; −1 takes none away. */
export function plainlyReachable(heap: PlainHeap, removed: number, targets: readonly number[][]): Uint8Array {
  const seen = new Uint8Array(heap.nodes.length);
  if (removed === heap.root) return seen;
  const stack = [heap.root];
  seen[heap.root] = 1;
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    for (const target of targets[node]) {
      if (target === removed || seen[target] === 1) continue;
      seen[target] = 1;
      stack.push(target);
    }
  }
  return seen;
}

/** The definition: what is out of reach once the node is taken away, and was not before. Includes the node. */
export function plainlyDominated(
  heap: PlainHeap,
  removed: number,
  targets: readonly number[][],
  reachable: Uint8Array,
): number[] {
  const left = plainlyReachable(heap, removed, targets);
  const dominated: number[] = [];
  for (let node = 0; node < left.length; node++) if (reachable[node] === 1 && left[node] === 0) dominated.push(node);
  return dominated;
}
