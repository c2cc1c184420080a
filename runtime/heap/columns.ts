import { SnapshotError } from "./error.js";
import type { RecordSink } from "./integers.js";
import type { EdgeFields, LocationFields, NodeFields, SnapshotMeta } from "./meta.js";

// Records become columns (one typed array a field) as they are read. Arrays are sized from the header's counts once a
// part of the records has come: an honest file is stored with next to no copying, and a header that lies cannot ask for
// memory that the file does not fill. Where it lies, or gives no count, arrays double up to the true size.

const MAX_UINT32 = 0xffffffff;
const MAX_BYTE = 0xff;
const MAX_INT32 = 0x7fffffff;
/** A header is believed this far, */
const MAX_FORESEEN = 1 << 16;
/** and then up to so many times what has come. */
const MAX_GROWTH = 16;
const UNKNOWN_COUNT = 1024;

/** 4 bytes a value until one passes 2^32, then 8. */
export type WideColumn = Uint32Array | Float64Array;

export class NodeColumns implements RecordSink {
  readonly stride: number;
  readonly isSigned = false;
  count = 0;
  types: Uint8Array;
  names: Uint32Array;
  ids: WideColumn;
  selfSizes: WideColumn;
  detachedness: Uint8Array;
  /** firstEdges[n] … firstEdges[n + 1]: the edges of node n, as V8 writes edges in node order. */
  firstEdges: Uint32Array;
  maxName = -1;
  readonly #fields: NodeFields;
  readonly #declared: number;
  readonly #typeCount: number;
  #edgeTotal = 0;

  constructor(meta: SnapshotMeta) {
    const capacity = Math.min(meta.nodeCount ?? UNKNOWN_COUNT, MAX_FORESEEN);
    this.#declared = meta.nodeCount ?? 0;
    this.#fields = meta.nodeFields;
    this.stride = meta.nodeFields.stride;
    this.#typeCount = meta.nodeTypes.length;
    this.types = new Uint8Array(capacity);
    this.names = new Uint32Array(capacity);
    this.ids = new Uint32Array(capacity);
    this.selfSizes = new Uint32Array(capacity);
    this.detachedness = new Uint8Array(meta.nodeFields.detachedness < 0 ? 0 : capacity);
    this.firstEdges = new Uint32Array(capacity + 1);
  }

  get edgeTotal(): number {
    return this.#edgeTotal;
  }

