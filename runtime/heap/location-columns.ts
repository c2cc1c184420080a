import { MAX_UINT32, outOfRange, resizedWords, UNKNOWN_COUNT } from "./columns.js";
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
    this.#fields = fields;
    this.#nodeStride = meta.nodeFields.stride;
    this.stride = fields.stride;
    this.nodes = new Uint32Array(UNKNOWN_COUNT);
    this.places = new Int32Array(UNKNOWN_COUNT * 3);
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

// V8 writes a column before the script's own text, as of code in a wrapper, as an unsigned number: −196 is 4294967100.
function placeIn(value: number, location: number): number {
  if (Math.abs(value) > MAX_UINT32) throw outOfRange(`location ${location}`, "place", value, MAX_UINT32 + 1);
  return value | 0;
}
