import { describe, expect, it } from "vitest";
import { isClosedKey } from "../../../../rules/analysis/growth/keys.js";
import { walk, type Node } from "../../../../rules/analysis/syntax.js";
import { parse } from "../parse.js";

/** Whether the key in the first `table[key]` of the code is closed. */
function isClosed(code: string): boolean {
  const sourceCode = parse(code);
  let key: Node | null = null;
  walk(sourceCode, sourceCode.ast, (node) => {
    const isEntry =
      node.type === "MemberExpression" && node.object.type === "Identifier" && node.object.name === "table";
    if (isEntry && node.computed) key ??= node.property;
    return key === null;
  });
  if (!key) throw new Error("no table[key]");
  return isClosedKey(sourceCode, key);
}

describe("isClosedKey", () => {
  it.each([
    "table['a'];",
    "table[`a${1}`];",
    "table[typeof x];",
    "table[x === y];",
    "table[i & 0xff];",
    "table[hash(x) % 16];",
    "enum E { A } table[E.A];",
    "table[Events.CLOSE];",
    "const k = Symbol('k'); table[k];",
    "const k = on ? 'a' : 'b'; table[k];",
    "const NAMES = ['a', 'b']; for (const n of NAMES) table[n];",
    "const T = { a: 1 }; for (const n in T) table[n];",
    "['a', 'b'].forEach((n) => table[n]);",
    "for (let i = 0; i < 256; i++) table[i];",
    "function f(n) { table[n]; } f('a'); f('b');",
    "function f(m: 'a' | 'b') { table[m]; }",
    "type M = 'a' | 'b'; export function f(m: M) { table[m]; }",
  ])("closed: %s", (code) => expect(isClosed(code)).toBe(true));

  it.each([
    "export function f(k) { table[k]; }",
    "export function f(r) { table[r.id]; }",
    "let i = 0; export function f() { table[i++]; }",
    "let i = 0; export function f() { i += 1; table[i]; }",
    "export function f(o) { table[JSON.stringify(o)]; }",
    "export function f(a, b) { table[`${a}:${b}`]; }",
    "export function f(list) { for (const n of list) table[n]; }",
    "export function f(n: string) { table[n]; }",
    "function f(n) { table[n]; } f(x);",
    "const NAMES = ['a']; NAMES.push(x); for (const n of NAMES) table[n];",
  ])("open: %s", (code) => expect(isClosed(code)).toBe(false));
});