  accept(values: Uint32Array | Float64Array, valueCount: number): void {
    const { type, name, id, selfSize, edgeCount, detachedness, stride } = this.#fields;
    const rows = valueCount / stride;
    const needed = this.count + rows;
    if (needed > this.types.length) this.#resize(grown(this.types.length, needed, this.#declared));
    const { types, names, firstEdges } = this;
    let { ids, selfSizes, maxName } = this;
    let edgeTotal = this.#edgeTotal;
    let node = this.count;
    for (let at = 0; at < valueCount; at += stride, node++) {
      const typeCode = values[at + type];
      if (typeCode >= this.#typeCount) throw outOfRange(`node ${node}`, "type", typeCode, this.#typeCount);
      types[node] = typeCode;
      const nameIndex = values[at + name];
      if (nameIndex > maxName) maxName = nameIndex;
      names[node] = nameIndex;
      const nodeId = values[at + id];
      if (nodeId > MAX_UINT32 && ids instanceof Uint32Array) this.ids = ids = new Float64Array(ids);
      ids[node] = nodeId;
      const size = values[at + selfSize];
      if (size > MAX_UINT32 && selfSizes instanceof Uint32Array) {
        this.selfSizes = selfSizes = new Float64Array(selfSizes);
      }
      selfSizes[node] = size;
      edgeTotal += values[at + edgeCount];
      firstEdges[node + 1] = edgeTotal;
    }
    if (detachedness >= 0) {
      const column = this.detachedness;
      for (let at = detachedness, row = this.count; at < valueCount; at += stride, row++) {
        if (values[at] > MAX_BYTE) throw outOfRange(`node ${row}`, "detachedness", values[at], MAX_BYTE + 1);
        column[row] = values[at];
      }
    }
    if (edgeTotal > MAX_UINT32) throw new SnapshotError("damaged heap snapshot: its nodes claim more than 2^32 edges");
    this.count = node;
    this.maxName = maxName;
    this.#edgeTotal = edgeTotal;
  }

  /** Gives back what was reserved and not used. */
  trim(): void {
    if (this.types.length !== this.count) this.#resize(this.count);
  }

  #resize(capacity: number): void {
    this.types = resizedBytes(this.types, capacity);
    this.names = resizedWords(this.names, capacity);
    this.ids = resizedWide(this.ids, capacity);
    this.selfSizes = resizedWide(this.selfSizes, capacity);
    this.firstEdges = resizedWords(this.firstEdges, capacity + 1);
    if (this.#fields.detachedness >= 0) this.detachedness = resizedBytes(this.detachedness, capacity);
  }
}

export class EdgeColumns implements RecordSink {
  readonly stride: number;
  readonly isSigned = false;
  count = 0;
  types: Uint8Array;
  /** A string index, or for element and hidden edges the number itself. */
  namesOrIndexes: Uint32Array;
  targets: Uint32Array;
  maxName = -1;
  maxTarget = -1;
  readonly #fields: EdgeFields;
  readonly #declared: number;
  readonly #nodeStride: number;
  readonly #typeCount: number;
  readonly #elementType: number;
  readonly #hiddenType: number;

  constructor(meta: SnapshotMeta) {
    const capacity = Math.min(meta.edgeCount ?? UNKNOWN_COUNT, MAX_FORESEEN);
    this.#declared = meta.edgeCount ?? 0;
    this.#fields = meta.edgeFields;
    this.stride = meta.edgeFields.stride;
    this.#nodeStride = meta.nodeFields.stride;
    this.#typeCount = meta.edgeTypes.length;
    this.#elementType = meta.edgeTypes.indexOf("element");
    this.#hiddenType = meta.edgeTypes.indexOf("hidden");
    this.types = new Uint8Array(capacity);
    this.namesOrIndexes = new Uint32Array(capacity);
    this.targets = new Uint32Array(capacity);
  }

  accept(values: Uint32Array | Float64Array, valueCount: number): void {
    const { type, nameOrIndex, toNode, stride } = this.#fields;
    const rows = valueCount / stride;
    const needed = this.count + rows;
    if (needed > this.types.length) this.#resize(grown(this.types.length, needed, this.#declared));
    const { types, namesOrIndexes, targets } = this;
    const nodeStride = this.#nodeStride;
    const perNode = 1 / nodeStride;
    const typeCount = this.#typeCount;
    const elementType = this.#elementType;
    const hiddenType = this.#hiddenType;
    let { maxName, maxTarget } = this;
    let edge = this.count;
    for (let at = 0; at < valueCount; at += stride, edge++) {
      const typeCode = values[at + type];
      if (typeCode >= typeCount) throw outOfRange(`edge ${edge}`, "type", typeCode, typeCount);
      types[edge] = typeCode;
      const name = values[at + nameOrIndex];
      if (typeCode !== elementType && typeCode !== hiddenType) {
        if (name > maxName) maxName = name;
      } else if (name > MAX_UINT32) {
        throw outOfRange(`edge ${edge}`, "index", name, MAX_UINT32);
      }
      namesOrIndexes[edge] = name;
      // A multiplication instead of a division; the half keeps exact multiples from rounding down.
      const field = values[at + toNode];
      const target = Math.floor((field + 0.5) * perNode);
      if (target * nodeStride !== field) {
        throw new SnapshotError(`damaged heap snapshot: edge ${edge} points into the middle of a node (${field})`);
      }
      if (target > maxTarget) maxTarget = target;
      targets[edge] = target;
    }
    this.count = edge;
    this.maxName = maxName;
    this.maxTarget = maxTarget;
  }

