import { SnapshotError } from "./error.js";

// Strings stay the bytes they were in the file, escapes included, in pages of 4 MiB; a string may lie across pages.
// Cost: the bytes plus 4 a string. Nothing is decoded until it is asked for, and only a few thousand answers are kept.

const PAGE_SHIFT = 22;
const PAGE_SIZE = 1 << PAGE_SHIFT;
const PAGE_MASK = PAGE_SIZE - 1;
const MAX_BYTES = 0xffffffff;
const CACHE_SIZE = 4096;
const BACKSLASH = 0x5c;

/** The string table of a snapshot: raw JSON string bodies, decoded on demand. */
export class StringTable {
  readonly length: number;
  readonly #pages: readonly Buffer[];
  readonly #starts: Uint32Array;
  // Direct-mapped: slot = index mod CACHE_SIZE; −1 marks an empty slot.
  readonly #cachedIndexes = new Int32Array(CACHE_SIZE).fill(-1);
  readonly #cachedTexts: string[] = new Array<string>(CACHE_SIZE).fill("");

  /** String i is bytes starts[i] … starts[i + 1]; `starts` has one more entry than there are strings. */
  constructor(pages: readonly Buffer[], starts: Uint32Array) {
    this.#pages = pages;
    this.#starts = starts;
    this.length = starts.length - 1;
  }

