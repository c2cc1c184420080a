import { describe, expect, it } from "vitest";
import { exitsBetween, leavesBetween } from "../../../rules/analysis/paths.js";
import { invocationsOf } from "../../../rules/analysis/invocations.js";
import type { Node } from "../../../rules/analysis/syntax.js";
import { parse } from "./parse.js";

/** The ways out between `acquire()` and every `release()` of a function's body: kind and text. */
function exits(body: string): readonly string[] {
  const sourceCode = parse(`async function* f(x) { ${body} }`);
  const [from] = invocationsOf(sourceCode, ["acquire"]);
  const releases: readonly Node[] = invocationsOf(sourceCode, ["release"]);
  if (!from) throw new Error("no acquire()");
  return exitsBetween(sourceCode, from, releases).map(({ kind, node }) => `${kind} ${sourceCode.getText(node)}`);
}

describe("exitsBetween", () => {
  it.each([
    ["straight on", "const h = acquire(); release(h);"],
    ["what comes before does not count", "if (x) return; work(); const h = acquire(); release(h); throw x;"],
    ["finally", "const h = acquire(); try { if (x) return; await work(); throw x; } finally { release(h); }"],
    ["acquired in try", "let h; try { h = acquire(); await work(); } finally { release(h); }"],
    ["a release guarded by its handle", "const h = acquire(); if (h) release(h);"],
    ["guarded in finally", "let h; try { h = acquire(); work(); } finally { if (h !== undefined) release(h); }"],
    [
      "a catch that releases and rethrows",
      "const h = acquire(); try { work(); } catch (e) { release(h); throw e; } release(h);",
    ],
    ["using", "using h = acquire(); await work(); release(h);"],
    ["a release on each side", "const h = acquire(); if (x) { release(h); return; } else release(h);"],
    ["the acquisition's own await", "const h = await acquire(); release(h);"],
    [
      "a local function that releases",
      "const done = () => release(h); const h = acquire(); if (x) { done(); return; } done();",
    ],
    ["promise finally", "const h = acquire(); return x.finally(() => release(h));"],
    ["then with a catch", "const h = acquire(); x.then(() => release(h)).catch(() => {});"],
    ["a closure that is handed on", "const h = acquire(); x.on('end', () => release(h));"],
    ["calls that do not throw", "const h = acquire(); console.log(x); h.unref(); release(h);"],
    ["a loop that is left before the release", "const h = acquire(); for (const y of x) { if (y) break; } release(h);"],
    ["an endless loop", "const h = acquire(); while (true) { if (x) break; } release(h);"],
    [
      "a switch whose cases all release",
      "const h = acquire(); switch (x) { case 1: release(h); break; default: release(h); }",
    ],
  ])("%s: none", (_title, body) => expect(exits(body)).toEqual([]));

  it.each([
    ["early return", "const h = acquire(); if (x) return 1; release(h);", ["return return 1;"]],
    ["throw", "const h = acquire(); if (x) throw x; release(h);", ["throw throw x;"]],
    ["await", "const h = acquire(); await x; release(h);", ["await await x"]],
    ["yield", "const h = acquire(); yield x; release(h);", ["await yield x"]],
    ["a call that may throw", "const h = acquire(); work(); release(h);", ["call work()"]],
    ["continue", "for (const y of x) { const h = acquire(); if (y) continue; release(h); }", ["continue continue;"]],
    ["one side of a condition", "const h = acquire(); if (x) release(h);", ["branch if (x) release(h);"]],
    ["a failure that is caught", "const h = acquire(); try { await x; release(h); } catch { }", ["await await x"]],
    ["a return from catch", "const h = acquire(); try { await x; } catch { return; } release(h);", ["await await x"]],
    ["success only", "const h = acquire(); x.then(() => release(h));", ["rejection x.then(() => release(h))"]],
    [
      "a finally that does not release",
      "const h = acquire(); try { if (x) return; } finally { y = 1; } release(h);",
      ["return return;"],
    ],
    [
      "the plainest first",
      "const h = acquire(); await x; if (x) return; release(h);",
      ["return return;", "await await x"],
    ],
  ])("%s", (_title, body, expected) => expect(exits(body)).toEqual(expected));
});

describe("leavesBetween", () => {
  it("tells the plainest way, or none", () => {
    const sourceCode = parse("function f(x) { const h = acquire(); work(); if (x) return; release(h); }");
    const [from] = invocationsOf(sourceCode, ["acquire"]);
    const [to] = invocationsOf(sourceCode, ["release"]);
    expect(from && to && leavesBetween(sourceCode, from, to)?.kind).toBe("return");
    expect(to && from && leavesBetween(sourceCode, to, from)).toBeNull();
  });
});
