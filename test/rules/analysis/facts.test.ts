import { describe, expect, it } from "vitest";
import { factsAt } from "../../../rules/analysis/facts.js";
import { factsOf, lint } from "../lint.js";

const LOG =
  "const log = [];\nexport function add(e) {\n  log.push(e);\n}\nexport function clear() {\n  log.length = 0;\n}\n";

describe("factsAt", () => {
  it("says where a holder grows and shrinks, and in which functions", () => {
    const [facts] = factsOf(LOG);
    expect(facts).toMatchObject({
      kind: "binding",
      name: "log",
      module: "src/file.ts",
      container: "Array",
      path: { root: { kind: "variable", name: "log", scope: "module", definition: null }, properties: [] },
    });
    expect(facts?.growSites).toMatchObject([
      { operation: "push", functionName: "add", isPublic: true, isTimed: false, start: { line: 3, column: 2 } },
    ]);
    expect(facts?.shrinkSites).toMatchObject([{ operation: "length", functionName: "clear", isPublic: true }]);
    expect(LOG.slice(facts?.growSites[0]?.start.offset, facts?.growSites[0]?.end.offset)).toBe("log.push(e)");
  });

  it("takes the rule with or without a prefix, and answers null elsewhere", () => {
    const { sourceCode } = lint(LOG, "strict");
    const place = { line: 1, column: 7 };
    expect(factsAt(sourceCode, "no-grow-only-registry", place, "a.ts")).not.toBeNull();
    expect(factsAt(sourceCode, "leakproof/no-grow-only-registry", place, "a.ts")).not.toBeNull();
    expect(factsAt(sourceCode, "no-grow-only-registry", { line: 2, column: 1 }, "a.ts")).toBeNull();
  });

  it("knows a holder that no rule of this version reports", () => {
    const bounded = "const q = [];\nexport function add(v, o) { q.push(v); if (q.length > o.max) q.shift(); }";
    const { sourceCode, messages } = lint(bounded, "strict");
    expect(messages).toHaveLength(0);
    const facts = factsAt(sourceCode, "no-unbounded-cache", { line: 1, column: 7 }, "a.ts");
    expect(facts).toMatchObject({ name: "q", hasUnknownLimit: true, capacities: [] });
  });

  it("names the class of a static field and the function of a property", () => {
    const [field] = factsOf("export class K {\n  static #live = new Set();\n  constructor() { K.#live.add(this); }\n}");
    expect(field?.path).toMatchObject({
      root: { name: "K", definition: { start: { line: 1 } } },
      properties: ["#live"],
    });
    const [property] = factsOf(
      "function setup() {\n  make.all = [];\n  function make(n) { make.all.push(n); }\n  return make;\n}\nmodule.exports = setup;",
      "commonjs",
    );
    expect(property?.path).toMatchObject({
      root: { name: "make", scope: "function", scopeRange: { start: { line: 1 } }, definition: { start: { line: 3 } } },
      properties: ["all"],
    });
  });

  it("leads from the exports object and from the global object", () => {
    const [exported] = factsOf("exports.all = [];\nexports.add = (x) => { exports.all.push(x); };", "commonjs");
    expect(exported?.path).toEqual({ root: { kind: "exports" }, properties: ["all"] });
    const [global] = factsOf("globalThis.all ??= [];\nexport function add(x) { globalThis.all.push(x); }");
    expect(global?.path).toEqual({ root: { kind: "global" }, properties: ["all"] });
  });

  it("finds limits and clocks near the holder", () => {
    const [facts] = factsOf(
      "const TTL = 60 * 1000;\nconst MAX_ENTRIES = 10 * 100;\nconst cache = new Map();\nexport function get(k) {\n  const hit = cache.get(k);\n  if (hit && hit.expires > Date.now()) return hit.v;\n  const v = load(k);\n  cache.set(k, { v, expires: Date.now() + TTL });\n  return v;\n}",
    );
    expect(facts?.capacities).toEqual([1000]);
    expect(facts?.clocks).toEqual(expect.arrayContaining(["Date.now", "expires"]));
  });

  it("has a fingerprint that moves with neither lines nor spaces, but with the code, the rule and the path", () => {
    const print = (code: string, file = "src/a.ts") => {
      const { sourceCode, messages } = lint(code, "strict");
      const [message] = messages;
      if (!message) throw new Error("no report");
      return factsAt(sourceCode, message.ruleId ?? "", message, file)?.fingerprint;
    };
    expect(print(LOG)).toMatch(/^[0-9a-f]{16}$/);
    expect(print(`// a comment\n\n${LOG}`)).toBe(print(LOG));
    expect(print(LOG.replace("log.push(e)", "log.push(e, 1)"))).not.toBe(print(LOG));
    expect(print(LOG, "src/b.ts")).not.toBe(print(LOG));
    expect(print(LOG, "src\\a.ts")).toBe(print(LOG));
  });
});
