import { quoted, SnapshotError } from "./error.js";
import { describeByte, type SectionReader } from "./integers.js";
import type { StringTableBuilder } from "./strings.js";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const CLOSE_ARRAY = 0x5d;

/** Reads the `strings` section into a string table without decoding. Cost: one pass that copies each body once. */
export class StringsReader implements SectionReader {
  readonly #builder: StringTableBuilder;
  #phase: "before array" | "before first" | "before string" | "string" | "escape" | "after string" | "done" =
    "before array";

  constructor(builder: StringTableBuilder) {
    this.#builder = builder;
  }

  get isDone(): boolean {
    return this.#phase === "done";
  }

  read(chunk: Uint8Array, start: number): number {
    let position = start;
    while (position < chunk.length && this.#phase !== "done") {
      if (this.#phase === "string" || this.#phase === "escape") position = this.#readBody(chunk, position);
      else this.#readBetween(chunk[position++]);
    }
    return position;
  }

  #readBody(chunk: Uint8Array, start: number): number {
    const builder = this.#builder;
    const end = Math.min(chunk.length, start + builder.room());
    const page = builder.page;
    let offset = builder.pageOffset;
    let position = start;
    let isEscaped = this.#phase === "escape";
    let isEnded = false;
    while (position < end) {
      const byte = chunk[position++];
      if (byte === QUOTE && !isEscaped) {
        isEnded = true;
        break;
      }
      page[offset++] = byte;
      isEscaped = byte === BACKSLASH && !isEscaped;
    }
    builder.pageOffset = offset;
    this.#phase = isEnded ? "after string" : isEscaped ? "escape" : "string";
    if (isEnded) builder.endString();
    return position;
  }

  #readBetween(byte: number): void {
    if (isWhitespace(byte)) return;
    const phase = this.#phase;
    if (byte === QUOTE && (phase === "before first" || phase === "before string")) this.#phase = "string";
    else if (byte === COMMA && phase === "after string") this.#phase = "before string";
    else if (byte === CLOSE_ARRAY && (phase === "after string" || phase === "before first")) this.#phase = "done";
    else if (byte === 0x5b && phase === "before array") this.#phase = "before first";
    else throw new SnapshotError(`damaged heap snapshot: unexpected ${describeByte(byte)} in "strings"`);
  }
}

/**
 * Passes over any JSON value, and keeps its text if `limit` bytes are allowed. Brackets are counted, not matched:
 * what is kept goes through `JSON.parse`, what is skipped does not matter.
 */
export class ValueReader implements SectionReader {
  isDone = false;
  readonly #section: string;
  readonly #limit: number;
  readonly #pieces: Uint8Array[] = [];
  #size = 0;
  #depth = 0;
  #isStarted = false;
  #isInString = false;
  #isEscaped = false;

  constructor(section: string, limit: number) {
    this.#section = section;
    this.#limit = limit;
  }

  /** The value as text. */
  text(): string {
    return Buffer.concat(this.#pieces).toString("utf8");
  }

  read(chunk: Uint8Array, start: number): number {
    const stop = this.#scan(chunk, start);
    if (this.#limit > 0) {
      this.#size += stop - start;
      if (this.#size > this.#limit) {
        throw new SnapshotError(`not a heap snapshot: its "${this.#section}" section is over ${this.#limit} bytes`);
      }
      this.#pieces.push(chunk.slice(start, stop));
    }
    return stop;
  }

  #scan(chunk: Uint8Array, start: number): number {
    for (let position = start; position < chunk.length; position++) {
      const byte = chunk[position];
      if (this.#isInString) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (byte === BACKSLASH) this.#isEscaped = true;
        else if (byte === QUOTE) this.#isInString = false;
        if (!this.#isInString && this.#depth === 0) return this.#end(position + 1);
      } else if (byte === QUOTE) {
        this.#isStarted = true;
        this.#isInString = true;
      } else if (byte === 0x5b || byte === 0x7b) {
        this.#isStarted = true;
        this.#depth++;
      } else if (byte === CLOSE_ARRAY || byte === 0x7d) {
        if (this.#depth === 0) return this.#end(position);
        if (--this.#depth === 0) return this.#end(position + 1);
      } else if (this.#depth === 0 && (byte === COMMA || (this.#isStarted && isWhitespace(byte)))) {
        return this.#end(position);
      } else if (!isWhitespace(byte)) {
        this.#isStarted = true;
      }
    }
    return chunk.length;
  }

  #end(position: number): number {
    if (!this.#isStarted) throw new SnapshotError(`damaged heap snapshot: ${quoted(this.#section)} has no value`);
    this.isDone = true;
    return position;
  }
}

export function isWhitespace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
