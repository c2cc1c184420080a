import { describe, expect, it } from "vitest";
import { isEndless, loopSince } from "../../../../rules/analysis/retention/loops.js";
import { declarationOf } from "../../../../rules/analysis/retention/lifespan.js";
import { here } from "./here.js";

describe("isEndless", () => {
  it.each([
    ["while (true) here();", true],
    ["for (;;) here();", true],
    ["while (!this.closed) here();", true],
    ["do { here(); } while (running && !stopped);", true],
    ["async () => { for await (const x of y) here(); };", true],
    ["while (queue.length) here();", false],
    ["while (pending.size) here();", false],
    ["for (let i = 0; i < 3; i++) here();", false],
    ["for (const x of y) here();", false],
    ["for (const x in y) here();", false],
    ["while (next()) here();", false],
  ])("%s → %s", (code, expected) => {
    const loop = loopSince(here(code)[1], null);
    expect(loop && isEndless(loop)).toBe(expected);
  });
});

describe("loopSince", () => {
  it.each([
    ["const x = 1; while (a) here(x);", "WhileStatement"],
    ["while (a) { const x = 1; here(x); }", undefined],
    ["while (a) { const x = 1; for (const b of c) here(x); }", "ForOfStatement"],
    ["const x = 1; for (const a of b) while (c) here(x);", "ForOfStatement"],
    ["const x = 1; for (const a of here(x)) b();", undefined],
    ["const x = 1; for (let a = here(x); ; ) b();", undefined],
    ["const x = 1; while (a) b(() => here(x));", undefined],
  ])("%s → %s", (code, expected) => {
    const [sourceCode, node] = here(code);
    expect(loopSince(node, declarationOf(sourceCode, node))?.type).toBe(expected);
  });
});
