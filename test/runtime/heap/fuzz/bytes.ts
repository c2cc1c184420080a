/** Mutations of the file's bytes, whatever they mean. */
import { gzipSync } from "node:zlib";
import { ODD_NUMBER_TEXTS, pick, type Random } from "./odd-values.js";

export type ByteMutation = (bytes: Uint8Array, random: Random) => Uint8Array;

const MARKS = '0123456789,[]{}":\\-u \n';

export const BYTE_MUTATIONS: Readonly<Record<string, ByteMutation>> = {
  truncated: (bytes, random) => bytes.slice(0, random(bytes.length + 1)),
  "without its beginning": (bytes, random) => bytes.slice(random(bytes.length + 1)),
  empty: () => new Uint8Array(0),
  "a byte of chance": (bytes, random) => put(bytes, random(bytes.length), [random(256)], 1),
  "a bit flipped": (bytes, random) => {
    const at = random(bytes.length);
    return put(bytes, at, [bytes[at] ^ (1 << random(8))], 1);
  },
  "a mark for a byte": (bytes, random) => put(bytes, random(bytes.length), [mark(random)], 1),
  "a mark more": (bytes, random) => put(bytes, random(bytes.length + 1), [mark(random)], 0),
  "some bytes less": (bytes, random) => put(bytes, random(bytes.length), [], 1 + random(20)),
  "some bytes twice": (bytes, random) => {
    const from = random(bytes.length);
    return put(bytes, random(bytes.length), bytes.subarray(from, from + random(200)), 0);
  },
  "another digit": (bytes, random) => {
    const at = digitFrom(bytes, random(bytes.length));
    return at < 0 ? bytes : put(bytes, at, [0x30 + random(10)], 1);
  },
  "another number": (bytes, random) => {
    const at = digitFrom(bytes, random(bytes.length));
    let end = at;
    while (end >= 0 && end < bytes.length && isDigit(bytes[end])) end++;
    return at < 0 ? bytes : put(bytes, at, Buffer.from(pick(random, ODD_NUMBER_TEXTS)), end - at);
  },
  "a broken escape": (bytes, random) => inText(bytes, random, ["\\", "\\x", "\\u", "\\u12", "\\uzzzz", "\\\n", "\\é"]),
  "an escape": (bytes, random) => inText(bytes, random, ["\\u0000", "\\ud800", "\\uDC00", '\\"', "\\/", "\\u001B"]),
  "raw control characters": (bytes, random) => inText(bytes, random, ["\0", "\n", "\u001b[2J", "\u2028", "\u0085"]),
  "broken UTF-8": (bytes, random) => {
    const wrong = [[0xff], [0xc3], [0xe2, 0x82], [0xf0, 0x9f, 0x8e], [0xed, 0xa0, 0x80], [0xc0, 0xaf], [0x80]];
    return put(bytes, placeInText(bytes, random), pick(random, wrong), 0);
  },
  "a byte order mark": (bytes) => put(bytes, 0, [0xef, 0xbb, 0xbf], 0),
  "UTF-16": (bytes) => Buffer.from(`\ufeff${Buffer.from(bytes).toString("utf8")}`, "utf16le"),
  gzip: (bytes, random) => (random(2) === 0 ? gzipSync(bytes) : put(bytes, 0, [0x1f, 0x8b, 8, 0], 0)),
  twice: (bytes) => Buffer.concat([bytes, bytes]),
  "text after the end": (bytes, random) =>
    put(bytes, bytes.length, pick(random, [[0x20], [0x0a], [0], [0x7d], [0x2c, 0x22]]), 0),
};

function put(bytes: Uint8Array, at: number, piece: ArrayLike<number>, removed: number): Uint8Array {
  const result = new Uint8Array(Math.min(bytes.length, at) + piece.length + Math.max(0, bytes.length - at - removed));
  result.set(bytes.subarray(0, at));
  result.set(piece, at);
  result.set(bytes.subarray(at + removed), at + piece.length);
  return result;
}

function inText(bytes: Uint8Array, random: Random, pieces: readonly string[]): Uint8Array {
  return put(bytes, placeInText(bytes, random), Buffer.from(pick(random, pieces)), 0);
}

/** Mostly inside one of the strings, sometimes anywhere. */
function placeInText(bytes: Uint8Array, random: Random): number {
  const strings = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf('"strings"');
  const from = strings < 0 || random(5) === 0 ? 0 : strings + 10;
  return from + random(Math.max(1, bytes.length - from));
}

function digitFrom(bytes: Uint8Array, start: number): number {
  for (let at = start; at < bytes.length; at++) if (isDigit(bytes[at])) return at;
  return -1;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function mark(random: Random): number {
  return MARKS.charCodeAt(random(MARKS.length));
}
