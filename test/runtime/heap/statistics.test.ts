import { describe, expect, it } from "vitest";
import { classNameOf, classStatistics, DominatorTree } from "../../../runtime/heap/index.js";
import { buildSnapshot, bytesOf, graphOf, parseBytes } from "./snapshot-builder.js";

const graph = graphOf([
  {
    type: "synthetic",
    name: "",
    edges: [
      ["element", 0, 1],
      ["element", 1, 3],
      ["element", 2, 5],
      ["element", 3, 7],
    ],
  },
  { name: "Node", size: 10, location: [5, 1, 0], edges: [["property", "next", 2]] },
  { name: "Node", size: 10, location: [5, 1, 0], edges: [["property", "text", 4]] },
  { name: "Node", size: 7, location: [6, 1, 0] },
  { type: "string", name: "one", size: 100 },
  { type: "string", name: "two", size: 200 },
  { name: "Node", size: 1000 },
  { type: "native", name: "Blob", id: 8, size: 40 },
]);

describe("classStatistics", () => {
  it("counts by name, type and place of the constructor, largest first", () => {
    const rows = classStatistics(graph).map(({ name, type, location, count, selfSize, example }) => [
      name,
      type,
      location?.scriptId,
      count,
      selfSize,
      example,
    ]);
    expect(rows).toEqual([
      ["Node", "object", undefined, 1, 1000, 6],
      ["(string)", "string", undefined, 2, 300, 4],
      ["Blob", "native", undefined, 1, 40, 7],
      ["Node", "object", 5, 2, 20, 1],
      ["Node", "object", 6, 1, 7, 3],
      ["(anonymous)", "synthetic", undefined, 1, 0, 0],
    ]);
  });

  it("counts what one instance keeps of another once, and only what is reachable", () => {
    const rows = classStatistics(graph, { tree: new DominatorTree(graph), onlyJavaScript: true });
    expect(rows.map(({ name, count, selfSize, retainedSize }) => [name, count, selfSize, retainedSize])).toEqual([
      ["(string)", 2, 300, 300],
      ["Node", 2, 20, 120],
      ["Node", 1, 7, 7],
    ]);
  });

  it("counts only the nodes it is told to", () => {
    const rows = classStatistics(graph, { include: (node) => node > 4 && node < 7 });
    expect(rows.map((row) => row.name)).toEqual(["Node", "(string)"]);
  });

  it("joins classes whose name the snapshot holds twice", () => {
    const snapshot = buildSnapshot([{ name: "A" }, { name: "B" }]);
    snapshot.strings = ["<dummy>", "Same", "Same"];
    const rows = classStatistics(parseBytes(bytesOf(snapshot)));
    expect(rows.map(({ name, count }) => [name, count])).toEqual([["Same", 2]]);
  });
});

describe("classNameOf", () => {
  it.each([
    ["object", "Thing", "Thing"],
    ["closure", "", "(anonymous)"],
    ["regexp", "a+", "RegExp"],
    ["code", "run", "(compiled code)"],
    ["array", "", "(array)"],
    ["concatenated string", "abc", "(concatenated string)"],
    ["hidden", "system / Map", "system / Map"],
  ])("%s %j is %s", (type, name, expected) => {
    expect(classNameOf(graphOf([{ type, name }]), 0)).toBe(expected);
  });
});
