import { MAX_NODES_FORESEEN, MAX_UINT32, resizedWords, UNKNOWN_COUNT } from "./columns.js";
import { SnapshotError } from "./error.js";
import type { RecordSink } from "./integers.js";
import type { LocationFields, SnapshotMeta } from "./meta.js";

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
    // Memory that is reserved and not written is not committed.
    const capacity = Math.min(meta.nodeCount ?? UNKNOWN_COUNT, MAX_NODES_FORESEEN);
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
      places[location * 3] = values[at + scriptId];
      places[location * 3 + 1] = values[at + line];
      places[location * 3 + 2] = values[at + column];
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
