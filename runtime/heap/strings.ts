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

/** The UTF-16 unit that each stands for. */
const SIMPLE_ESCAPES: ReadonlyMap<string, number> = new Map(
  Object.entries({ b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\", "/": "/" }).map(
    ([escape, text]) => [escape, text.charCodeAt(0)],
  ),
);

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

/**
 * The same for what JSON.parse refuses: malformed escapes, control characters. Cost: one pass, and two bytes for each byte
 * (none makes more than one UTF-16 unit), where a text put together piece by piece took seconds for millions of escapes.
 */
function decodeLeniently(bytes: Buffer, start: number, end: number): string {
  const units = Buffer.allocUnsafe((end - start) * 2);
  let size = 0;
  let at = start;
  while (at < end) {
    const byte = bytes[at];
    if (byte >= 0x80) {
      const from = at;
      while (at < end && bytes[at] >= 0x80) at++;
      size += units.write(bytes.toString("utf8", from, at), size, "utf16le");
      continue;
    }
    let unit = byte;
    at++;
    if (byte === BACKSLASH) {
      const escape = at < end ? String.fromCharCode(bytes[at++]) : "";
      unit = escape === "u" ? hexadecimal(bytes, at, Math.min(end, at + 4)) : (SIMPLE_ESCAPES.get(escape) ?? -1);
      if (escape === "u" && unit >= 0) at += 4;
      if (unit < 0) unit = 0xfffd;
    }
    units[size++] = unit & 0xff;
    units[size++] = unit >>> 8;
  }
  return units.toString("utf16le", 0, size);
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
