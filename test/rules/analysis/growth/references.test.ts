import { describe, expect, it } from "vitest";
import { usesOfVariable, type Use } from "../../../../rules/analysis/growth/references.js";
import { parse } from "../parse.js";

/** What is done to the module variable `a`: the action, and the steps that lead to what it is done to. */
function uses(code: string): readonly string[] {
  const sourceCode = parse(code);
  const scope = sourceCode.scopeManager?.scopes.find((each) => each.type === "module");
  const variable = scope?.set.get("a");
  return variable ? usesOfVariable(sourceCode, [variable]).map(written) : [];
}

function written({ steps, action }: Use): string {
  const path = steps.map((step) => (step.kind === "name" ? `.${step.name}` : "[]")).join("");
  const operation = "operation" in action ? ` ${action.operation}` : "";
  return `a${path} ${action.kind}${operation}`;
}

describe("usesOfVariable", () => {
  it.each([
    ["let a; a.set(k, v);", "a grow set"],
    ["let a; a.add(v);", "a grow add"],
    ["let a; a.push(v);", "a grow push"],
    ["let a; a.splice(i, 0, v);", "a grow splice"],
    ["let a; a[k] = v;", "a grow assign"],
    ["let a; Array.prototype.push.apply(a, list);", "a grow push"],
    ["let a; Object.assign(a, { [k]: v });", "a grow assign"],
    ["let a; a.b.push(v);", "a.b grow push"],
    ["let a; a.b[k].push(v);", "a.b[] grow push"],
    ["let a; delete a[k];", "a remove delete"],
    ["let a; a.delete(k);", "a remove delete"],
    ["let a; a.splice(i, 1);", "a remove splice"],
    ["let a; a.splice(0, a.length);", "a empty splice"],
    ["let a; a.clear();", "a empty clear"],
    ["let a; a.length = 0;", "a empty length"],
    ["let a; a.length--;", "a empty length"],
    ["let a; if (a.size > 3) f();", "a measure"],
    ["let a; if (k in a) f();", "a read"],
    ["let a; if (hasOwnProperty.call(a, k)) f();", "a read"],
    ["let a; for (const x of a) f(x);", "a iterate"],
    ["let a; g(a);", "a escape"],
    ["let a; function f() { return a; }", "a escape"],
    ["let a; const o = { a };", "a escape"],
    ["let a; export { a };", "a export"],
  ])("%s → %s", (code, expected) => expect(uses(code)).toContain(expected));

  it.each([
    ["an alias", "let a; const b = a; b.push(v);", "a grow push"],
    ["an entry's alias", "let a; let b = a.get(k); b.push(v);", "a[] grow push"],
    ["destructuring", "let a; const { b } = a; b.push(v);", "a.b grow push"],
    ["a helper's parameter", "let a; function add(list) { list.push(v); } add(a);", "a grow push"],
    ["a default parameter", "let a; function add(list = a) { list.push(v); }", "a grow push"],
    ["an assignment's value", "let a; let b; (b = a).push(v);", "a grow push"],
    ["a choice", "let a; (c ? a : d).push(v);", "a grow push"],
    ["a chain", "let a; a.set(k, v).set(l, w);", "a grow set"],
  ])("follows %s", (_title, code, expected) => expect(uses(code)).toContain(expected));

  it("knows functions that only look", () => {
    expect(uses("let a; console.log(a); JSON.stringify(a); Object.keys(a); Array.isArray(a);")).toEqual([]);
  });

  it("does not follow a variable that mostly names something else", () => {
    expect(uses("let a; let b = a; b = c; b = d; b.push(v);")).not.toContain("a grow push");
  });
});
