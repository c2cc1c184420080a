import type { WideColumn } from "./columns.js";
import type { LocationTable, ScriptLocation } from "./locations.js";
import type { StringTable } from "./strings.js";
import {
  edgeTypeCodes,
  nodeTypeCodes,
  type EdgeType,
  type EdgeTypeCodes,
  type NodeType,
  type NodeTypeCodes,
} from "./types.js";

/** No node or no edge, in every Uint32Array of the engine. */
export const NONE = 0xffffffff;

/** So many searches through all ids take less time than an index of them. */
const MOST_ID_SEARCHES = 16;

export interface GraphColumns {
  readonly root: number;
  readonly extraNativeBytes: number;
  readonly nodeTypeNames: readonly string[];
  readonly edgeTypeNames: readonly string[];
  readonly nodeTypes: Uint8Array;
  readonly nodeNames: Uint32Array;
  readonly nodeIds: WideColumn;
  readonly selfSizes: WideColumn;
  /** Empty when the snapshot has no such field. */
  readonly detachedness: Uint8Array;
  readonly firstEdges: Uint32Array;
  readonly edgeTypes: Uint8Array;
  readonly edgeNamesOrIndexes: Uint32Array;
  readonly edgeTargets: Uint32Array;
  readonly strings: StringTable;
  readonly locations: LocationTable;
}

/**
 * A heap as typed arrays. Nodes are 0 to nodeCount − 1 and edges 0 to edgeCount − 1, both in the order of the file;
 * the edges of node n are firstEdges[n] to firstEdges[n + 1] − 1. Every index is checked by the parser, so loops need
 * no bounds of their own. Methods answer one question about one node or edge; hot loops read the arrays.
 *
 * Cost: 18 bytes a node (26 when ids or sizes pass 2^32), 9 bytes an edge. Built when first asked for: retainers
 * (4 bytes an edge), `edgeSources` (4 bytes an edge), the id index (8 to 16 bytes a node).
 */
export class HeapGraph {
  readonly nodeCount: number;
  readonly edgeCount: number;
  readonly root: number;
  /** Bytes outside the heap that belong to no node. */
  readonly extraNativeBytes: number;
  readonly strings: StringTable;
  readonly locations: LocationTable;

  /** Type code of each node; see `types`. */
  readonly nodeTypes: Uint8Array;
  /** String index of each node's name. */
  readonly nodeNames: Uint32Array;
  /** V8's object ids: stable across snapshots of one process; odd for JavaScript objects, even for the embedder's. */
  readonly nodeIds: WideColumn;
  /** Shallow size of each node in bytes. */
  readonly selfSizes: WideColumn;
  readonly firstEdges: Uint32Array;
  /** Type code of each edge; see `edgeKinds`. */
  readonly edgeTypes: Uint8Array;
  /** String index of each edge's name; for element and hidden edges the number itself. */
  readonly edgeNamesOrIndexes: Uint32Array;
  /** Node each edge points to. */
  readonly edgeTargets: Uint32Array;

  /** Codes of the node types, as in `graph.nodeTypes[n] === graph.types.closure`. */
  readonly types: NodeTypeCodes;
  /** Codes of the edge types, as in `graph.edgeTypes[e] === graph.edgeKinds.weak`. */
  readonly edgeKinds: EdgeTypeCodes;

  readonly #nodeTypeNames: readonly string[];
  readonly #edgeTypeNames: readonly string[];
  readonly #detachedness: Uint8Array;
  #retainers: { readonly first: Uint32Array; readonly edges: Uint32Array } | undefined;
  #edgeSources: Uint32Array | undefined;
  #nodeSlots: Uint32Array | undefined;
  #idSearches = 0;
  // By text: 0 not looked at, 1 yes, 2 no.
  #systemNames: Uint8Array | undefined;

