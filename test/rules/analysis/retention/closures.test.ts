import { describe, expect, it } from "vitest";
import { capturesCall, closuresIn } from "../../../../rules/analysis/retention/closures.js";
import { keptObject } from "../../../../rules/analysis/retention/kept-objects.js";
import { functionAround, isFunction } from "../../../../rules/analysis/syntax.js";
import { here } from "./here.js";

describe("closuresIn", () => {
  it.each([
    ["here(() => 1);", 1],
    ["here({ a() {}, b: [() => 1], c: 2 });", 2],
    ["function f() {} here(f);", 1],
    ["const o = { f() {} }; here(o);", 1],
    ["here(a ? () => 1 : null);", 1],
    ["here(make(() => 1));", 0],
    ["here(text);", 0],
  ])("%s → %i", (code, count) => {
    const [sourceCode, value] = here(code);
    expect(closuresIn(sourceCode, value)).toHaveLength(count);
  });
});

describe("capturesCall", () => {
  it.each([
    ["function run(a) { here(() => a); }", true],
    ["function run() { const a = 1; here(function () { return () => a; }); }", true],
    ["function run() { here(() => this.a); }", true],
    ["function run() { here(function () { return this.a; }); }", false],
    ["const a = 1; function run() { here(() => a); }", false],
    ["function run() { here((a) => a); }", false],
  ])("%s → %s", (code, expected) => {
    const [sourceCode, closure] = here(code);
    const around = functionAround(closure);
    expect(around && isFunction(closure) && capturesCall(sourceCode, closure, around)).toBe(expected);
  });
});

describe("keptObject", () => {
  it.each([
    ["class K { m() { here(this); } }", "instance"],
    ["class K { m() { const self = this; here(self); } }", "instance"],
    ["class K { static m() { here(this); } }", null],
    ["export function f() { here(this); }", null],
    ["export function f(event) { here(event); }", "event"],
    ["export function f(x: CustomEvent) { here(x); }", "event"],
    ["export function f(x: Foo | IncomingMessage) { here(x); }", "request"],
    ["export function f(vnode) { here(vnode._component); }", "component"],
    ["export function f(event) { here(event.detail); }", null],
    ["try { f(); } catch (e) { here(e); }", "error"],
    ["export const f = () => here(new TypeError());", "error"],
    ["const event = make(); export const f = () => here(event);", null],
  ])("%s → %s", (code, expected) => {
    const [sourceCode, value] = here(code);
    expect(keptObject(sourceCode, value, null)).toBe(expected);
  });
});
