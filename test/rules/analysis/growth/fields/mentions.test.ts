import { describe, expect, it } from "vitest";
import { grownFields } from "../../../../../rules/analysis/growth/fields/mentions.js";

const grown = (body: string) => [...grownFields({ text: `class K { m(x, k) { ${body} } }` }).keys()];

describe("grownFields", () => {
  it.each([
    "this.a.push(x);",
    "this.a!.set(k, x);",
    "this.#a.add(x);",
    "this.a[k] = x;",
    "this.a[k.b[0]].push(x);",
    "(this.a ??= []).push(x);",
    "this.a = [...this.a, x];",
    "this.a += x;",
    "const self = this; g(() => self.a.push(x));",
    "const a = this.a; a.push(x);",
  ])("%s", (body) => expect(grown(body)).toEqual(["a"]));

  it.each([
    "this.a.get(k);",
    "this.a = x;",
    "this.a[k];",
    "this.b.a.push(x);",
    "if (this.a === x) g();",
    "o.a.push(x);",
  ])("none: %s", (body) => expect(grown(body)).toEqual([]));

  it("tells where each field is spoken of", () => {
    const code = "class K { m(x) { this.a.push(x); return this.a.length; } }";
    expect(
      grownFields({ text: code })
        .get("a")
        ?.map((offset) => code.slice(offset - 5, offset + 2)),
    ).toEqual(["this.a.", "this.a."]);
  });
});
