import { describe, expect, it } from "vitest";
import {
  computeDistances,
  DominatorTree,
  ephemeronTableId,
  isEphemeronFromKey,
  isEphemeronFromTable,
  NONE,
  retentionOf,
  type HeapGraph,
} from "../../../runtime/heap/index.js";
import { buildSnapshot, graphOf, parseBytes, type EdgeSpec, type NodeSpec } from "./snapshot-builder.js";

function retainedTargets(graph: HeapGraph, node: number): number[] {
  const retention = retentionOf(graph);
  const targets: number[] = [];
  for (let edge = graph.firstEdge(node); edge < graph.endEdge(node); edge++) {
    if (retention.retains(edge)) targets.push(graph.edgeTo(edge));
  }
  return targets;
}

describe("which edges retain", () => {
  it("all but weak ones, shortcuts of others than the root, and edges to oneself", () => {
    const edges: readonly EdgeSpec[] = [
      ["context", "c", 2],
      ["element", 0, 3],
      ["property", "p", 4],
      ["internal", "i", 5],
      ["hidden", 0, 6],
      ["shortcut", "s", 7],
      ["weak", "w", 8],
      ["property", "self", 1],
    ];
    const root: NodeSpec = {
      edges: [
        ["shortcut", "s", 1],
        ["weak", "w", 8],
        ["element", 0, 0],
      ],
    };
    const graph = graphOf([root, { edges }, {}, {}, {}, {}, {}, {}, {}]);
    expect(retainedTargets(graph, 0)).toEqual([1]);
    expect(retainedTargets(graph, 1)).toEqual([2, 3, 4, 5, 6]);
    expect([...computeDistances(graph)]).toEqual([0, 1, 2, 2, 2, 2, 2, NONE, NONE]);
  });

  // Node 0 keeps the WeakMap's table (1) and the key (2); both name the value (3).
  const pairOf = (key: string, value: string): HeapGraph => {
    const name = `part of key (${key} @5) -> value (${value} @7) pair in WeakMap (table @3)`;
    return graphOf([
      {
        edges: [
          ["element", 0, 1],
          ["element", 1, 2],
        ],
      },
      {
        size: 10,
        edges: [
          ["internal", `8 / ${name}`, 3],
          ["weak", "8", 2],
        ],
      },
      { size: 20, edges: [["internal", `12 / ${name}`, 3]] },
      { size: 8000 },
    ]);
  };

  it.each([
    ["Key", "Val"],
    [") -> value (x @1) pair in WeakMap (table @9)", "("],
    ['é"\\', "12 / part of key ("],
  ])("a WeakMap's value counts to its key, named %s", (key, value) => {
    const graph = pairOf(key, value);
    const tree = new DominatorTree(graph);
    expect([1, 2, 3].map((node) => tree.retainedSize(node))).toEqual([10, 8020, 8000]);
    expect(tree.parent(3)).toBe(2);
    const [fromTable, fromKey] = [graph.firstEdge(1), graph.firstEdge(2)];
    expect(isEphemeronFromTable(graph, fromTable)).toBe(true);
    expect(isEphemeronFromTable(graph, fromKey)).toBe(false);
    expect(isEphemeronFromKey(graph, fromKey)).toBe(true);
    expect(isEphemeronFromKey(graph, fromTable)).toBe(false);
    expect(ephemeronTableId(graph, fromKey)).toBe(3);
  });

  it.each([
    "part of key (K @5) -> value (V @7) pair in WeakMap (table @3)",
    "8 / part of key (K @5) -> value (V @7) pair in WeakMap (table @)",
    "8 / part of key (K @5) -> value (V @7) pair in WeakMap (table @3) ",
    "8 / part of something (K @5) -> value (V @7) pair in WeakMap (table @3)",
    "8 / part of key (K @5) -> value (V @7) pair in Map (table @3)",
    "",
    ")",
    "3)",
  ])("%s is no WeakMap pair", (name) => {
    const graph = graphOf([{ edges: [["element", 0, 1]] }, { edges: [["internal", name, 2]] }, {}]);
    expect(retainedTargets(graph, 1)).toEqual([2]);
    expect(isEphemeronFromTable(graph, graph.firstEdge(1))).toBe(false);
    expect(isEphemeronFromKey(graph, graph.firstEdge(1))).toBe(false);
  });

  it("a pair is known however another program has escaped its name", () => {
    const pair = "8 / part of key (K @3) -> value (V @7) pair in WeakMap (table @1)";
    const json = JSON.stringify(buildSnapshot([{ edges: [["internal", pair, 1]] }, {}]));
    const escaped = [
      pair.replace("/", "\\/"),
      pair.replace("8", "\\u0038"),
      pair.replace("1)", "\\u0031)"),
      pair.replaceAll(/./gs, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`),
    ];
    for (const name of escaped) {
      const graph = parseBytes(new TextEncoder().encode(json.replace(pair, name)));
      expect(graph.edgeName(0)).toBe(pair);
      expect([ephemeronTableId(graph, 0), isEphemeronFromTable(graph, 0)]).toEqual([1, true]);
      expect(retainedTargets(graph, 0)).toEqual([]);
    }
  });

  it.each([
    ["9007199254740993", -1],
    ["1".repeat(400), -1],
    [`${"0".repeat(400)}5`, 5],
  ])("the id of a table %s", (digits, id) => {
    const name = `8 / part of key (K @5) -> value (V @7) pair in WeakMap (table @${digits})`;
    const graph = graphOf([{ edges: [["internal", name, 1]] }, {}]);
    expect(ephemeronTableId(graph, 0)).toBe(id);
  });

  it("a property that only looks like a WeakMap pair retains", () => {
    const name = "8 / part of key (K @5) -> value (V @7) pair in WeakMap (table @3)";
    const graph = graphOf([{ edges: [["element", 0, 1]] }, { edges: [["property", name, 2]] }, {}]);
    expect(retainedTargets(graph, 1)).toEqual([2]);
  });
});
