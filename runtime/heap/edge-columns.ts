import { grown, MAX_FORESEEN, MAX_UINT32, outOfRange, resizedBytes, resizedWords, UNKNOWN_COUNT } from "./columns.js";
import { SnapshotError } from "./error.js";
import { COMMA, NEWLINE, SHORT_DIGITS, ZERO, type RecordSink } from "./integers.js";
import type { EdgeFields, SnapshotMeta } from "./meta.js";

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
  /** V8's own layout: `type,name_or_index,to_node`, a line each. */
  readonly #isPlain: boolean;

  constructor(meta: SnapshotMeta) {
    const capacity = Math.min(meta.edgeCount ?? UNKNOWN_COUNT, MAX_FORESEEN);
    this.#declared = meta.edgeCount ?? 0;
    this.#fields = meta.edgeFields;
    this.stride = meta.edgeFields.stride;
    this.#nodeStride = meta.nodeFields.stride;
    this.#typeCount = meta.edgeTypes.length;
    this.#elementType = meta.edgeTypes.indexOf("element");
    this.#hiddenType = meta.edgeTypes.indexOf("hidden");
    const { stride, type, nameOrIndex } = meta.edgeFields;
    this.#isPlain = stride === 3 && type === 0 && nameOrIndex === 1;
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

  /**
   * Reads whole records as V8 writes them straight into the columns, as long as they are valid and of short numbers.
   * What is not is left to `accept`, which names what is wrong. This is most of a file: a quarter less time than through
   * batches, and the reason why the integers are read in two places.
   * Invariant: each record starts before `lastNewline`, so that the newline there ends each loop without a bound.
   */
  readRecords(chunk: Uint8Array, start: number, lastNewline: number): number {
    if (!this.#isPlain) return start;
    const { types, namesOrIndexes, targets } = this;
    const capacity = types.length;
    const nodeStride = this.#nodeStride;
    const perNode = 1 / nodeStride;
    const typeCount = this.#typeCount;
    const elementType = this.#elementType;
    const hiddenType = this.#hiddenType;
    let { maxName, maxTarget } = this;
    let edge = this.count;
    let position = start;
    while (position < lastNewline && edge < capacity) {
      let at = position;
      const typeCode = chunk[at] - ZERO;
      if (typeCode < 0 || typeCode > 9 || typeCode >= typeCount || chunk[++at] !== COMMA) break;

      const nameStart = ++at;
      let name = 0;
      let digit = chunk[at] - ZERO;
      while (digit >= 0 && digit <= 9) {
        name = (Math.imul(name, 10) + digit) | 0;
        digit = chunk[++at] - ZERO;
      }
      const nameDigits = at - nameStart;
      if (digit !== COMMA - ZERO || nameDigits === 0 || nameDigits > SHORT_DIGITS) break;

      const fieldStart = ++at;
      let field = 0;
      digit = chunk[at] - ZERO;
      while (digit >= 0 && digit <= 9) {
        field = (Math.imul(field, 10) + digit) | 0;
        digit = chunk[++at] - ZERO;
      }
      const fieldDigits = at - fieldStart;
      if (digit !== NEWLINE - ZERO || fieldDigits === 0 || fieldDigits > SHORT_DIGITS || chunk[++at] !== COMMA) break;
      const target = ((field + 0.5) * perNode) | 0;
      if (Math.imul(target, nodeStride) !== field) break;

      if (typeCode !== elementType && typeCode !== hiddenType && name > maxName) maxName = name;
      if (target > maxTarget) maxTarget = target;
      types[edge] = typeCode;
      namesOrIndexes[edge] = name;
      targets[edge] = target;
      edge++;
      position = at + 1;
    }
    this.count = edge;
    this.maxName = maxName;
    this.maxTarget = maxTarget;
    return position;
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
