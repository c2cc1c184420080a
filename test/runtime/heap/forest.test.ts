import { describe, expect, it } from "vitest";
import type { Anchor } from "../../../runtime/heap/anchors.js";
import { Forest } from "../../../runtime/heap/forest.js";
import { NONE } from "../../../runtime/heap/index.js";
import { heapOf, type NamedEdge, type NamedHeap, type NamedNodes } from "./named-heap.js";

function forestOf(heap: NamedHeap, anchors: Readonly<Record<string, Anchor["kind"]>>, closed: readonly string[] = []) {
  const list = Object.entries(anchors).map(([name, kind]) => ({ node: heap.at(name), kind, name }));
  const isClosed = (node: number): boolean => closed.some((key) => heap.at(key) === node);
  return new Forest(heap.graph, list, isClosed);
}

const anchorName = (forest: Forest, node: number): string | undefined => forest.pathTo(node).anchor?.name;

describe("Forest", () => {
  it("leads along the shortest path from the nearest anchor", () => {
    const heap = heapOf({
      a: { edges: [["property", "far", "far"]] },
      far: { edges: [["property", "x", "x"]] },
      b: { edges: [["property", "near", "x"]] },
      x: { edges: [["property", "y", "y"]] },
      y: {},
    });
    const forest = forestOf(heap, { a: "module", b: "module" });
    expect(forest.pathTo(heap.at("y"))).toMatchObject({ anchor: { name: "b" }, edges: heap.walk("b", "x", "y") });
    expect(forest.anchorAt(heap.at("a"))?.name).toBe("a");
    expect(forest.anchorAt(heap.at("x"))).toBeUndefined();
  });

  it("prefers a user's module to one of Node's and to the roots, however long the path", () => {
    const heap = heapOf({
      handles: { type: "synthetic", edges: [["internal", "1", "x"]] },
      internal: { edges: [["property", "direct", "x"]] },
      user: { edges: [["property", "one", "step"]] },
      step: { edges: [["property", "two", "x"]] },
      x: {},
    });
    expect(anchorName(forestOf(heap, { handles: "root", internal: "node", user: "module" }), heap.at("x"))).toBe(
      "user",
    );
    expect(anchorName(forestOf(heap, { handles: "root", internal: "node" }), heap.at("x"))).toBe("internal");
    expect(anchorName(forestOf(heap, { handles: "root" }), heap.at("x"))).toBe("handles");
  });

  describe("lists of timers", () => {
    const timer = (next: string, before: string, callback: string): NamedNodes[string] => ({
      name: "Timeout",
      edges: [
        ["property", "_idleNext", next],
        ["property", "_idlePrev", before],
        ["property", "_onTimeout", callback],
      ],
    });
    const list: NamedNodes = {
      list: {
        name: "TimersList",
        edges: [
          ["property", "_idleNext", "t1"],
          ["property", "_idlePrev", "t4"],
        ],
      },
      t1: timer("t2", "list", "c1"),
      t2: timer("t3", "t1", "c2"),
      t3: timer("t4", "t2", "c3"),
      t4: timer("list", "t3", "c4"),
      ...Object.fromEntries(["c1", "c2", "c3", "c4"].map((key) => [key, { type: "closure" }])),
    };

    it.each([["t1"], ["t2"], ["t3"], ["t4"]])("are not led to by whoever holds one of them: %s", (held) => {
      const heap = heapOf({ ...list, user: { edges: [["context", "handle", held]] } });
      const forest = forestOf(heap, { user: "module", list: "timers" });
      const owners = ["t1", "t2", "t3", "t4"].map((key) => anchorName(forest, heap.at(key)));
      expect(owners).toEqual(["t1", "t2", "t3", "t4"].map((key) => (key === held ? "user" : "list")));
      expect(anchorName(forest, heap.at("c3"))).toBe(held === "t3" ? "user" : "list");
    });

    it("go on past all that others hold", () => {
      const holds = (...timers: readonly string[]): NamedEdge[] => timers.map((key) => ["context", key, key]);
      const heap = heapOf({ ...list, user: { edges: holds("t1", "t2", "t4") } });
      const forest = forestOf(heap, { user: "module", list: "timers" });
      expect(anchorName(forest, heap.at("t3"))).toBe("list");
    });
  });

  it("does not enter the scope of one of Node's modules from a user's", () => {
    const heap = heapOf({
      user: { edges: [["context", "fs", "internal"]] },
      internal: { edges: [["context", "kept", "x"]] },
      x: {},
    });
    expect(anchorName(forestOf(heap, { user: "module", internal: "node" }), heap.at("x"))).toBe("internal");
  });

  it.each<[string, NamedEdge, NamedNodes?]>([
    ["weak edges", ["weak", "w", "x"]],
    ["shortcuts", ["shortcut", "s", "x"]],
    ["hidden classes", ["internal", "map", "x"]],
    ["what a function's code is shared by", ["internal", "shared", "x"]],
    ["constructors", ["property", "constructor", "x"]],
    ["compiled code", ["internal", "embedded", "code"], { code: { type: "code", edges: [["internal", "1", "x"]] } }],
    [
      "what a number's value is written as",
      ["property", "count", "number"],
      { number: { type: "number", edges: [["internal", "value", "x"]] } },
    ],
  ])("no path runs through %s", (_, edge, nodes = {}) => {
    const heap = heapOf({ module: { edges: [edge] }, ...nodes, x: {} });
    const forest = forestOf(heap, { module: "module" });
    expect(forest.parents[heap.at("x")]).toBe(NONE);
    expect(forest.pathTo(heap.at("x"))).toEqual({ anchor: undefined, edges: [] });
  });

  it("runs through prototypes where nothing else leads to one", () => {
    const heap = heapOf({
      module: {
        edges: [
          ["property", "a", "a"],
          ["property", "b", "b"],
        ],
      },
      a: { edges: [["property", "__proto__", "base"]] },
      b: {
        edges: [
          ["property", "__proto__", "known"],
          ["property", "list", "known"],
        ],
      },
      base: { edges: [["property", "own", "own"]] },
      known: {},
      own: {},
    });
    const forest = forestOf(heap, { module: "module" });
    expect(forest.parents[heap.at("base")]).toBe(heap.at("a"));
    expect(forest.parents[heap.at("own")]).toBe(heap.at("base"));
    expect(heap.graph.edgeName(forest.parentEdges[heap.at("known")])).toBe("list");
  });

  it("runs through a property that is named like a slot of V8's", () => {
    const heap = heapOf({ module: { edges: [["property", "map", "x"]] }, x: {} });
    expect(anchorName(forestOf(heap, { module: "module" }), heap.at("x"))).toBe("module");
  });

  it("reaches a closed node and nothing behind it", () => {
    const heap = heapOf({
      module: { edges: [["property", "ours", "ours"]] },
      ours: { edges: [["property", "x", "x"]] },
      x: {},
    });
    const forest = forestOf(heap, { module: "module" }, ["ours"]);
    expect([...forest.order]).toEqual([heap.at("module"), heap.at("ours")]);
  });

  it("keeps a WeakMap's value by its key, not by the table", () => {
    const pair = "8 / part of key (Key @7) -> value (Val @9) pair in WeakMap (table @5)";
    const heap = heapOf({
      module: { edges: [["context", "notes", "table"]] }, // id 3
      table: { edges: [["internal", pair, "value"]] }, // id 5
      key: { edges: [["internal", pair, "value"]] },
      value: {},
    });
    expect(anchorName(forestOf(heap, { module: "module" }), heap.at("value"))).toBeUndefined();
    const both = forestOf(heap, { module: "module", key: "global" });
    expect(anchorName(both, heap.at("value"))).toBe("key");
  });

  it("orders each node after its parent, and takes the first of two anchors at one node", () => {
    const heap = heapOf({
      module: {
        edges: [
          ["property", "b", "b"],
          ["property", "a", "a"],
        ],
      },
      a: { edges: [["property", "c", "c"]] },
      b: {},
      c: { edges: [["property", "back", "module"]] },
    });
    const node = heap.at("module");
    const forest = new Forest(heap.graph, [
      { node, kind: "module", name: "first" },
      { node, kind: "module", name: "second" },
    ]);
    expect([...forest.order]).toEqual(["module", "b", "a", "c"].map(heap.at));
    expect(anchorName(forest, heap.at("c"))).toBe("first");
  });
});
