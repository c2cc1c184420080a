import type { HeapGraph } from "./graph.js";

/**
 * The one place that says which edges keep their target alive, for dominators, distances and paths alike:
 * - weak edges never do;
 * - shortcut edges do only from the root, where they mark the user's global objects;
 * - an edge from a node to itself does not;
 * - a value in a WeakMap is kept by its key *and* the table. V8 writes one edge from each; the table's is dropped here
 *   (as Chrome DevTools does), so that the value counts to its key: losing either frees it, and the key is the one
 *   that users can lose. `isEphemeronFromTable` lets an explanation name the table as well.
 *
 * WeakMap edges are known by their name, each name read once.
 */
export class Retention {
  readonly #graph: HeapGraph;
  readonly #tables: EphemeronNames;
  #bits: Uint32Array | undefined;

  constructor(graph: HeapGraph) {
    this.#graph = graph;
    this.#tables = new EphemeronNames(graph);
  }

  /**
   * Bit e & 31 of bits[e >>> 5] is set when edge e retains: for questions that look at all edges, some more than once.
   * Built on first use. Cost: one pass over the edges, one bit an edge.
   */
  get bits(): Uint32Array {
    return (this.#bits ??= this.#compute());
  }

  #compute(): Uint32Array {
    const { firstEdges, nodeCount, edgeCount } = this.#graph;
    const bits = new Uint32Array(Math.ceil(edgeCount / 32));
    for (let node = 0, edge = 0; node < nodeCount; node++) {
      for (const end = firstEdges[node + 1]; edge < end; edge++) {
        if (this.retainsFrom(node, edge)) bits[edge >>> 5] |= 1 << (edge & 31);
      }
    }
    return bits;
  }

  /** Whether the edge keeps its target alive, told by the node that it starts at, without a look at other edges. */
  retainsFrom(node: number, edge: number): boolean {
    const graph = this.#graph;
    const type = graph.edgeTypes[edge];
    const { weak, shortcut, internal } = graph.edgeKinds;
    if (type === weak || graph.edgeTargets[edge] === node || (type === shortcut && node !== graph.root)) return false;
    if (type !== internal) return true;
    const name = graph.edgeNamesOrIndexes[edge];
    return !this.#tables.isWrittenFor(name) || this.#tables.tableIdIn(name) !== graph.idOf(node);
  }

  /** Whether the edge keeps its target alive. */
  retains(edge: number): boolean {
    return ((this.bits[edge >>> 5] >>> (edge & 31)) & 1) === 1;
  }
}

const computed = new WeakMap<HeapGraph, Retention>();

/** The retention of a graph, computed once. */
export function retentionOf(graph: HeapGraph): Retention {
  let retention = computed.get(graph);
  if (retention === undefined) {
    retention = new Retention(graph);
    computed.set(graph, retention);
  }
  return retention;
}

/** Whether the edge is the table's half of a WeakMap pair: true, but not counted, retention. */
export function isEphemeronFromTable(graph: HeapGraph, edge: number): boolean {
  return ephemeronTableId(graph, edge) === graph.idOf(graph.edgeFrom(edge));
}

/** Whether the edge is the key's half of a WeakMap pair. */
export function isEphemeronFromKey(graph: HeapGraph, edge: number): boolean {
  const tableId = ephemeronTableId(graph, edge);
  return tableId >= 0 && tableId !== graph.idOf(graph.edgeFrom(edge));
}

/** The object id of the WeakMap table an edge belongs to, −1 if the edge is no half of a WeakMap pair. */
export function ephemeronTableId(graph: HeapGraph, edge: number): number {
  if (graph.edgeTypes[edge] !== graph.edgeKinds.internal) return -1;
  return new EphemeronNames(graph).tableIdIn(graph.edgeNamesOrIndexes[edge]);
}

const MIDDLE = Buffer.from(" / part of key (");
const TAIL = Buffer.from(" pair in WeakMap (table @");
const BACKSLASH = 0x5c;
const UNKNOWN = 0;
const YES = 1;
const NO = 2;

/**
 * Reads `N / part of key (K @id) -> value (V @id) pair in WeakMap (table @id)` without decoding. K and V are the
 * user's text and may hold anything, so the name is read from both ends.
 */
class EphemeronNames {
  readonly #graph: HeapGraph;
  // One byte a string: most edge names recur thousands of times.
  #answers: Uint8Array | undefined;

  constructor(graph: HeapGraph) {
    this.#graph = graph;
  }

  isWrittenFor(name: number): boolean {
    const answers = (this.#answers ??= new Uint8Array(this.#graph.strings.length));
    if (answers[name] === UNKNOWN) answers[name] = this.tableIdIn(name) >= 0 ? YES : NO;
    return answers[name] === YES;
  }

  tableIdIn(name: number): number {
    const { strings } = this.#graph;
    const length = strings.byteLength(name);
    if (length < MIDDLE.length + TAIL.length + 3) return -1;
    const first = strings.byteAt(name, 0);
    if (!isDigit(first) && first !== BACKSLASH) return -1;
    // V8 escapes only what it must, but any part of the name may be escaped in a file that another program has written.
    if (this.#holdsEscape(name)) return tableIdInText(strings.get(name));
    if (strings.byteAt(name, length - 1) !== 0x29) return -1;
    let at = length - 2;
    let tableId = 0;
    for (let unit = 1; at >= 0 && isDigit(strings.byteAt(name, at)); at--, unit *= 10) {
      const digit = strings.byteAt(name, at) - 0x30;
      if (digit > 0) tableId += digit * unit;
    }
    if (tableId > Number.MAX_SAFE_INTEGER) return -1;
    if (at === length - 2 || !this.#holds(name, TAIL, at + 1 - TAIL.length)) return -1;
    let start = 0;
    while (start < at && isDigit(strings.byteAt(name, start))) start++;
    return start > 0 && this.#holds(name, MIDDLE, start) ? tableId : -1;
  }

  #holdsEscape(name: number): boolean {
    const { strings } = this.#graph;
    for (let at = 0, end = strings.byteLength(name); at < end; at++) {
      if (strings.byteAt(name, at) === BACKSLASH) return true;
    }
    return false;
  }

  #holds(name: number, text: Buffer, offset: number): boolean {
    if (offset < 0) return false;
    for (let index = 0; index < text.length; index++) {
      if (this.#graph.strings.byteAt(name, offset + index) !== text[index]) return false;
    }
    return true;
  }
}

function tableIdInText(text: string): number {
  const digits = /^\d+ \/ part of key \([^]* pair in WeakMap \(table @(\d+)\)$/.exec(text)?.[1];
  const tableId = digits === undefined ? -1 : Number(digits);
  return Number.isSafeInteger(tableId) ? tableId : -1;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
