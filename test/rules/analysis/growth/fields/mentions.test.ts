import { describe, expect, it } from "vitest";
import { grownFields } from "../../../../../rules/analysis/growth/fields/mentions.js";
import { Words } from "../../../../../rules/analysis/words.js";

const grown = (body: string) => [...grownFields(new Words(`class K { m(x, k) { ${body} } }`, []))];

describe("grownFields", () => {
  it.each([
    "this.a.push(x);",
    "this.a!.set(k, x);",
    "this.#a.add(x);",
    "this.a[k] = x;",
    "this.a[k.b[0]].push(x);",
    "(this.a ??= []).push(x);",
    "this.a = [...this.a, x];",
    "this.a += chunk;",
    "const self = this; g(() => self.a.push(x));",
    "const a = this.a; a.push(x);",
  ])("%s", (body) => expect(grown(body)).toEqual(["a"]));

  it.each([
    "this.a.get(k);",
    "this.a += x;",
    "if (this.a || k) g();",
    "this.a = x;",
    "this.a[k];",
    "this.b.a.push(x);",
    "if (this.a === x) g();",
    "o.a.push(x);",
  ])("none: %s", (body) => expect(grown(body)).toEqual([]));
});