  constructor(columns: GraphColumns) {
    this.nodeCount = columns.nodeTypes.length;
    this.edgeCount = columns.edgeTypes.length;
    this.root = columns.root;
    this.extraNativeBytes = columns.extraNativeBytes;
    this.strings = columns.strings;
    this.locations = columns.locations;
    this.nodeTypes = columns.nodeTypes;
    this.nodeNames = columns.nodeNames;
    this.nodeIds = columns.nodeIds;
    this.selfSizes = columns.selfSizes;
    this.firstEdges = columns.firstEdges;
    this.edgeTypes = columns.edgeTypes;
    this.edgeNamesOrIndexes = columns.edgeNamesOrIndexes;
    this.edgeTargets = columns.edgeTargets;
    this.types = nodeTypeCodes(columns.nodeTypeNames);
    this.edgeKinds = edgeTypeCodes(columns.edgeTypeNames);
    this.#nodeTypeNames = columns.nodeTypeNames;
    this.#edgeTypeNames = columns.edgeTypeNames;
    this.#detachedness = columns.detachedness;
  }

  typeOf(node: number): NodeType {
    return this.#nodeTypeNames[this.nodeTypes[node]];
  }

  /** For objects the constructor's name, for closures their own, for strings their text. */
  nameOf(node: number): string {
    return this.strings.get(this.nodeNames[node]);
  }

