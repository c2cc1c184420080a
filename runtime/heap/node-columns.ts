import {
  grown,
  MAX_FORESEEN,
  MAX_UINT32,
  outOfRange,
  resizedBytes,
  resizedWide,
  resizedWords,
  UNKNOWN_COUNT,
  type WideColumn,
} from "./columns.js";
import { SnapshotError } from "./error.js";
import type { RecordSink } from "./integers.js";
import type { NodeFields, SnapshotMeta } from "./meta.js";

const MAX_BYTE = 0xff;

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