  /**
   * The text of a string. Lone surrogates stay as they are.
   * @throws RangeError when there is no such string.
   */
  get(index: number): string {
    if (!(index >= 0 && index < this.length)) throw new RangeError(`no string ${index}: there are ${this.length}`);
    const slot = index & (CACHE_SIZE - 1);
    if (this.#cachedIndexes[slot] === index) return this.#cachedTexts[slot];
    const text = this.#decode(index);
    this.#cachedIndexes[slot] = index;
    this.#cachedTexts[slot] = text;
    return text;
  }

  /** The first index of this text, −1 if absent. */
  indexOf(text: string): number {
    return this.indexesOf(text)[0] ?? -1;
  }

  /**
   * Every index of these texts, ascending: V8 may write the same text twice. Cost, for however many texts: one look at
   * every string's length, and at the first byte of those that may be as long as one of them.
   */
  indexesOf(...texts: readonly string[]): number[] {
    const starts = this.#starts;
    const lengths = texts.map(({ length }) => length);
    const shortest = Math.min(...lengths);
    // A UTF-16 unit takes 1 to 6 bytes in JSON (a pair of surrogates as UTF-8: 2 each).
    const longest = Math.max(...lengths) * 6;
    const mayBegin = new Uint8Array(256).fill(1, 0x80);
    for (const byte of [BACKSLASH, ...texts.map((text) => text.charCodeAt(0))]) mayBegin[byte] = 1;
    const indexes: number[] = [];
    for (let index = 0; index < this.length; index++) {
      const length = starts[index + 1] - starts[index];
      if (length < shortest || length > longest) continue;
      if (length > 0 && mayBegin[this.byteAt(index, 0)] === 0) continue;
      if (texts.includes(this.#decode(index))) indexes.push(index);
    }
    return indexes;
  }

  /** Length in bytes as written in the file (escapes count in full). */
  byteLength(index: number): number {
    return this.#starts[index + 1] - this.#starts[index];
  }

  /** One byte of a string as written in the file, for scans that must not decode. */
  byteAt(index: number, offset: number): number {
    const at = this.#starts[index] + offset;
    return this.#pages[at >>> PAGE_SHIFT][at & PAGE_MASK];
  }

  #decode(index: number): string {
    const start = this.#starts[index];
    const end = this.#starts[index + 1];
    const page = start >>> PAGE_SHIFT;
    if (end <= (page + 1) * PAGE_SIZE) {
      return start === end ? "" : decodeJsonBody(this.#pages[page], start & PAGE_MASK, end - page * PAGE_SIZE);
    }
    const joined = this.#joined(start, end);
    return decodeJsonBody(joined, 0, joined.length);
  }

  #joined(start: number, end: number): Buffer {
    const joined = Buffer.allocUnsafe(end - start);
    for (let at = start; at < end;) {
      const stop = Math.min(end, (Math.floor(at / PAGE_SIZE) + 1) * PAGE_SIZE);
      const page = this.#pages[at >>> PAGE_SHIFT];
      page.copy(joined, at - start, at & PAGE_MASK, (at & PAGE_MASK) + (stop - at));
      at = stop;
    }
    return joined;
  }
}

/** Collects string bodies byte by byte; `page` and `pageOffset` are public so that the reader's loop can write them. */
export class StringTableBuilder {
  readonly pages: Buffer[] = [];
  page: Buffer = Buffer.alloc(0);
  pageOffset = 0;
  #starts = new Uint32Array(1024);
  #count = 0;

  /** Room left in the current page, after adding a page if it is full. */
  room(): number {
    if (this.pageOffset === this.page.length) {
      // A plain zeroed allocation is committed only where it is written; allocUnsafe would hold dirty memory.
      this.page = Buffer.from(new ArrayBuffer(PAGE_SIZE));
      this.pages.push(this.page);
      this.pageOffset = 0;
    }
    return PAGE_SIZE - this.pageOffset;
  }

  get byteCount(): number {
    return this.pages.length === 0 ? 0 : (this.pages.length - 1) * PAGE_SIZE + this.pageOffset;
  }

  /** Ends the current string. @throws SnapshotError when offsets no longer fit 32 bits. */
  endString(): void {
    if (this.byteCount > MAX_BYTES) throw new SnapshotError("heap snapshot too large: its strings take over 4 GiB");
    this.#count++;
    if (this.#count === this.#starts.length) {
      const grown = new Uint32Array(this.#starts.length * 2);
      grown.set(this.#starts);
      this.#starts = grown;
    }
    this.#starts[this.#count] = this.byteCount;
  }

  build(): StringTable {
    return new StringTable(this.pages, this.#starts.slice(0, this.#count + 1));
  }
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** Decodes the inside of a JSON string; a malformed escape becomes U+FFFD instead of an error. */
function decodeJsonBody(bytes: Buffer, start: number, end: number): string {
  const body = bytes.toString("utf8", start, end);
  if (nextBackslash(bytes, start, end) === end) return body;
  try {
    return JSON.parse(`"${body}"`) as string;
  } catch {
    return decodeLeniently(bytes, start, end);
  }
}

/** The same for what JSON.parse refuses: malformed escapes, control characters. */
function decodeLeniently(bytes: Buffer, start: number, end: number): string {
  let at = nextBackslash(bytes, start, end);
  let text = "";
  let copied = start;
  while (at < end) {
    text += bytes.toString("utf8", copied, at);
    const escape = at + 1 < end ? String.fromCharCode(bytes[at + 1]) : "";
    if (escape === "u") {
      const unit = hexadecimal(bytes, at + 2, Math.min(end, at + 6));
      text += unit < 0 ? "\ufffd" : String.fromCharCode(unit);
      copied = unit < 0 ? at + 2 : at + 6;
    } else {
      text += SIMPLE_ESCAPES[escape] ?? (escape === '"' || escape === "\\" || escape === "/" ? escape : "\ufffd");
      copied = at + 2;
    }
    at = nextBackslash(bytes, Math.min(copied, end), end);
  }
  return text + bytes.toString("utf8", Math.min(copied, end), end);
}

function nextBackslash(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] !== BACKSLASH) at++;
  return at;
}

/** Four hexadecimal digits as a number, −1 if they are not. */
function hexadecimal(bytes: Buffer, start: number, end: number): number {
  if (end - start !== 4) return -1;
  let value = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    const letter = byte | 0x20;
    const digit = byte >= 0x30 && byte <= 0x39 ? byte - 0x30 : letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}
