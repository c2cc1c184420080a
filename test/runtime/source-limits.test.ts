import { describe, expect, it } from "vitest";
import { limitsInFile, limitsInText } from "../../runtime/source-limits.js";
import { project } from "./command.js";

describe("limitsInText", () => {
  it.each<[string, number[]]>([
    ["if (cache.size >= 500) cache.delete(first());", [500]],
    ["while (queue.length > 1_000) queue.shift();", [1000]],
    ["if (this.#entries.size === 100) this.flush();", [100]],
    ["if (rows.length > 2 ** 12) rows.pop();", [4096]],
    ["if (300 <= lines.length) lines.length = 0;", [300]],
    ["if (rows.length + 1 > 64) rows.pop();", [64]],
    ["if (rowCount >= 25) flush();", [25]],
    ["if (pool.count() < 8) pool.add(one);", [8]],
    ["if (a.size > 10 && b.length < 20) a.clear();", [10, 20]],
  ])("%s has the numbers %o", (text, numbers) => {
    expect([...limitsInText(text).numbers].sort((a, b) => a - b)).toEqual(numbers);
  });

  it("tells bytes from entries", () => {
    const { numbers, bytes } = limitsInText("if (this.totalBytes > 8 * 1024 * 1024 || held.bytes > most) evict();");
    expect({ numbers, bytes }).toEqual({ numbers: [], bytes: { numbers: [8_388_608], names: ["most"] } });
  });

  it.each<[string, string[]]>([
    ["while (cache.size > limit) evict();", ["limit"]],
    ["if (this.map.size >= this.options.keep) evict();", ["keep"]],
    ["if (this.list.length >= this.#most) evict();", ["#most"]],
    ["if (MAX_ENTRIES <= cache.size) evict();", ["MAX_ENTRIES"]],
    ["if (cache.length === options.depth) evict();", ["depth"]],
  ])("%s has the names %o", (text, names) => expect(limitsInText(text).names).toEqual(names));

  it.each([
    "if (list.length > 0) use(list);",
    "if (list.length === 1) use(list[0]);",
    "if (a.length === b.length) compare(a, b);",
    "if (map.size === undefined) return;",
    "if (age > 5000) expire();",
  ])("%s has no limit", (text) => expect(limitsInText(text)).toMatchObject({ numbers: [], names: [] }));

  it.each<[string, number[]]>([
    ["const settings = JSON.parse('{ \"keep\": 6143 }');", [6143]],
    ["const SLOTS = (1 << 12) - 1;", [4096]],
    ["const most = 4 * 1024;", [4096]],
    ["get most() { return 4_099; }", [4099]],
    ["const most = 2 ** 13;", [8192]],
    ["const most = 5e3;", [5000]],
    ["wait(100); wait(60_000); version('1.4096.2'); id4096;", []],
    ["[2001, 3001, 4001, 5001]", []],
  ])("%s writes %o out", (text, written) => expect(limitsInText(text).written).toEqual(written));

  it("names each limit once", () => {
    const text = "if (a.size > 50 || b.size > 50 || a.length > keep || b.length > keep) flush();";
    expect(limitsInText(text)).toMatchObject({ numbers: [50], names: ["keep"] });
  });
});

it("a file is read once, and one that is not there has no limits", () => {
  const folder = project({ "cache.mjs": "if (cache.size > 40) cache.clear();\n" });
  expect(limitsInFile(`${folder}/cache.mjs`).numbers).toEqual([40]);
  expect(limitsInFile(`${folder}/cache.mjs`)).toBe(limitsInFile(`${folder}/cache.mjs`));
  expect(limitsInFile(`${folder}/missing.mjs`)).toEqual({
    numbers: [],
    names: [],
    bytes: { numbers: [], names: [] },
    written: [],
  });
});
