import { describe, expect, it } from "vitest";
import { graphToText } from "../../../runtime/report/graph-text.js";
import { backrefs, chain, node } from "./graph-samples.js";

describe("a graph as text", () => {
  it("is a tree from the target to what keeps it", () => {
    expect(graphToText(chain(3))).toBe(
      [
        "Session @1001  src/session.js:8  [target]",
        "  ← .session of Request @1003  src/http/request.ts:21",
        "    ← registry of module src/http/connection-registry.ts @1005",
        "",
      ].join("\n"),
    );
  });

  it("shows each object once, nearest to the target, and says where else it is referred from", () => {
    const nodes = [
      node(1, { title: "DB", isTarget: true, retainedBytes: 2048 }),
      node(3, { title: "Pool", depth: 1, isHighlighted: true }),
      node(5, { title: "Server", depth: 1, undrawn: 7 }),
    ];
    const graph = backrefs(nodes, [
      { from: 3, to: 1, label: ".db" },
      { from: 5, to: 1, label: ".db" },
      { from: 5, to: 3, label: ".pool" },
      { from: 1, to: 3, label: ".pool" },
    ]);
    expect(graphToText(graph)).toBe(
      [
        "DB @1  2.0 kB retained  [target]",
        "  ← .db of Pool @3  [highlighted]",
        "    ← .pool of Server @5 (seen below)",
        "    ← .pool of DB @1 (seen above)",
        "  ← .db of Server @5",
        "    7 more backreferences",
        "",
      ].join("\n"),
    );
  });

  it("follows references the other way", () => {
    const nodes = [node(1, { title: "DB", isTarget: true }), node(3, { title: "Pool", depth: 1, undrawn: 1 })];
    const graph = { direction: "refs", nodes, edges: [{ from: 1, to: 3, label: ".pool" }], maxDepth: 1 } as const;
    expect(graphToText(graph)).toBe("DB @1  [target]\n  → .pool: Pool @3\n    1 more reference\n");
  });

  it("shows a chain of any length", () => {
    const lines = graphToText(chain(50_000)).split("\n");
    expect(lines).toHaveLength(50_001);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(150);
  });

  it("is empty for nothing", () => {
    expect(graphToText(backrefs([], []))).toBe("");
  });
});
