import { describe, expect, it } from "vitest";
import { isTeardown, teardownsOf, nameOf } from "../../../../rules/analysis/release/teardown.js";
import { useSettings } from "../../../../rules/analysis/settings.js";
import { functionAround, isFunction, walk, type Node } from "../../../../rules/analysis/syntax.js";
import { invocationsOf } from "../../../../rules/analysis/invocations.js";
import { parse } from "../parse.js";

/** Whether the function around `here()` is a teardown. */
function isTornDownHere(code: string, teardownMethods: readonly string[] = []): boolean {
  const sourceCode = parse(code);
  useSettings(sourceCode, { leakproof: { teardownMethods } });
  const [here] = invocationsOf(sourceCode, ["here"]);
  const around = here && functionAround(here);
  if (!around) throw new Error("no function around here()");
  return isTeardown(sourceCode, around);
}

describe("isTeardown", () => {
  it.each([
    ["a method", "class K { dispose() { here(); } }"],
    ["a symbol", "class K { [Symbol.asyncDispose]() { here(); } }"],
    ["a private method", "class K { #stopPolling() { here(); } }"],
    ["a field", "class K { onDestroy = () => here(); }"],
    ["a framework's method", "class K { componentWillUnmount() { here(); } }"],
    ["a function", "export async function shutdown() { here(); }"],
    ["a prototype's method", "K.prototype.close = function () { here(); };"],
    ["an object's method", "export const plugin = { destroy() { here(); } };"],
    ["a returned function", "export function start() { return () => here(); }"],
    ["a function returned by its name", "export function start() { const end2 = () => here(); return end2; }"],
    ["the callback of a hook", "onUnmounted(() => here());"],
    ["the callback of an end", "signal.addEventListener('abort', () => here());"],
    ["the callback of an end, by its name", "function gone() { here(); }\nsocket.on('close', gone);"],
  ])("%s", (_title, code) => expect(isTornDownHere(code)).toBe(true));

  it.each([
    ["any method", "class K { read() { here(); } }"],
    ["a returned function with a parameter", "export const memoize = (f) => (x) => here(f, x);"],
    ["the callback of an event", "socket.on('data', () => here());"],
  ])("not %s", (_title, code) => expect(isTornDownHere(code)).toBe(false));

  it("knows the methods that the user's settings name", () => {
    expect(isTornDownHere("class K { farewell() { here(); } }", ["farewell"])).toBe(true);
  });
});

describe("teardownsOf", () => {
  const ownerIn = (code: string) => {
    const sourceCode = parse(code);
    const owners: Node[] = [];
    walk(sourceCode, sourceCode.ast, (node) => {
      if (owners.length === 0 && (node.type === "ClassDeclaration" || isFunction(node))) owners.push(node);
      return owners.length === 0;
    });
    return owners.flatMap((owner) => teardownsOf(sourceCode, owner).map(nameOf));
  };

  it("finds those of a class, a prototype, an object that a function returns", () => {
    expect(ownerIn("class K { open() {} close() {} stop = () => 1; }")).toEqual(["close", "stop"]);
    expect(ownerIn("function K() { this.stop = () => 1; }\nK.prototype.close = function () {};")).toEqual([
      "close",
      "stop",
    ]);
    expect(ownerIn("function make() { return { read() {}, close() {} }; }")).toEqual(["close"]);
  });
});
