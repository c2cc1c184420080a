import { describe, expect, it } from "vitest";
import { holdersOf } from "../../../../rules/analysis/growth/holders.js";
import { BOUNDED, openGrowths, UNLIKELY } from "../../../../rules/analysis/growth/sanitizers.js";
import { parse } from "../parse.js";

/** The names of the sanitizers that apply to the first holder of the code. */
function applied(code: string): readonly string[] {
  const sourceCode = parse(code);
  const [holder] = holdersOf(sourceCode);
  if (!holder) throw new Error("no holder");
  const growing = { sourceCode, holder, growths: openGrowths(sourceCode, holder) };
  return Object.entries({ ...BOUNDED, ...UNLIKELY }).flatMap(([name, applies]) => (applies(growing) ? [name] : []));
}

const ADD = "export function add(x) { a.push(x); }";

describe("sanitizers", () => {
  it.each([
    ["const a = []; export function add(x) { if (a.length < 9) a.push(x); }", "size-bound"],
    ["const a = []; export function add(x) { a.push(x); if (a.length > options.max) a.shift(); }", "size-bound"],
    [
      "const a = []; export function add(x) { a.push(x); trim(); } function trim() { if (a.length > 9) a.shift(); }",
      "size-bound",
    ],
    ["const a = []; export function add(x, n) { a.push(x); if (a.length > n) a.shift(); }", "compared"],
    [
      "const a = []; let done = false; export function add(x) { if (done) return; done = true; a.push(x); }",
      "guard-flag",
    ],
    ["const a = []; export function add(x) { if (a.length === 0) a.push(x); }", "filled-once"],
    [`let a = []; ${ADD} setInterval(() => { a = []; }, 9);`, "flushed"],
    ["let a = []; export function add(x) { a.push(x); if (x.last) flush(); } function flush() { a = []; }", "flushed"],
    [
      "const a = []; function add(x) { a.push(x); } function clear() { a.length = 0; } export function run(x) { clear(); add(x); }",
      "flushed",
    ],
    [
      "const a = new Map(); const r = new FinalizationRegistry((k) => a.delete(k)); export function add(k, v) { a.set(k, v); r.register(v, k); }",
      "finalized",
    ],
    ["import { a } from './a'; export function add(x) { a.push(x); }", "imported"],
    ["export function add(x) { window.a.push(x); }", "initialised-elsewhere"],
    ["const a = new WeakMap(); export function add(o, x) { a.get(o).push(x); }", "weak-keys"],
    ["const a = new Map(); export function add(k, v) { a.set(k, new WeakRef(v)); }", "weak-values"],
    [`const a = []; g(a); ${ADD}`, "escape"],
    [`const a = []; ${ADD} export function next() { return a.shift(); }`, "removed-elsewhere"],
    [`const a = []; ${ADD} export function clear() { a.length = 0; }`, "emptied-elsewhere"],
    ["export function make() { const a = []; return (x) => a.push(x); }", "one-per-call"],
    ["const a = []; export function add(i, x) { a[i] = x; }", "indexed"],
    ["const a = new Map(); export function add(k, x) { a.get(k).push(x); }", "nested-only"],
    ["const warned = new Set(); export function add(x) { warned.add(x); }", "warns-once"],
    ["const a = {}; export function add(k) { a[k] = true; }", "counts"],
    ["const a = {}; export function add(k) { a[k] = a[k] + 1; }", "counts"],
    ["let a; export function add(x) { a = []; for (const y of x) a.push(y); }", "made-anew"],
    [
      "const a = new Set(); export function add(x) { a.add(x); } export function remove(x) { a.delete(x); }",
      "counterpart",
    ],
    ["const a = {}; export function add(k) { a[k] ??= load(k); }", "bounded-by-program"],
    [`const a = []; export function add(x) { a.push(x); } g("${"x".repeat(500)}");`, "generated"],
  ])("%s → %s", (code, name) => expect(applied(code)).toContain(name));

  it.each([
    `const a = []; ${ADD}`,
    "const a = []; export function add(x) { a.push(x); for (let i = 0; i < a.length; i++) g(a[i]); }",
    "const a = []; export function add(x) { if (a.length > 0) g(); a.push(x); }",
  ])("none for: %s", (code) => expect(applied(code)).toEqual([]));

  it("does not take a timeout that is set once for a flush", () => {
    expect(applied(`let a = []; ${ADD} export function stop() { setTimeout(() => { a = []; }, 9); }`)).toEqual([
      "emptied-elsewhere",
    ]);
  });
});
