import { describe, expect, it } from "vitest";
import { assignmentsToMember, membersNamed, mentionsOf } from "../../../rules/analysis/mentions.js";
import { walk, type Node, type SourceCode } from "../../../rules/analysis/syntax.js";
import { parse } from "./parse.js";

function texts(sourceCode: SourceCode, nodes: readonly Node[]): readonly string[] {
  return nodes.map((node) => sourceCode.getText(node));
}

function firstClass(sourceCode: SourceCode): Node {
  let found: Node | null = null;
  walk(sourceCode, sourceCode.ast, (node) => {
    if (node.type === "ClassDeclaration") found ??= node;
    return found === null;
  });
  if (!found) throw new Error("no class");
  return found;
}

describe("mentionsOf", () => {
  it.each([
    ["a; b.a; ({ a: 1 }); 'a';", 3],
    ["class K { #a = 1; m() { return this.#a; } }", 2],
    ["// a\nab; $a;", 0],
  ])("a in %s: %i", (code, count) => expect(mentionsOf(parse(code), "a")).toHaveLength(count));
});

describe("membersNamed", () => {
  it.each([
    ["x.a; y?.a; z!.a;", ["x.a", "y?.a", "z!.a"]],
    ["x\n  .a;", ["x\n  .a"]],
    ["x.y.a.b;", ["x.y.a"]],
    ["a; a.b; x[a]; ({ a }); x.ab;", []],
    ["f(...a);", []],
  ])("%s", (code, expected) => {
    const sourceCode = parse(code);
    expect(texts(sourceCode, membersNamed(sourceCode, "a"))).toEqual(expected);
  });

  it("finds private names", () => {
    const sourceCode = parse("class K { #a = 1; m(o) { return this.#a + o.a; } }");
    expect(texts(sourceCode, membersNamed(sourceCode, "#a"))).toEqual(["this.#a"]);
    expect(texts(sourceCode, membersNamed(sourceCode, "a"))).toEqual(["o.a"]);
  });

  it("keeps to the code of a node", () => {
    const sourceCode = parse("x.a; class K { m() { return this.a; } } y.a;");
    expect(texts(sourceCode, membersNamed(sourceCode, "a", firstClass(sourceCode)))).toEqual(["this.a"]);
  });
});

describe("assignmentsToMember", () => {
  it("finds what is assigned, whatever the operator", () => {
    const sourceCode = parse("x.a = 1; x.a ??= 2; x.a += 3; y = x.a; x.a.b = 4; x.a === 5;");
    expect(texts(sourceCode, assignmentsToMember(sourceCode, "a"))).toEqual(["x.a = 1", "x.a ??= 2", "x.a += 3"]);
  });
});
