import { describe, expect, it } from "vitest";
import { enclosingScopes } from "../../../rules/analysis/scopes.js";
import { parse } from "./parse.js";

const types = (code: string, sourceType?: "commonjs") =>
  enclosingScopes(parse(code, sourceType)).map(({ type }) => type as string);

describe("enclosingScopes", () => {
  it.each([
    ["const a = [];", []],
    ["const f = () => 1;", ["module"]],
    ["function f() { const g = () => 1; }", ["module", "function"]],
    ["{ const f = () => 1; } { const a = 1; }", ["module", "block"]],
    ["class K { static a = []; }", ["module", "class"]],
  ])("%s", (code, expected) => expect(types(code)).toEqual(expected));

  it("has the outermost scope of what is no module", () => {
    expect(types("var a = {}; module.exports = function () { a.b = 1; };", "commonjs")).toEqual(["global"]);
  });
});
