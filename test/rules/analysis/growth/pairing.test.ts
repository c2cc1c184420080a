import { describe, expect, it } from "vitest";
import { holdersOf } from "../../../../rules/analysis/growth/holders.js";
import { pairingOf } from "../../../../rules/analysis/growth/pairing.js";
import { parse } from "../parse.js";

function pairing(body: string): string {
  const sourceCode = parse(`const a = new Map(); const list = []; ${body}`);
  const [holder] = holdersOf(sourceCode);
  const growth = holder?.growths[0];
  const removal = holder?.removals[0];
  if (!holder || !growth || !removal) throw new Error("no growth and removal");
  return pairingOf(sourceCode, holder, growth, removal);
}

describe("pairingOf", () => {
  it.each([
    ["export function f(k, v) { a.set(k, v); a.delete(k); }", "paired"],
    ["export function f(k, v) { a.set(k, v); try { g(); } finally { a.delete(k); } }", "paired"],
    ["export function f(k, v) { a.set(k, v); return () => a.delete(k); }", "paired"],
    ["export function f(k, v) { a.set(k, v); k.on('close', () => a.delete(k)); }", "paired"],
    ["export function f(k, v) { a.set(k, v); g().finally(() => a.delete(k)); }", "paired"],
    ["export function f(k) { return new Promise((r) => { a.set(k, r); }).finally(() => a.delete(k)); }", "paired"],
    [
      "export function f(v) { list.push(v); return () => { const i = list.indexOf(v); list.splice(i, 1); }; }",
      "paired",
    ],
    ["export function f(k, v) { a.set(k, v); g(); a.delete(k); }", "skipped"],
    ["export async function f(k, v) { a.set(k, v); await v; a.delete(k); }", "skipped"],
    ["export function f(k, v) { a.set(k, v); if (v) a.delete(k); }", "skipped"],
    ["export function f(k, v) { a.set(k, v); g().then(() => a.delete(k)); }", "skipped"],
    ["export function f(v) { list.push(v); g(); list.pop(); }", "skipped"],
    ["export function f(k, v) { a.set(k, v); a.delete(oldest()); }", "evicts"],
    ["export function f(v) { list.push(v); list.shift(); }", "evicts"],
    ["export function f(k, v) { a.delete(k); a.set(k, v); }", "refreshes"],
    ["export function f(k, v) { a.set(k, v); } export function g(k) { a.delete(k); }", "elsewhere"],
  ])("%s → %s", (code, expected) => expect(pairing(code)).toBe(expected));
});
