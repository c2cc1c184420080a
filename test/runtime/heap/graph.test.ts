import { describe, expect, it } from "vitest";
import { graphOf } from "./snapshot-builder.js";

const graph = graphOf([
  {
    type: "synthetic",
    edges: [
      ["shortcut", "global", 2],
      ["shortcut", "other", 2],
      ["element", 3, 1],
    ],
  },
  { type: "native", id: 6 },
  {
    edges: [
      ["property", "self", 2],
      ["property", "list", 4],
      ["weak", "w", 1],
    ],
  },
  { type: "closure", id: 2 ** 33 + 1 },
  {
    type: "array",
    edges: [
      ["element", 0, 1],
      ["hidden", 7, 3],
    ],
  },
  {},
]);

describe("HeapGraph", () => {
  it("codes types as the snapshot numbers them, −1 for types it does not know", () => {
    expect(graph.nodeTypes[3]).toBe(graph.types.closure);
    expect(graph.edgeTypes[graph.firstEdge(0)]).toBe(graph.edgeKinds.shortcut);
    expect(graph.types.wasmObject).toBe(-1);
  });

  it("tells names from indexes", () => {
    const element = graph.firstEdge(4);
    const list = graph.firstEdge(2) + 1;
    expect([graph.edgeName(element), graph.edgeIndex(element), graph.edgeNameIndex(element)]).toEqual(["0", 0, -1]);
    expect([graph.edgeName(list), graph.edgeIndex(list)]).toEqual(["list", -1]);
    expect(graph.strings.get(graph.edgeNameIndex(list))).toBe("list");
  });

  it("finds nodes by id, also past 2^32", () => {
    for (let node = 0; node < graph.nodeCount; node++) expect(graph.nodeOfId(graph.idOf(node))).toBe(node);
    expect(graph.nodeOfId(1000)).toBe(-1);
  });

  it("indexes many ids", () => {
    const idOf = (node: number): number => node * 2 + 1 + (node % 3) * 2 ** 32;
    const many = graphOf(Array.from({ length: 20000 }, (_, node) => ({ id: idOf(node), name: "n" })));
    for (let node = 0; node < many.nodeCount; node++) expect(many.nodeOfId(many.idOf(node))).toBe(node);
  });

  it("finds the first of the nodes that share an id, however many they are", () => {
    const equal = graphOf(Array.from({ length: 100_000 }, (_, node) => ({ id: node < 5 ? node : 7, name: "n" })));
    const startedAt = performance.now();
    // The first few times by a search, then by the index.
    for (let time = 0; time < 20; time++)
      expect([equal.nodeOfId(7), equal.nodeOfId(3), equal.nodeOfId(9)]).toEqual([5, 3, -1]);
    // Without care 5 billion probes.
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });

  it("walks against the edges, with and without the array of sources", () => {
    const retainers = (node: number): number[][] =>
      [...graph.retainers(node)].map((edge) => [edge, graph.edgeFrom(edge), graph.edgeTo(edge)]);
    const expected = [
      [
        [2, 0, 1],
        [5, 2, 1],
        [6, 4, 1],
      ],
      [],
      [
        [0, 0, 2],
        [1, 0, 2],
        [3, 2, 2],
      ],
    ];
    expect([retainers(1), retainers(5), retainers(2)]).toEqual(expected);
    expect([...graph.edgeSources]).toEqual([0, 0, 0, 2, 2, 2, 4, 4]);
    expect([retainers(1), retainers(5), retainers(2)]).toEqual(expected);
  });

  it("takes the contexts for the user's roots where the root has no shortcuts, as in Chrome", () => {
    const context = { name: "system / NativeContext / file:///x", edges: [] };
    const chrome = graphOf([
      { type: "synthetic", edges: [["element", 1, 1]] },
      { ...context, type: "native" },
      { ...context, type: "hidden" },
      { ...context, type: "native", id: 8 },
      { ...context, type: "string" },
    ]);
    expect(chrome.userRoots()).toEqual([1]);
    expect([0, 1, 2, 3, 4].map((node) => chrome.isHidden(node))).toEqual([false, true, true, false, false]);
  });

  it("knows the user's roots and what lies in V8's heap", () => {
    expect(graph.userRoots()).toEqual([2]);
    expect([0, 1, 2, 3].map((node) => graph.isJavaScript(node))).toEqual([false, false, true, true]);
  });
});
