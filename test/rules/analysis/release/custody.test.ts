import { describe, expect, it } from "vitest";
import { custodyOf } from "../../../../rules/analysis/release/custody.js";
import { fateOf } from "../../../../rules/analysis/release/handles.js";
import { invocationsOf } from "../../../../rules/analysis/invocations.js";
import { useSettings } from "../../../../rules/analysis/settings.js";
import { parse } from "../parse.js";

function acquired(code: string) {
  const sourceCode = parse(code);
  const [call] = invocationsOf(sourceCode, ["acquire"]);
  if (!call) throw new Error("no acquire()");
  return { sourceCode, call };
}

describe("fateOf", () => {
  it.each([
    ["acquire();", "discarded"],
    ["void acquire();", "discarded"],
    ["new Promise((r) => acquire(r));", "discarded"],
    ["f(function () { list.forEach(() => { return acquire(); }); });", "discarded"],
    ["const f = () => acquire();", "returned"],
    ["async function f() { return await acquire(); }", "returned"],
    ["const h = x ? acquire() : null;", "variable"],
    ["let h; h = h ?? acquire();", "variable"],
    ["this.h = acquire();", "field"],
    ["class K { #h = acquire(); }", "field"],
    ["map[key] = acquire();", "container"],
    ["const list = [acquire()];", "container"],
    ["use(acquire());", "passed"],
    ["acquire().unref();", "chained"],
    ["acquire()();", "called"],
    ["const { port } = acquire();", "member"],
    ["if (acquire()) f();", "looked at"],
  ])("%s: %s", (code, kind) => {
    const { sourceCode, call } = acquired(code);
    expect(fateOf(sourceCode, call).kind).toBe(kind);
  });
});

describe("custodyOf", () => {
  const custody = (code: string, disposalSinks: readonly string[] = []) => {
    const { sourceCode, call } = acquired(code);
    useSettings(sourceCode, { leakproof: { disposalSinks } });
    const by = /release\(/.test(code) ? "argument" : "method";
    const names = by === "argument" ? ["release"] : ["close", "()"];
    const { holders, releases, escapes } = custodyOf(sourceCode, call, { by, names });
    return {
      holders: holders.map((holder) => (holder.kind === "field" ? holder.text : holder.name)),
      releases: releases.length,
      escapes: escapes.map(({ kind }) => kind),
    };
  };

  it.each([
    ["a variable", "const h = acquire(); release(h);", ["h"]],
    [
      "a field, under another name of this",
      "class K { h; a() { this.h = acquire(); } b() { const self = this; release(self.h); } }",
      ["this.h"],
    ],
    [
      "a destructured field",
      "class K { h; a() { this.h = acquire(); } b() { const { h } = this; release(h); } }",
      ["this.h", "h"],
    ],
    [
      "from variable to field",
      "class K { h; a() { const h = acquire(); this.h = h; } b() { release(this.h); } }",
      ["h", "this.h"],
    ],
    ["a method", "const h = await acquire(); h.close();", ["h"]],
    ["a method that is handed on", "const h = acquire(); onGone(h.close.bind(h));", ["h"]],
    ["disposal", "const h = acquire(); h[Symbol.dispose]();", ["h"]],
    ["using", "using h = acquire(); h.read();", ["h"]],
    ["a promise's value", "acquire().then((h) => h.close());", ["h"]],
    ["a function", "const stop = acquire(); stop();", ["stop"]],
    ["a sink", "const h = acquire(); this._register(h);", ["h"]],
    ["a list of disposables", "const h = acquire(); this.toDispose.push(h);", ["h"]],
  ])("released: %s", (_title, code, holders) => {
    expect(custody(code)).toEqual({ holders, releases: 1, escapes: [] });
  });

  it.each([
    ["returned", "function f() { const h = acquire(); return h; }"],
    ["passed", "const h = acquire(); use(h);"],
    ["container", "const h = acquire(); const all = { h };"],
    ["exported", "export const h = acquire();"],
    ["field", "function f(options) { options.h = acquire(); }"],
    ["field", "class K extends Base { a() { this.h = acquire(); } }"],
  ])("%s: %s", (kind, code) => expect(custody(code).escapes).toEqual([kind]));

  it("is nowhere after a look at it", () => {
    expect(custody("const h = acquire(); console.log(h); if (h) h.read();")).toMatchObject({
      releases: 0,
      escapes: [],
    });
  });

  it("knows the sinks that the user's settings name", () => {
    expect(custody("own(acquire());", ["own"])).toMatchObject({ releases: 1, escapes: [] });
  });
});
