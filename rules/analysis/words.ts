import { perFile } from "./per-file.js";

/**
 * Where each word of a file's code stands: its names and keywords, and the words of its strings, not of its comments.
 *
 * What rules look for is rare: one pass over the text, for all rules, tells most of them that a file has nothing for
 * them, and the others which nodes to look at. A regular expression for each question reads the text each time.
 */
export const wordsOf = perFile(({ text, ast }) => new Words(text, ast.comments ?? []));

/** Characters that words are made of; all that is not ASCII counts as one. */
const IS_PART = new Uint8Array(65536).fill(1, 128);
for (const range of ["09", "AZ", "az", "__", "$$"]) IS_PART.fill(1, range.charCodeAt(0), range.charCodeAt(1) + 1);
const SLASH = 47;

interface Comment {
  readonly range: readonly [number, number];
}

/**
 * The tables of the text that was read last. All texts share them: memory outside the heap costs more to ask for than a
 * text costs to read.
 */
const tables = {
  /** By the hash of a word, the number of the last such word. */
  slots: new Int32Array(1024),
  /** By the number of a word, from 1: its offset, and the number of the word before it in its slot. */
  offsets: new Int32Array(0),
  before: new Int32Array(0),
  slotCount: 0,
  reader: 0,
};
let readers = 0;

/** An index of the words of a text. */
export class Words {
  readonly text: string;
  readonly #comments: readonly Comment[];
  readonly #reader = ++readers;

  /** `comments`: what to leave out, in the order of the text. */
  constructor(text: string, comments: readonly Comment[]) {
    this.text = text;
    this.#comments = comments;
  }

  has(word: string): boolean {
    for (let each = this.#last(word); each > 0; each = tables.before[each] ?? 0) {
      if (this.#is(each, word)) return true;
    }
    return false;
  }

  hasAny(words: readonly string[]): boolean {
    return words.some((word) => this.has(word));
  }

  /** Where a word stands, first in the text first. */
  offsetsOf(word: string): readonly number[] {
    let found: number[] | null = null;
    for (let each = this.#last(word); each > 0; each = tables.before[each] ?? 0) {
      if (this.#is(each, word)) (found ??= []).push(tables.offsets[each] ?? 0);
    }
    return found?.reverse() ?? NOWHERE;
  }

  /** The number of the last word in a word's slot. */
  #last(word: string): number {
    if (tables.reader !== this.#reader) this.#read();
    let hash = word.charCodeAt(0);
    for (let index = 1; index < word.length; index++) hash = nextHash(hash, word.charCodeAt(index));
    return tables.slots[hash & (tables.slotCount - 1)] ?? 0;
  }

  #is(each: number, word: string): boolean {
    const offset = tables.offsets[each] ?? 0;
    if (!this.text.startsWith(word, offset)) return false;
    const end = offset + word.length;
    return end === this.text.length || IS_PART[this.text.charCodeAt(end)] === 0;
  }

  #read(): void {
    const { text } = this;
    const comments = this.#comments;
    const { length } = text;
    const { slots, offsets, before, slotCount } = emptied(length);
    const mask = slotCount - 1;
    let count = 0;
    let nextComment = 0;
    let commentStart = comments[0]?.range[0] ?? length;
    for (let at = 0; at < length; at++) {
      let code = text.charCodeAt(at);
      if (code === SLASH && at === commentStart) {
        at = (comments[nextComment]?.range[1] ?? length) - 1;
        commentStart = comments[++nextComment]?.range[0] ?? length;
        continue;
      }
      if (IS_PART[code] === 0) continue;
      const start = at;
      let hash = code;
      while (++at < length && IS_PART[(code = text.charCodeAt(at))] === 1) hash = nextHash(hash, code);
      const slot = hash & mask;
      offsets[++count] = start;
      before[count] = slots[slot] ?? 0;
      slots[slot] = count;
      // The character after the word may begin a comment.
      at--;
    }
    tables.reader = this.#reader;
  }
}

/** What is kept for the next text: room for one of 250,000 characters. A longer one has tables of its own. */
const USUAL = 1 << 17;

/** The tables, with no words in them and room for those of a text. */
function emptied(length: number): typeof tables {
  const wordCount = (length >> 1) + 2;
  const room = Math.max(wordCount, USUAL);
  if (tables.offsets.length !== room) {
    tables.offsets = new Int32Array(room);
    tables.before = new Int32Array(room);
  }
  tables.slotCount = 64;
  while (tables.slotCount * 8 < length) tables.slotCount *= 2;
  if (tables.slots.length < tables.slotCount || tables.slots.length > USUAL) {
    tables.slots = new Int32Array(Math.max(tables.slotCount, 1024));
  } else {
    tables.slots.fill(0, 0, tables.slotCount);
  }
  return tables;
}

const NOWHERE: readonly number[] = [];

function nextHash(hash: number, code: number): number {
  return ((hash << 5) - hash + code) | 0;
}
