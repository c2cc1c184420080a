import { describe, expect, it } from "vitest";
import { isThroughDefault } from "../../../../rules/analysis/growth/default-values.js";
import { holdersOf } from "../../../../rules/analysis/growth/holders.js";
import { parse } from "../parse.js";

function throughDefault(code: string): readonly boolean[] {
  const sourceCode = parse(code);
  const [holder] = holdersOf(sourceCode);
  return holder?.growths.map((growth) => isThroughDefault(sourceCode, holder, growth)) ?? [];
}

describe("isThroughDefault", () => {
  it.each([
    ["const a = []; export function add(x, list = a) { list.push(x); }", [true]],
    ["const a = []; export function add(x, { list = a }) { list.push(x); }", [true]],
    ["const a = { b: [] }; export function add(x, o) { const own = o ?? a; own.b.push(x); }", [true]],
    ["const a = []; export function add(x, list) { list ||= a; list.push(x); }", [true]],
    ["const a = []; export function add(x, list) { list = list ? list : a; list.push(x); }", [true]],
    ["const a = []; export function add(x, list = a) { list.push(x); a.push(x); }", [true, false]],
    ["const a = []; export function add(x) { const b = a; b.push(x); }", [false]],
  ])("%s → %s", (code, expected) => expect(throughDefault(code)).toEqual(expect.arrayContaining([...expected])));
});
