import { describe, expect, it } from "vitest";
import { holdersOf } from "../../../../rules/analysis/growth/holders.js";
import { parse } from "../parse.js";

function found(code: string, sourceType: "module" | "commonjs" = "module"): readonly string[] {
  return holdersOf(parse(code, sourceType)).map(({ kind, name, container }) => `${kind} ${name} ${container}`);
}

describe("holdersOf", () => {
  it.each([
    ["const a = new Map(); export function f(k, v) { a.set(k, v); }", "binding a Map"],
    ["export const a = new Set(); export function f(v) { a.add(v); }", "export a Set"],
    ["export class K { static #a = []; static f(v) { this.#a.push(v); } }", "static K.#a Array"],
    ["export class K { static a = []; f(v) { this.constructor.a.push(v); } }", "static K.a Array"],
    ["export function f(v) { f.a.push(v); } f.a = [];", "property f.a Array"],
    ["const o = { a: [] }; export function f(v) { o.a.push(v); }", "property o.a Array"],
    ["globalThis.a ??= {}; export function f(k, v) { globalThis.a[k] = v; }", "global globalThis.a Object"],
    ["import { a } from './a'; export function f(v) { a.push(v); }", "import a unknown"],
    ["export function make() { const a = []; return (v) => a.push(v); }", "closure a Array"],
    ["const a = new _Map(); export function f(k, v) { a.set(k, v); }", "binding a Map"],
    ["let a; export function f(v) { a = { v, next: a }; }", "binding a Object"],
    ["const a = new WeakMap(); export function f(o, v) { a.get(o).push(v); }", "binding a WeakMap"],
  ])("%s → %s", (code, holder) => expect(found(code)).toEqual([holder]));

  it.each([
    ["exports.a = []; exports.f = (v) => { exports.a.push(v); };", "export module.exports.a Array"],
    [
      "module.exports = { a: [] }; module.exports.f = (v) => { module.exports.a.push(v); };",
      "export module.exports.a Array",
    ],
    ["const a = require('./a'); exports.f = (v) => { a.push(v); };", "import a unknown"],
  ])("CommonJS: %s → %s", (code, holder) => expect(found(code, "commonjs")).toEqual([holder]));

  it.each([
    "const a = new QuickLRU(); export function f(k, v) { a.set(k, v); }",
    "const a = make(); export function f(k, v) { a.set(k, v); }",
    "const a = new WeakMap(); export function f(k, v) { a.set(k, v); }",
    "export function f(v) { const a = []; a.push(v); return a; }",
    "import { a } from 'a'; export function f(v) { a.push(v); }",
    "const a = []; a.push(1);",
    "const a = typeof global === 'object' ? global : {}; export function f(k, v) { a[k] = v; }",
  ])("none in: %s", (code) => expect(found(code)).toEqual([]));
});
