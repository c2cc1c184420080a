import { describe, expect, it } from "vitest";
import { isLoadScope, runsAgain } from "../../../rules/analysis/lifetime.js";
import { outlives } from "../../../rules/analysis/outlives.js";
import {
  functionAround,
  isFunction,
  walk,
  type FunctionNode,
  type Node,
  type SourceCode,
} from "../../../rules/analysis/syntax.js";
import { parse } from "./parse.js";

/** The call `here()` of the code. */
function here(sourceCode: SourceCode): Node {
  let found: Node | null = null;
  walk(sourceCode, sourceCode.ast, (node) => {
    if (node.type === "CallExpression" && node.callee.type === "Identifier" && node.callee.name === "here")
      found = node;
    return found === null;
  });
  if (!found) throw new Error("no here()");
  return found;
}

function outermost(sourceCode: SourceCode): FunctionNode {
  let found: FunctionNode | null = null;
  for (let around = functionAround(here(sourceCode)); around; around = functionAround(around)) found = around;
  if (!found || !isFunction(found)) throw new Error("no function");
  return found;
}

describe("runsAgain", () => {
  it.each([
    "export function f() { here(); }",
    "export const f = () => here();",
    "exports.f = function () { here(); };",
    "class K { m() { here(); } }",
    "class K { id = here(); }",
    "on('x', () => here());",
    "function f() { here(); } on('x', f);",
    "function f() { here(); } export { f };",
    "function f() { here(); } export function g() { f(); }",
  ])("again: %s", (code) => {
    const sourceCode = parse(code);
    expect(runsAgain(sourceCode, here(sourceCode), null)).toBe(true);
  });

  it.each([
    "here();",
    "for (const x of list) here();",
    "(function () { here(); })();",
    "(() => { here(); }).call(this);",
    "list.forEach(() => here());",
    "function f() { here(); } f();",
    "function f() { here(); } function g() { f(); } g();",
    "function f() { here(); } list.forEach(f);",
    "load().then(() => here());",
    "class K { static { here(); } }",
  ])("at load: %s", (code) => {
    const sourceCode = parse(code);
    expect(runsAgain(sourceCode, here(sourceCode), null)).toBe(false);
  });
});

describe("isLoadScope", () => {
  it.each([
    ["(function () { here(); })();", true],
    ["(function (factory) { factory(); })(function () { here(); });", true],
    ["wrap({ 1: function (require, module, exports) { here(); } });", true],
    ["load({ './a.js': (module) => { here(); } });", true],
    ["load([function (module, exports) { here(); }]);", true],
    ["System.register(['a'], function (exports, module) { here(); });", true],
    ["function f() { here(); } f();", false],
    ["function describe(module) { here(); }", false],
    ["modules.map((module) => { here(); });", false],
    ["const visit = { module(module) { here(); } };", false],
  ])("%s → %s", (code, expected) => {
    const sourceCode = parse(code);
    expect(isLoadScope(sourceCode, outermost(sourceCode))).toBe(expected);
  });
});

describe("outlives", () => {
  it.each([
    ["function make() { return () => here(); }", true],
    ["function make() { return { add() { here(); } }; }", true],
    ["function make() { function add() { here(); } return add; }", true],
    ["function make() { function add() { here(); } return () => add(); }", true],
    ["function make(o) { o.add = () => here(); }", true],
    ["function make(o) { o.on('x', () => here()); }", true],
    ["function make() { return class { add() { here(); } }; }", true],
    ["function make(list) { list.forEach(() => here()); }", false],
    ["function make() { const add = () => here(); add(); }", false],
    ["function make(file) { read(file, () => here()); }", false],
  ])("%s → %s", (code, expected) => {
    const sourceCode = parse(code);
    expect(outlives(sourceCode, here(sourceCode), outermost(sourceCode))).toBe(expected);
  });
});
