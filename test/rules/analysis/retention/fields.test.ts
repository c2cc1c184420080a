import { describe, expect, it } from "vitest";
import { fieldName, fieldWrites, memberAround, ownerOf } from "../../../../rules/analysis/retention/fields.js";
import { instancePath } from "../../../../rules/analysis/retention/holder-path.js";
import { classAround } from "../../../../rules/analysis/syntax.js";
import { here } from "./here.js";

describe("the fields of a class", () => {
  const code =
    "class K {\n  a = 1;\n  #b = 2;\n  m() { this.a = 3; this.#b ??= 4; this.ab = 5; if (this.a == 6) here(this.a.x); }\n}";

  it.each([
    ["a", ["1", "3"]],
    ["#b", ["2", "4"]],
    ["ab", ["5"]],
    ["c", []],
  ])("what %s is given", (name, expected) => {
    const [sourceCode, node] = here(code);
    const owner = classAround(node);
    const values = owner
      ? fieldWrites(sourceCode, owner, name).map(({ value }) => value && sourceCode.getText(value))
      : [];
    expect(values).toEqual(expected);
  });

  it("the member, the field and the path of an expression", () => {
    const [, node] = here(code);
    expect([memberAround(node), fieldName(node), instancePath(node).owner?.properties]).toEqual(["m", "a", ["a", "x"]]);
  });

  it("outside classes: the function that makes the instance", () => {
    const [, node] = here("function Old() { const f = () => here(this.x); }");
    expect([classAround(node), memberAround(node), ownerOf(node)?.type]).toEqual([null, null, "FunctionDeclaration"]);
    expect(instancePath(here("here(a.b);")[1])).toEqual({});
  });
});
