import { describe, expect, it } from "vitest";
import { functionName } from "../../../../rules/analysis/calls.js";
import { lifespanOf, runningFunction } from "../../../../rules/analysis/retention/lifespan.js";
import { here } from "./here.js";

describe("lifespanOf", () => {
  it.each([
    ["const x = 1; export function f() { here(x); }", "module"],
    ["import { x } from 'y'; export const f = () => here(x.y.z);", "module"],
    ["export const f = () => here(process.stdin);", "module"],
    ["class K { m() { here(this.x); } }", "instance"],
    ["export function f() { const self = this; g(() => here(self.x)); }", "instance"],
    ["export function f(x) { return () => here(x); }", "closure"],
    ["export function f() { const x = 1; on('e', () => { here(x); }); }", "closure"],
    ["export function f(x) { here(x.y); }", "caller"],
    ["export function f(x) { list.forEach(() => here(x)); }", "caller"],
    ["export function f() { const x = 1; here(x); }", "call"],
    ["const x = 1; here(x);", "call"],
    ["export function f() { here(make()); }", null],
    ["export function f() { here('x'); }", null],
  ])("%s → %s", (code, expected) => {
    const [sourceCode, node] = here(code);
    expect(lifespanOf(sourceCode, node, node)).toBe(expected);
  });

  it.each([
    "exports.f = function (x) { return __awaiter(this, void 0, void 0, function* () { here(x); }); };",
    "exports.f = function (x) { return __async(this, null, function () { return __generator(this, function (_c) { here(x); }); }); };",
    "exports.f = function (x) { return _asyncToGenerator(function* () { here(x); })(); };",
  ])("through what compilers make of async: %s", (code) => {
    const [sourceCode, node] = here(code, "commonjs");
    expect(lifespanOf(sourceCode, node, node)).toBe("caller");
    const running = runningFunction(node);
    expect(running && functionName(running)).toBe("f");
  });
});
