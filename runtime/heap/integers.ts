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
  /** Batches are of 32 bits a number; one that holds a negative number, or one from 2^32 on, is of doubles. */
  accept(values: Uint32Array | Float64Array, count: number): void;
  /** Reads what whole records it can from the bytes themselves, and returns where the next one starts. */
  readRecords?(chunk: Uint8Array, start: number, lastNewline: number): number;
}

const BATCH = 4096;
const MAX_UINT32 = 0xffffffff;
/** So many digits fit 31 bits whatever they are. */
export const SHORT_DIGITS = 9;
export const ZERO = 0x30;
export const COMMA = 0x2c;
export const NEWLINE = 0x0a;

const BEFORE_ARRAY = 0;
const BEFORE_FIRST = 1;
const BEFORE_NUMBER = 2;
const IN_NUMBER = 3;
const AFTER_NUMBER = 4;
const DONE = 5;

/**
 * Reads a flat JSON array of integers and hands them on in batches of whole records.
 *
 * Two readers share the state. What V8 writes, `12,3\n,45`, goes through a loop of whole numbers in integer arithmetic
 * (cost: a few instructions a byte, 300 to 400 MB a second). All else goes byte by byte through a state machine: what
 * chunks cut in two, other white space, signs, long numbers, the end, and damage, which it names.
 * Memory: one batch of 16 KiB, which stays in the cache.
 */
export class IntegerReader implements SectionReader {
  readonly #sink: RecordSink;
  readonly #section: string;
  readonly #batch: Uint32Array;
  /** The batch being filled, once it holds a number that 32 bits cannot. */
  #wideBatch: Float64Array | undefined;
  #count = 0;
  #value = 0;
  #isNegative = false;
  #phase = BEFORE_ARRAY;

  constructor(section: string, sink: RecordSink) {
    this.#sink = sink;
    this.#section = section;
    this.#batch = new Uint32Array(Math.max(1, Math.floor(BATCH / sink.stride)) * sink.stride);
  }

  get isDone(): boolean {
    return this.#phase === DONE;
  }

  read(chunk: Uint8Array, start: number): number {
    const lastComma = chunk.lastIndexOf(COMMA);
    const lastNewline = this.#sink.readRecords === undefined ? -1 : chunk.lastIndexOf(NEWLINE);
    let position = start;
    while (position < chunk.length && this.#phase !== DONE) {
      let next = position;
      if (this.#phase === BEFORE_NUMBER && !this.#isNegative) {
        if (position < lastNewline && this.#isAtRecord()) next = this.#readRecords(chunk, position, lastNewline);
        if (next === position) next = this.#readWhole(chunk, position, lastComma);
      }
      if (next === position) this.#step(chunk[position++]);
      else position = next;
    }
    return position;
  }

  #isAtRecord(): boolean {
    return this.#count % this.#sink.stride === 0;
  }

  #readRecords(chunk: Uint8Array, position: number, lastNewline: number): number {
    if (this.#sink.readRecords === undefined) return position;
    if (this.#count > 0) this.#handOn();
    return this.#sink.readRecords(chunk, position, lastNewline);
  }

  /**
   * Reads numbers while they are short and end in a comma, up to the end of a batch; returns where the next one starts.
   * Invariant: no number read starts after `lastComma`, so that the comma there ends each loop without a bound.
   */
  #readWhole(chunk: Uint8Array, start: number, lastComma: number): number {
    const batch = this.#wideBatch ?? this.#batch;
    let count = this.#count;
    let position = start;
    while (position <= lastComma && count < batch.length) {
      let at = position;
      let value = 0;
      let digit = chunk[at] - ZERO;
      while (digit >= 0 && digit <= 9) {
        value = (Math.imul(value, 10) + digit) | 0;
        digit = chunk[++at] - ZERO;
      }
      const length = at - position;
      if (digit === NEWLINE - ZERO) digit = chunk[++at] - ZERO;
      if (digit !== COMMA - ZERO || length === 0 || length > SHORT_DIGITS) break;
      position = at + 1;
      batch[count++] = value;
    }
    this.#count = count;
    if (count === batch.length) this.#handOn();
    return position;
  }

  #step(byte: number): void {
    const phase = this.#phase;
    if (byte >= ZERO && byte <= 0x39) {
      if (phase === AFTER_NUMBER || phase === BEFORE_ARRAY) throw this.#unexpected(byte);
      this.#value = this.#value * 10 + (byte - ZERO);
      this.#phase = IN_NUMBER;
    } else if (byte === COMMA) {
      if (phase !== IN_NUMBER && phase !== AFTER_NUMBER) throw this.#unexpected(byte);
      this.#store();
      this.#phase = BEFORE_NUMBER;
      if (this.#count === this.#batch.length) this.#handOn();
    } else if (byte === NEWLINE || byte === 0x20 || byte === 0x0d || byte === 0x09) {
      if (phase === IN_NUMBER) this.#phase = AFTER_NUMBER;
    } else if (byte === 0x5d) {
      if (phase === BEFORE_ARRAY || phase === BEFORE_NUMBER) throw this.#unexpected(byte);
      if (phase !== BEFORE_FIRST) this.#store();
      this.#finish();
      this.#phase = DONE;
    } else if (byte === 0x5b && phase === BEFORE_ARRAY) {
      this.#phase = BEFORE_FIRST;
    } else if (byte === 0x2d && this.#mayBeSign(phase)) {
      this.#isNegative = true;
      // A "-" without digits reads as a number that never comes: the next comma is then unexpected.
      this.#phase = BEFORE_NUMBER;
    } else {
      throw this.#unexpected(byte);
    }
  }

  #mayBeSign(phase: number): boolean {
    return this.#sink.isSigned && !this.#isNegative && (phase === BEFORE_FIRST || phase === BEFORE_NUMBER);
  }

  #store(): void {
    const value = this.#isNegative ? -this.#value : this.#value;
    if (Math.abs(value) > Number.MAX_SAFE_INTEGER) {
      this.#handOnWhole();
      throw new SnapshotError(`damaged heap snapshot: a number in "${this.#section}" is too large`);
    }
    if (value < 0 || value > MAX_UINT32) this.#wideBatch ??= new Float64Array(this.#batch);
    (this.#wideBatch ?? this.#batch)[this.#count++] = value;
    this.#value = 0;
    this.#isNegative = false;
  }

  #handOn(): void {
    this.#sink.accept(this.#wideBatch ?? this.#batch, this.#count);
    this.#wideBatch = undefined;
    this.#count = 0;
  }

  /** What came before an error, which may hold the first one: the same whatever the chunks. */
  #handOnWhole(): void {
    this.#count -= this.#count % this.#sink.stride;
    this.#handOn();
  }

  #finish(): void {
    const rest = this.#count % this.#sink.stride;
    if (rest !== 0) {
      this.#handOnWhole();
      throw new SnapshotError(
        `damaged heap snapshot: the last record of "${this.#section}" has ${rest} of ${this.#sink.stride} fields`,
      );
    }
    this.#handOn();
  }

  #unexpected(byte: number): SnapshotError {
    this.#handOnWhole();
    return new SnapshotError(
      `damaged heap snapshot: unexpected ${describeByte(byte)} in "${this.#section}", which is a list of integers`,
    );
  }
}

/** A byte as the user may recognise it: the character when it is printable. */
export function describeByte(byte: number): string {
  return byte > 0x20 && byte < 0x7f ? `"${String.fromCharCode(byte)}"` : `byte 0x${byte.toString(16).padStart(2, "0")}`;
}
