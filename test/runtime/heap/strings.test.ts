import { describe, expect, it } from "vitest";
import type { StringTable } from "../../../runtime/heap/index.js";
import { buildSnapshot, parseBytes } from "./snapshot-builder.js";

function tableOf(bodies: readonly (string | Uint8Array)[]): StringTable {
  const { strings: _, ...snapshot } = buildSnapshot([{ name: "<dummy>" }]);
  const text = JSON.stringify(snapshot).slice(0, -1);
  const pieces: (string | Uint8Array)[] = [`${text},"strings":[`];
  bodies.forEach((body, index) => pieces.push(index === 0 ? '"' : ',"', body, '"'));
  return parseBytes(Buffer.concat([...pieces, "]}"].map((piece) => Buffer.from(piece)))).strings;
}

describe("StringTable", () => {
  it.each([
    ["plain", "plain"],
    ["", ""],
    ['a\\"b\\\\c\\/d', 'a"b\\c/d'],
    ["\\b\\f\\n\\r\\t", "\b\f\n\r\t"],
    ["\\u00e9\\u00C9", "éÉ"],
    ["\\uD83C\\uDF88", "🎈"],
    ["naïve 🎈", "naïve 🎈"],
    ["\\ud800", "\ud800"],
    ["\\uDC00x\\uD800\\u0041", "\udc00x\ud800A"],
    ["\\\\u0041", "\\u0041"],
    ["end\\\\", "end\\"],
  ])("decodes %s", (body, text) => {
    expect(tableOf([body]).get(0)).toBe(text);
    expect(tableOf(["first", body, "last"]).indexOf(text)).toBe(1);
  });

  it("reads what is no text with replacement characters", () => {
    const table = tableOf(["\\x", "\\u12", "\\uzzzz!", Uint8Array.of(0x61, 0xff, 0x62)]);
    expect([0, 1, 2, 3].map((index) => table.get(index))).toEqual(["\ufffd", "\ufffd12", "\ufffdzzzz!", "a\ufffdb"]);
  });

  it("reads an immense text of escapes, one of them malformed, in one piece", () => {
    const table = tableOf([`${"\\ud800\\u0041".repeat(1_000_000)}\\uz`]);
    const before = process.memoryUsage().heapUsed;
    const text = table.get(0);
    // 4 MB. Put together escape by escape, it took a hundred, and a collector's seconds to walk through them.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(40_000_000);
    expect(text === `${"\ud800A".repeat(1_000_000)}\ufffdz`).toBe(true);
  });

  it("finds every index of a text that is there twice", () => {
    const table = tableOf(["x", "caf\\u00e9", "xx", "café", "x"]);
    expect(table.indexesOf("café")).toEqual([1, 3]);
    expect(table.indexOf("x")).toBe(0);
    expect(table.indexesOf("x")).toEqual([0, 4]);
    expect(table.indexOf("y")).toBe(-1);
    expect(table.indexesOf("caf")).toEqual([]);
  });

  it("refuses an index beyond the table", () => {
    expect(() => tableOf(["x"]).get(1)).toThrow(RangeError);
    expect(() => tableOf(["x"]).get(-1)).toThrow(RangeError);
  });

  it("keeps strings that lie across pages of 4 MiB", () => {
    const long = "é".repeat(3 << 20);
    const bodies = ["start", long, "\\\\".repeat(2 << 20), "z".repeat(9 << 20), "end"];
    const table = tableOf(bodies);
    expect(table.get(1) === long).toBe(true);
    expect(table.get(2) === "\\".repeat(2 << 20)).toBe(true);
    expect(table.get(3) === "z".repeat(9 << 20)).toBe(true);
    expect(table.get(4)).toBe("end");
    expect(table.indexOf("end")).toBe(4);
  });
});
