import { describe, expect, it } from "vitest";
import { isPerCall } from "../../../../rules/analysis/growth/evidence.js";
import { holdersOf } from "../../../../rules/analysis/growth/holders.js";
import { parse } from "../parse.js";

function growsWithCalls(code: string): boolean {
  const sourceCode = parse(code);
  const [holder] = holdersOf(sourceCode);
  if (!holder) throw new Error("no holder");
  return isPerCall({ sourceCode, holder, growths: holder.growths });
}

describe("isPerCall", () => {
  it.each([
    "let a; export function add(x) { a = { x, previous: a }; }",
    "const a = []; export function add(x) { a.push(x); }",
    "const a = []; export function add(x) { a[a.length] = x; }",
    "const a = new Set(); export class K { constructor() { a.add(this); } }",
    "const a = new Set(); export function add(f) { a.add(() => f()); }",
    "const a = new Set(); export function add(x: Order) { a.add(x); }",
    "const a = new Set(); export function add(socket) { a.add(socket); }",
    "const a = new Map(); export function add(id, x) { a.set(id, x); }",
    "const a = new Map(); export function add(x) { a.set(x.sessionId, x); }",
    "const a = new Map(); let n = 0; export function add(x) { a.set(n++, x); }",
    "const a = new Map(); let n = 0; export function add(x) { n++; a.set(`k${n}`, x); }",
    "const a = {}; export function add(x) { a[Date.now()] = x; }",
    "const a = {}; export function add(x) { a[JSON.stringify(x)] ??= load(x); }",
    "const a = new Map([['a', 'b']]); export function get(k) { if (!a.has(k)) a.set(k, 'c'); return a.get(k); }",
    "function memo(f) { const a = new Map(); return (k) => { if (!a.has(k)) a.set(k, f(k)); return a.get(k); }; } memo(g);",
  ])("with the calls: %s", (code) => expect(growsWithCalls(code)).toBe(true));

  it.each([
    "const a = {}; export function get(k) { return (a[k] ??= load(k)); }",
    "const a = new Map(); export function get(k: string) { if (!a.has(k)) a.set(k, load(k)); return a.get(k); }",
    "const a = new Map(); export function get(moduleId) { if (!a.has(moduleId)) a.set(moduleId, load()); return a.get(moduleId); }",
    "const a = new Set(); export function get(path) { if (a.has(path)) return; a.add(path); }",
    "const a = []; export function add(x) { if (!a.includes(x)) a.push(x); }",
    "const plugins = []; export function add(x) { plugins.push(x); }",
    "const a = []; export function registerLoader(x) { a.push(x); } export const all = () => a.map(g);",
    "const a = []; export function add(plugin) { a.push(plugin); } export const all = () => a.map(g);",
    "const a = {}; export function copy(t) { Object.keys(t).forEach((k) => { a[k] = t[k]; }); }",
    "function memo(f) { const a = new Map(); return (k: string) => { if (!a.has(k)) a.set(k, f(k)); return a.get(k); }; } memo(g);",
  ])("with the program: %s", (code) => expect(growsWithCalls(code)).toBe(false));
});