  /** Whether the name is one that V8 gives its own nodes: `system / Context`. Looked at once for each text. */
  hasSystemName(node: number): boolean {
    const name = this.nodeNames[node];
    const known = (this.#systemNames ??= new Uint8Array(this.strings.length));
    if (known[name] === 0) known[name] = this.strings.get(name).startsWith("system / ") ? 1 : 2;
    return known[name] === 1;
  }

  nameIndex(node: number): number {
    return this.nodeNames[node];
  }

  idOf(node: number): number {
    return this.nodeIds[node];
  }

  /** Shallow size in bytes. */
  selfSize(node: number): number {
    return this.selfSizes[node];
  }

  /** V8's DOM state of the node: 0 unknown, 1 attached, 2 detached. */
  detachedness(node: number): number {
    return this.#detachedness.length === 0 ? 0 : this.#detachedness[node];
  }

  /** Whether the node lies in V8's own heap: the embedder's nodes have even ids, and roots are synthetic. */
  isJavaScript(node: number): boolean {
    return this.nodeIds[node] % 2 === 1 && this.nodeTypes[node] !== this.types.synthetic;
  }

  /**
   * Whether the node is one of V8's own: a table, a cell, a scope. They are `hidden`, and where internals are exposed
   * (Node 26 when asked for, Chrome 150 always) `native`, as the embedder's nodes are, whose ids are even.
   */
  isHidden(node: number): boolean {
    const type = this.nodeTypes[node];
    return type === this.types.hidden || (type === this.types.native && this.nodeIds[node] % 2 === 1);
  }

  /** The first node with this object id, −1 if it is not in the snapshot. All ids are indexed once many are asked for. */
  nodeOfId(id: number): number {
    if (this.#nodeSlots === undefined && this.#idSearches < MOST_ID_SEARCHES) {
      this.#idSearches++;
      return this.nodeIds.indexOf(id);
    }
    const slots = (this.#nodeSlots ??= this.#indexIds());
    const mask = slots.length - 1;
    for (let slot = idHash(id) & mask; slots[slot] !== NONE; slot = (slot + 1) & mask) {
      if (this.nodeIds[slots[slot]] === id) return slots[slot];
    }
    return -1;
  }

  /** Where the node's function, or its constructor, is written. */
  location(node: number): ScriptLocation | undefined {
    return this.locations.get(node);
  }

  /** The nodes located in a script, ascending. */
  nodesAtScript(scriptId: number): Uint32Array {
    return this.locations.nodesAtScript(scriptId);
  }

  /**
   * The root's shortcuts: the global objects of the user's contexts (a `NativeContext` on Node 26). Chrome 150
   * writes none: there every `NativeContext`, a `native` node, is one.
   */
  userRoots(): number[] {
    const nodes = new Set<number>();
    for (let edge = this.firstEdge(this.root); edge < this.endEdge(this.root); edge++) {
      if (this.edgeTypes[edge] === this.edgeKinds.shortcut) nodes.add(this.edgeTargets[edge]);
    }
    if (nodes.size > 0) return [...nodes];
    for (let node = 0; node < this.nodeCount; node++) {
      if (this.nodeTypes[node] !== this.types.native || !this.isHidden(node)) continue;
      if (this.nameOf(node).startsWith("system / NativeContext")) nodes.add(node);
    }
    return [...nodes];
  }

  firstEdge(node: number): number {
    return this.firstEdges[node];
  }

  endEdge(node: number): number {
    return this.firstEdges[node + 1];
  }

  edgeType(edge: number): EdgeType {
    return this.#edgeTypeNames[this.edgeTypes[edge]];
  }

  /** Whether the edge carries a number (element, hidden) rather than a name. */
  isIndexed(edge: number): boolean {
    const type = this.edgeTypes[edge];
    return type === this.edgeKinds.element || type === this.edgeKinds.hidden;
  }

  /** The edge's name; for element and hidden edges the decimal number. */
  edgeName(edge: number): string {
    const nameOrIndex = this.edgeNamesOrIndexes[edge];
    return this.isIndexed(edge) ? String(nameOrIndex) : this.strings.get(nameOrIndex);
  }

  /** String index of the edge's name, −1 for element and hidden edges. */
  edgeNameIndex(edge: number): number {
    return this.isIndexed(edge) ? -1 : this.edgeNamesOrIndexes[edge];
  }

  /** Number of an element or hidden edge, −1 for the others. */
  edgeIndex(edge: number): number {
    return this.isIndexed(edge) ? this.edgeNamesOrIndexes[edge] : -1;
  }

  edgeTo(edge: number): number {
    return this.edgeTargets[edge];
  }

  /** The node an edge starts at. A binary search, unless `edgeSources` was built. */
  edgeFrom(edge: number): number {
    if (this.#edgeSources !== undefined) return this.#edgeSources[edge];
    let low = 0;
    let high = this.nodeCount - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.firstEdges[middle] <= edge) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The node each edge starts at, for walks against the edges over the whole heap. Built on first use. */
  get edgeSources(): Uint32Array {
    if (this.#edgeSources !== undefined) return this.#edgeSources;
    const sources = new Uint32Array(this.edgeCount);
    for (let node = 0; node < this.nodeCount; node++) {
      sources.fill(node, this.firstEdges[node], this.firstEdges[node + 1]);
    }
    return (this.#edgeSources = sources);
  }

  /** The edges that point to a node, ascending, of every type (see `Retention` for those that keep it alive). */
  retainers(node: number): Uint32Array {
    const { first, edges } = (this.#retainers ??= this.#reverse());
    return edges.subarray(first[node], first[node + 1]);
  }

  /** Counting sort of the edges by target: two passes over the edges. */
  #reverse(): { first: Uint32Array; edges: Uint32Array } {
    const { edgeTargets, edgeCount, nodeCount } = this;
    const first = new Uint32Array(nodeCount + 1);
    for (let edge = 0; edge < edgeCount; edge++) first[edgeTargets[edge]]++;
    let total = 0;
    for (let node = 0; node <= nodeCount; node++) first[node] = total += first[node];
    // first[n] is now the end of n's range; filling from the last edge moves each end down to its start.
    const edges = new Uint32Array(edgeCount);
    for (let edge = edgeCount - 1; edge >= 0; edge--) edges[--first[edgeTargets[edge]]] = edge;
    return { first, edges };
  }

  /** Open addressing with linear probing, at most half full. An id that comes again takes no slot of its own. */
  #indexIds(): Uint32Array {
    const slots = new Uint32Array(2 ** Math.ceil(Math.log2(this.nodeCount * 2 + 1))).fill(NONE);
    const mask = slots.length - 1;
    for (let node = 0; node < this.nodeCount; node++) {
      const id = this.nodeIds[node];
      let slot = idHash(id) & mask;
      while (slots[slot] !== NONE && this.nodeIds[slots[slot]] !== id) slot = (slot + 1) & mask;
      if (slots[slot] === NONE) slots[slot] = node;
    }
    return slots;
  }
}

/** V8 gives ids out in steps of 2: the shift brings high bits down so that even slots are used as well. */
function idHash(id: number): number {
  const hash = Math.imul(id ^ (id / 0x1_0000_0000), 0x9e3779b1);
  return hash ^ (hash >>> 15);
}
