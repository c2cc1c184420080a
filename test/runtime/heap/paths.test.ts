import { describe, expect, it } from "vitest";
import { computeDistances, NONE, shortestPaths, type HeapGraph } from "../../../runtime/heap/index.js";
import { graphOf } from "./snapshot-builder.js";

const graph = graphOf([
  {
    edges: [
      ["property", "a", 1],
      ["property", "b", 2],
      ["weak", "w", 5],
    ],
  },
  { edges: [["property", "c", 3]] },
  {
    edges: [
      ["property", "d", 3],
      ["property", "e", 4],
    ],
  },
  {
    edges: [
      ["property", "f", 4],
      ["property", "back", 0],
    ],
  },
  { edges: [["property", "g", 3]] },
  {},
]);

function names(of: HeapGraph, edges: number[] | undefined): string[] | undefined {
  return edges?.map((edge) => of.edgeName(edge));
}

describe("shortestPaths", () => {
  it("gives a shortest path along retaining edges, the first of equals", () => {
    const paths = shortestPaths(graph, [0]);
    const found = [0, 1, 3, 4, 5].map((node) => names(graph, paths.pathTo(node)));
    expect(found).toEqual([[], ["a"], ["a", "c"], ["b", "e"], undefined]);
    expect([paths.isReached(0), paths.isReached(5), paths.found]).toEqual([true, false, -1]);
  });

  it("follows only the edges it is told to, weak ones too", () => {
    const paths = shortestPaths(graph, [0], { follow: (edge) => graph.edgeName(edge) !== "b" });
    expect(names(graph, paths.pathTo(4))).toEqual(["a", "c", "f"]);
    expect(names(graph, paths.pathTo(5))).toEqual(["w"]);
  });

  it("starts from the nearest of several sources and never enters one", () => {
    const paths = shortestPaths(graph, [3, 2, 3]);
    const found = [2, 3, 4, 0, 1].map((node) => names(graph, paths.pathTo(node)));
    expect(found).toEqual([[], [], ["f"], ["back"], ["back", "a"]]);
    expect(shortestPaths(graph, []).isReached(0)).toBe(false);
  });

  it("stops at the nearest node that is asked for", () => {
    const paths = shortestPaths(graph, [1], { until: (node) => node === 0 || node === 4 });
    expect(paths.found).toBe(4);
    expect(names(graph, paths.pathTo(4))).toEqual(["c", "f"]);
    expect(shortestPaths(graph, [1], { until: (node) => node === 1 }).found).toBe(1);
  });
});

describe("computeDistances", () => {
  it("counts retaining edges from the root", () => {
    expect([...computeDistances(graph)]).toEqual([0, 1, 1, 2, 2, NONE]);
    expect([...computeDistances(graph, [4, 1])]).toEqual([2, 0, 3, 1, 0, NONE]);
  });
});
