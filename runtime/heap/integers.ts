import { SnapshotError } from "./error.js";

/** Reads one section's value from chunks; `read` returns where it stopped: the end of the chunk, unless done. */
export interface SectionReader {
  read(chunk: Uint8Array, position: number): number;
  readonly isDone: boolean;
}

/** Takes whole records (`count` is a multiple of the stride, except at the end of a damaged file). */
export interface RecordSink {
  readonly stride: number;
  readonly isSigned: boolean;
  accept(values: Float64Array, count: number): void;
}

const BATCH = 4096;
const BEFORE_ARRAY = 0;
const BEFORE_FIRST = 1;
const BEFORE_NUMBER = 2;
const IN_NUMBER = 3;
const AFTER_NUMBER = 4;
const DONE = 5;

/**
 * Reads a flat JSON array of integers and hands them on in batches of whole records.
 * Cost: one pass over the bytes, about 200 MB per CPU second; memory: one batch of 32 KiB, which stays in the cache.
 * Values are doubles, since ids of embedder nodes and sizes of array buffers may pass 2^32.
 */
export class IntegerReader implements SectionReader {
  readonly #sink: RecordSink;
  readonly #section: string;
  readonly #batch: Float64Array;
  #count = 0;
  #value = 0;
  #isNegative = false;
  #phase = BEFORE_ARRAY;

  constructor(section: string, sink: RecordSink) {
    this.#section = section;
    this.#sink = sink;
    this.#batch = new Float64Array(Math.max(1, Math.floor(BATCH / sink.stride)) * sink.stride);
  }

  get isDone(): boolean {
    return this.#phase === DONE;
  }

  read(chunk: Uint8Array, start: number): number {
    const end = chunk.length;
    const batch = this.#batch;
    const capacity = batch.length;
    let phase = this.#phase;
    let value = this.#value;
    let count = this.#count;
    let position = start;
    while (position < end && phase !== DONE) {
      let byte = chunk[position++];
      if (byte >= 0x30 && byte <= 0x39) {
        if (phase === AFTER_NUMBER || phase === BEFORE_ARRAY) throw this.#unexpected(byte);
        phase = IN_NUMBER;
        value = value * 10 + (byte - 0x30);
        while (position < end && (byte = chunk[position]) >= 0x30 && byte <= 0x39) {
          value = value * 10 + (byte - 0x30);
          position++;
        }
      } else if (byte === 0x2c) {
        if (phase !== IN_NUMBER && phase !== AFTER_NUMBER) throw this.#unexpected(byte);
        batch[count++] = this.#signed(value);
        value = 0;
        phase = BEFORE_NUMBER;
        if (count === capacity) {
          this.#sink.accept(batch, count);
          count = 0;
        }
      } else if (byte === 0x0a || byte === 0x20 || byte === 0x0d || byte === 0x09) {
        if (phase === IN_NUMBER) phase = AFTER_NUMBER;
      } else if (byte === 0x5d) {
        if (phase === BEFORE_ARRAY || phase === BEFORE_NUMBER) throw this.#unexpected(byte);
        if (phase !== BEFORE_FIRST) batch[count++] = this.#signed(value);
        this.#finish(count);
        phase = DONE;
      } else if (byte === 0x5b && phase === BEFORE_ARRAY) {
        phase = BEFORE_FIRST;
      } else if (byte === 0x2d && this.#mayBeSign(phase)) {
        this.#isNegative = true;
        // A "-" without digits reads as a number that never comes: the next comma is then unexpected.
        phase = BEFORE_NUMBER;
      } else {
        throw this.#unexpected(byte);
      }
    }
    this.#phase = phase;
    this.#value = value;
    this.#count = count;
    return position;
  }

  #mayBeSign(phase: number): boolean {
    return this.#sink.isSigned && !this.#isNegative && (phase === BEFORE_FIRST || phase === BEFORE_NUMBER);
  }

  #signed(value: number): number {
    if (value > Number.MAX_SAFE_INTEGER) {
      throw new SnapshotError(`damaged heap snapshot: a number in "${this.#section}" is too large`);
    }
    if (!this.#isNegative) return value;
    this.#isNegative = false;
    return -value;
  }

  #finish(count: number): void {
    if (count % this.#sink.stride !== 0) {
      throw new SnapshotError(
        `damaged heap snapshot: the last record of "${this.#section}" has ${count % this.#sink.stride} ` +
          `of ${this.#sink.stride} fields`,
      );
    }
    this.#sink.accept(this.#batch, count);
  }

  #unexpected(byte: number): SnapshotError {
    return new SnapshotError(
      `damaged heap snapshot: unexpected ${describeByte(byte)} in "${this.#section}", which is a list of integers`,
    );
  }
}

/** A byte as the user may recognise it: the character when it is printable. */
export function describeByte(byte: number): string {
  return byte > 0x20 && byte < 0x7f ? `"${String.fromCharCode(byte)}"` : `byte 0x${byte.toString(16).padStart(2, "0")}`;
}
