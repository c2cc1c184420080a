import { describe, expect, it } from "vitest";
import { slicesIn } from "../../../../rules/analysis/retention/slices.js";
import { here } from "./here.js";

describe("slicesIn", () => {
  it.each([
    ["here(text.slice(a))", ["text.slice(a)"]],
    ["here(text.trim())", []],
    ["here(text.split(',')[0])", ["text.split(',')[0]"]],
    ["here(text.substring(a).trim())", ["text.substring(a)"]],
    ["here({ a: text.slice(a), b: [text.slice(b)] })", ["text.slice(a)", "text.slice(b)"]],
    ["const part = text.slice(a); here(part)", ["text.slice(a)"]],
    ["const m = text.match(a); here(m[1])", ["m[1]"]],
    ["here(chunk.subarray(0, 1))", ["chunk.subarray(0, 1)"]],
    ["here(view.slice(1))", []],
    ["here(view.subarray(1))", ["view.subarray(1)"]],
    ["here(lines.slice(1))", []],
    ["here(text.slice(3, 15))", []],
    ["here(text.slice(3, 16))", ["text.slice(3, 16)"]],
    ["here(text.slice(-12))", []],
    ["here(text.slice(-13))", ["text.slice(-13)"]],
    ["here(text.slice(a).length)", []],
    ["here(Buffer.from(chunk.subarray(1)))", []],
  ])("%s → %s", (statement, expected) => {
    const [sourceCode, value] = here(
      `export function read(text: string, chunk: Buffer, view: Uint8Array, lines: string[], a, b) { ${statement}; }`,
    );
    expect(slicesIn(sourceCode, value).map(({ cut }) => sourceCode.getText(cut))).toEqual(expected);
  });
});
