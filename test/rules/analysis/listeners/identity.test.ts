import { describe, expect, it } from "vitest";
import { identityOf, isSame, mayBeSame, nameOf } from "../../../../rules/analysis/listeners/identity.js";
import { registrationsOf } from "../../../../rules/analysis/listeners/registrations.js";
import { parse } from "../parse.js";

/** The receivers of the two registrations of some code. */
function receivers(code: string) {
  const sourceCode = parse(code);
  const [first, second] = registrationsOf(sourceCode);
  if (!first || !second) throw new Error("two registrations, please");
  return { sourceCode, first: first.receiver, second: second.receiver };
}

describe("one object under two names", () => {
  it.each([
    "class K { m() { const self = this; self.s.on('x', f); this.s.on('x', f); } }",
    "class K { m() { const { s } = this; s.on('x', f); } n() { this.s.on('x', f); } }",
    "class K { m() { const s = this.s; s.on('x', f).on('y', f); } }",
    "function m(o) { const { a: { b } } = o; b.on('x', f); o.a.b.on('x', f); }",
    "function m() { window.document.on('x', f); document.on('x', f); }",
    "function m() { globalThis.on('x', f); window.on('x', f); }",
    "function K() { this.s.on('x', f); } K.prototype.m = function () { this.s.on('x', f); };",
    "import process from 'node:process'; process.on('x', f); globalThis.process.on('x', f);",
    "var o = { a() { this.s.on('x', f); }, b() { this.s.on('x', f); } };",
  ])("%s", (code) => {
    const { first, second } = receivers(code);
    expect(isSame(first, second)).toBe(true);
  });
});

describe("two objects", () => {
  it.each([
    "function m() { window.on('x', f); document.on('x', f); }",
    "class A { m() { this.s.on('x', f); } } class B { m() { this.s.on('x', f); } }",
    "function m(a) { a.on('x', f); } function n(a) { a.on('x', f); }",
    "let s = this; s = that; s.a.on('x', f); this.a.on('x', f);",
    "make().on('x', f); make().on('x', f);",
  ])("%s", (code) => {
    const { first, second } = receivers(code);
    expect(isSame(first, second)).toBe(false);
  });
});

it("may be one object, where it is stored under its own name", () => {
  const { first, second } = receivers("class K { constructor(s) { s.on('x', f); } m() { this._s.on('x', f); } }");
  expect(mayBeSame(first, second)).toBe(true);
});

it("is named as the user would write it", () => {
  const { sourceCode, first, second } = receivers(
    "class K { m({ signal }) { this.#s.on('x', f); signal.on('y', f); } }",
  );
  expect([nameOf(sourceCode, first), nameOf(sourceCode, second)]).toEqual(["this.#s", "signal"]);
  expect(identityOf(sourceCode, sourceCode.ast).root.kind).toBe("value");
});
