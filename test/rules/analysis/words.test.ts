import { describe, expect, it } from "vitest";
import { Words, wordsOf } from "../../../rules/analysis/words.js";
import { parse } from "./parse.js";

/** What stands at each place of a word. */
function found(text: string, word: string): readonly string[] {
  return new Words(text, []).offsetsOf(word).map((offset) => text.slice(offset, offset + word.length + 1));
}

describe("Words", () => {
  it.each([
    ["on", "on(1); on; bus.on.x", ["on(", "on;", "on."]],
    ["on", "once, son, on$, _on, on1, $on", []],
    ["on", "on", ["on"]],
    ["$on", "$on() on() a.$on", ["$on(", "$on"]],
    ["_x1", "(_x1)", ["_x1)"]],
    ["na", "naïve na", ["na"]],
    ["naïve", "a.naïve = 1", ["naïve "]],
    ["länge", "länge", ["länge"]],
    ["x", "𝒙x x", ["x"]],
    ["x", "", []],
  ])("%s in %s", (word, text, expected) => {
    expect(found(text, word)).toEqual(expected);
    expect(new Words(text, []).has(word)).toBe(expected.length > 0);
  });

  it("tells whether one of some words is there", () => {
    const words = new Words("a.push(b)", []);
    expect(words.hasAny(["pop", "push"])).toBe(true);
    expect(words.hasAny(["pop", "shift"])).toBe(false);
    expect(words.hasAny([])).toBe(false);
  });

  it("finds every word of a long text, also where words share a slot", () => {
    const names = Array.from({ length: 5000 }, (_, index) => `name${index * 7919}`);
    const text = names.join(" ");
    const words = new Words(text, []);
    const misplaced = names.filter((name) => {
      const offsets = words.offsetsOf(name);
      return offsets.length !== 1 || !text.startsWith(name, offsets[0]);
    });
    expect(misplaced).toEqual([]);
    expect(words.has("name1")).toBe(false);
  });

  it("finds the words of a text of nothing but words of one letter", () => {
    const text = Array.from({ length: 20_000 }, () => "a").join(" ");
    expect(new Words(text, []).offsetsOf("a")).toHaveLength(20_000);
  });

  it("reads short texts after a very long one", () => {
    const long = new Words("filler ".repeat(100_000) + "last", []);
    expect(long.offsetsOf("last")).toEqual([700_000]);
    const short = new Words("first last", []);
    expect(short.offsetsOf("last")).toEqual([6]);
    expect(long.offsetsOf("filler")).toHaveLength(100_000);
  });

  it("reads a text again after another was read", () => {
    const first = new Words("one two one", []);
    expect(first.offsetsOf("one")).toEqual([0, 8]);
    const second = new Words("two three", []);
    expect(second.offsetsOf("two")).toEqual([0]);
    expect(first.offsetsOf("one")).toEqual([0, 8]);
    expect(first.has("three")).toBe(false);
    expect(second.has("three")).toBe(true);
  });
});

describe("wordsOf", () => {
  const code =
    "// push one\nlist.push(/* push */ 1); /** push */\nconst text = 'push // push'; const url = /\\/*push/;";

  it("leaves out comments, and nothing else", () => {
    const words = wordsOf(parse(code));
    expect(words.offsetsOf("push").map((offset) => code.slice(offset - 3, offset))).toEqual([
      "st.",
      " = '".slice(1),
      "// ",
      "\\/*",
    ]);
    expect(words.has("one")).toBe(false);
  });

  it("is read once for a file", () => {
    const sourceCode = parse(code);
    expect(wordsOf(sourceCode)).toBe(wordsOf(sourceCode));
  });
});
