import { describe, expect, it } from "vitest";
import { guardOf } from "../../../../rules/analysis/retention/guards.js";
import { functionAround } from "../../../../rules/analysis/syntax.js";
import { here } from "./here.js";

describe("guardOf", () => {
  it.each([
    ["(o) => { here(o.f); }", "none"],
    ["(o, other) => { if (other) return; here(o.f); }", "none"],
    ["(o) => { if (o.seen) return; here(o.f); }", "full"],
    ["(o) => { if (o.seen) { return; } here(o.f); }", "full"],
    ["(o, x) => { if (x || o.seen) return; here(o.f); }", "full"],
    ["(o, x) => { if (!x && o.seen) return; here(o.f); }", "partial"],
    ["(o, x) => { if (x && !o.seen) here(o.f); }", "full"],
    ["(o, x) => { if (x || !o.seen) here(o.f); }", "none"],
    ["(o) => { const old = o.f; if (old.seen) return; here(o.f); }", "full"],
    ["(o) => { if (o.seen) log(); here(o.f); }", "none"],
    ["(o) => { here(o.f); if (o.seen) return; }", "none"],
    ["(o) => o.f || here(o.f)", "full"],
    ["(o) => { if (patched) return; here(o.f); }", "full"],
    ["(o) => { if (isTest()) return; here(o.f); }", "none"],
  ])("%s → %s", (code, expected) => {
    const [sourceCode, slot] = here(`let patched = false; const isTest = () => false; export const run = ${code};`);
    const around = functionAround(slot);
    expect(around && guardOf(sourceCode, slot, slot, around)).toBe(expected);
  });
});