  trim(): void {
    if (this.types.length !== this.count) this.#resize(this.count);
  }

  #resize(capacity: number): void {
    this.types = resizedBytes(this.types, capacity);
    this.namesOrIndexes = resizedWords(this.namesOrIndexes, capacity);
    this.targets = resizedWords(this.targets, capacity);
  }
}

/** Locations in the order of the file, which is none. The header has no count of them; there is one a node at most. */
export class LocationColumns implements RecordSink {
  readonly stride: number;
  readonly isSigned = true;
  count = 0;
  nodes: Uint32Array;
  /** Script id, line and column of each. */
  places: Int32Array;
  maxNode = -1;
  readonly #fields: LocationFields;
  readonly #nodeStride: number;

  constructor(fields: LocationFields, meta: SnapshotMeta) {
    const capacity = UNKNOWN_COUNT;
    this.#fields = fields;
    this.#nodeStride = meta.nodeFields.stride;
    this.stride = fields.stride;
    this.nodes = new Uint32Array(capacity);
    this.places = new Int32Array(capacity * 3);
  }

  accept(values: Uint32Array | Float64Array, valueCount: number): void {
    const { objectIndex, scriptId, line, column, stride } = this.#fields;
    const rows = valueCount / stride;
    if (this.count + rows > this.nodes.length) this.#resize(Math.max(this.nodes.length * 2, this.count + rows));
    const { nodes, places } = this;
    let location = this.count;
    for (let at = 0; at < valueCount; at += stride, location++) {
      const node = values[at + objectIndex] / this.#nodeStride;
      if (!Number.isInteger(node) || node < 0 || node > MAX_UINT32) {
        throw new SnapshotError(`damaged heap snapshot: the node of location ${location} is none (${node})`);
      }
      if (node > this.maxNode) this.maxNode = node;
      nodes[location] = node;
      places[location * 3] = placeIn(values[at + scriptId], location);
      places[location * 3 + 1] = placeIn(values[at + line], location);
      places[location * 3 + 2] = placeIn(values[at + column], location);
    }
    this.count = location;
  }

  #resize(capacity: number): void {
    this.nodes = resizedWords(this.nodes, capacity);
    const places = new Int32Array(capacity * 3);
    places.set(this.places);
    this.places = places;
  }
}

function placeIn(value: number, location: number): number {
  if (Math.abs(value) > MAX_INT32) throw outOfRange(`location ${location}`, "place", value, MAX_INT32 + 1);
  return value;
}

/** The message for a number that names nothing. */
export function outOfRange(what: string, field: string, value: number, limit: number): SnapshotError {
  const last = limit - 1;
  return new SnapshotError(`damaged heap snapshot: the ${field} of ${what} is ${value}, beyond the last (${last})`);
}

function grown(capacity: number, needed: number, declared: number): number {
  return declared >= needed && declared <= needed * MAX_GROWTH ? declared : Math.max(capacity * 2, needed);
}

function resizedBytes(column: Uint8Array, capacity: number): Uint8Array {
  const resized = new Uint8Array(capacity);
  resized.set(column.length > capacity ? column.subarray(0, capacity) : column);
  return resized;
}

function resizedWords(column: Uint32Array, capacity: number): Uint32Array {
  const resized = new Uint32Array(capacity);
  resized.set(column.length > capacity ? column.subarray(0, capacity) : column);
  return resized;
}

function resizedWide(column: WideColumn, capacity: number): WideColumn {
  if (column instanceof Uint32Array) return resizedWords(column, capacity);
  const resized = new Float64Array(capacity);
  resized.set(column.length > capacity ? column.subarray(0, capacity) : column);
  return resized;
}
