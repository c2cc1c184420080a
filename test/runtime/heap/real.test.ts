import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  computeDistances,
  computeDominators,
  DominatorTree,
  isEphemeronFromKey,
  isEphemeronFromTable,
  NONE,
  parseSnapshotFile,
  retainedSizes,
  shortestPaths,
  SnapshotError,
  type HeapGraph,
} from "../../../runtime/heap/index.js";
import { parseBytes, seededRandom, type SnapshotJson } from "./snapshot-builder.js";

// A process of its own: small scripts only, since V8 11 writes snapshots of large ones slowly.
const PROGRAM = `
  class Holder { constructor() { this.keys = []; } }
  class Key {}
  class Val { constructor() { this.bytes = new Array(1000).fill(1.5); } }
  const holder = (globalThis.holder = new Holder());
  const table = (globalThis.table = new WeakMap());
  for (let i = 0; i < 20; i++) { const key = new Key(); holder.keys.push(key); table.set(key, new Val()); }
  const plain = ["caf\\u00e9", "\\u4e16\\u754c", "\\u0000\\u001f\\u007f", "x".repeat(3000)];
  globalThis.texts = [...plain, "quote \\" back \\\\ slash / tab \\t"].map((text) => ({ [text]: text + "!" }));
  globalThis.big = new ArrayBuffer(1 << 20);
  // From a fresh turn: else the last key is on the stack.
  setImmediate(() => require("node:v8").writeHeapSnapshot(process.argv[1]));
`;

function takeSnapshot(): { graph: Promise<HeapGraph>; bytes: Uint8Array } {
  const folder = mkdtempSync(join(tmpdir(), "leakproof-heap-"));
  const path = join(folder, "real.heapsnapshot");
  execFileSync(process.execPath, ["-e", PROGRAM, path], { stdio: "ignore" });
  const bytes = readFileSync(path);
  const graph = parseSnapshotFile(path).finally(() => rmSync(folder, { recursive: true }));
  return { graph, bytes };
}

const taken = takeSnapshot();
const graph = await taken.graph;
const json: SnapshotJson = JSON.parse(new TextDecoder().decode(taken.bytes));
const {
  node_fields: fields,
  node_types: [nodeTypes],
  edge_types: [edgeTypes],
} = json.snapshot.meta;
const field = (node: number, name: string): number => json.nodes[node * fields.length + fields.indexOf(name)];

/** What retains what, from the JSON alone: by the rules, not by the code under test. */
const successors = ((): number[][] => {
  const lists: number[][] = [];
  let at = 0;
  for (let node = 0; node < json.snapshot.node_count; node++) {
    const list: number[] = [];
    for (const end = at + field(node, "edge_count") * 3; at < end; at += 3) {
      const type = edgeTypes[json.edges[at]];
      const target = json.edges[at + 2] / fields.length;
      if (type === "weak" || target === node || (type === "shortcut" && node !== 0)) continue;
      const pair = type === "internal" && / pair in WeakMap \(table @(\d+)\)$/.exec(json.strings[json.edges[at + 1]]);
      if (pair && Number(pair[1]) === field(node, "id")) continue;
      list.push(target);
    }
    lists.push(list);
  }
  return lists;
})();

/** Cooper, Harvey, Kennedy: "A Simple, Fast Dominance Algorithm" (2001). */
function iterativeDominators(): number[] {
  const postorder: number[] = [];
  const numbers = new Array<number>(successors.length).fill(-1);
  const seen = new Set([0]);
  const stack = [{ node: 0, next: 0 }];
  while (stack.length > 0) {
    const top = stack[stack.length - 1];
    const target = successors[top.node][top.next++];
    if (target !== undefined) {
      if (!seen.has(target)) stack.push({ node: target, next: 0 });
      seen.add(target);
    } else {
      numbers[top.node] = postorder.push(top.node) - 1;
      stack.pop();
    }
  }
  const predecessors: number[][] = successors.map(() => []);
  for (const node of postorder) for (const target of successors[node]) predecessors[target].push(node);
  const dominators = new Array<number>(successors.length).fill(-1);
  dominators[0] = 0;
  const intersect = (left: number, right: number): number => {
    while (left !== right) {
      while (numbers[left] < numbers[right]) left = dominators[left];
      while (numbers[right] < numbers[left]) right = dominators[right];
    }
    return left;
  };
  for (let isChanged = true; isChanged;) {
    isChanged = false;
    for (const node of postorder.toReversed()) {
      if (node === 0) continue;
      const dominator = predecessors[node].filter((other) => dominators[other] >= 0).reduce(intersect);
      isChanged ||= dominators[node] !== dominator;
      dominators[node] = dominator;
    }
  }
  return dominators;
}

describe("a real snapshot, against JSON.parse", () => {
  it("holds the same nodes", () => {
    const nodes = Array.from({ length: json.snapshot.node_count }, (_, node) => node);
    const mismatched = nodes.filter(
      (node) =>
        graph.typeOf(node) !== nodeTypes[field(node, "type")] ||
        graph.nameOf(node) !== json.strings[field(node, "name")] ||
        graph.idOf(node) !== field(node, "id") ||
        graph.selfSize(node) !== field(node, "self_size") ||
        graph.detachedness(node) !== field(node, "detachedness") ||
        graph.endEdge(node) - graph.firstEdge(node) !== field(node, "edge_count") ||
        graph.nodeOfId(field(node, "id")) !== node,
    );
    expect([graph.nodeCount, graph.root]).toEqual([json.snapshot.node_count, 0]);
    expect(graph.nodeCount).toBeGreaterThan(10_000);
    expect(mismatched).toEqual([]);
    expect(graph.extraNativeBytes).toBe(json.snapshot.extra_native_bytes ?? 0);
  });

  it("holds the same edges, forth and back", () => {
    let mismatched = 0;
    for (let edge = 0; edge < graph.edgeCount; edge++) {
      const [type, nameOrIndex, to] = json.edges.slice(edge * 3, edge * 3 + 3);
      const isIndexed = edgeTypes[type] === "element" || edgeTypes[type] === "hidden";
      const isSame =
        graph.edgeType(edge) === edgeTypes[type] &&
        graph.edgeTo(edge) * fields.length === to &&
        graph.edgeName(edge) === (isIndexed ? String(nameOrIndex) : json.strings[nameOrIndex]) &&
        graph.edgeIndex(edge) === (isIndexed ? nameOrIndex : -1) &&
        graph.edgeNameIndex(edge) === (isIndexed ? -1 : nameOrIndex);
      const from = graph.edgeFrom(edge);
      if (!isSame || edge < graph.firstEdge(from) || edge >= graph.endEdge(from)) mismatched++;
    }
    expect([graph.edgeCount, mismatched]).toEqual([json.edges.length / 3, 0]);

    let retainers = 0;
    for (let node = 0; node < graph.nodeCount; node++) {
      for (const edge of graph.retainers(node)) if (graph.edgeTo(edge) === node) retainers++;
    }
    expect(retainers).toBe(graph.edgeCount);
    const isOwn = (from: number, edge: number): boolean => edge >= graph.firstEdge(from) && edge < graph.endEdge(from);
    expect(graph.edgeSources.every(isOwn)).toBe(true);
  });

  it("holds the same strings", () => {
    const strings = Array.from({ length: graph.strings.length }, (_, index) => graph.strings.get(index));
    expect(strings.filter((text, index) => text !== json.strings[index])).toEqual([]);
    expect(strings).toHaveLength(json.strings.length);
    for (const text of ["holder", "café", "世界", 'quote " back \\ slash / tab \t', "x".repeat(1000)]) {
      const expected = json.strings.flatMap((other, index) => (other === text ? [index] : []));
      expect(graph.strings.indexesOf(text)).toEqual(expected);
    }
    expect(graph.strings.indexOf("café")).toBeGreaterThan(0);
  });

  it("holds the same locations", () => {
    const expected = new Map<number, unknown>();
    for (let at = 0; at < json.locations.length; at += 4) {
      const [index, scriptId, line, column] = json.locations.slice(at, at + 4);
      expected.set(index / fields.length, { scriptId, line, column });
    }
    expect(expected.size).toBeGreaterThan(1000);
    const nodes = Array.from({ length: graph.nodeCount }, (_, node) => node);
    const found = nodes.filter((node) => graph.location(node) !== undefined);
    expect(new Map(found.map((node) => [node, graph.location(node)]))).toEqual(expected);
    const scripts = graph.locations.scriptIds();
    expect(scripts.reduce((sum, script) => sum + graph.nodesAtScript(script).length, 0)).toBe(expected.size);
  });
});

describe("a real snapshot's dominators", () => {
  const dominators = computeDominators(graph);
  const tree = new DominatorTree(graph, dominators);

  it("are those of the iterative algorithm", () => {
    expect(Array.from(dominators, (dominator) => (dominator === NONE ? -1 : dominator))).toEqual(iterativeDominators());
  });

  it("add up: the root retains all that is reachable", () => {
    const distances = computeDistances(graph);
    let total = 0;
    for (let node = 0; node < graph.nodeCount; node++) {
      expect(distances[node] === NONE).toBe(dominators[node] === NONE);
      if (distances[node] !== NONE) total += graph.selfSize(node);
    }
    expect(tree.retainedSize(graph.root)).toBe(total);
    expect(retainedSizes(graph, dominators)).toEqual(tree.retainedSizes);
    expect(total).toBeGreaterThan(2_000_000);
  });

  it("give a WeakMap's value to its key", () => {
    const named = (name: string, type: string): number[] =>
      Array.from({ length: graph.nodeCount }, (_, node) => node).filter(
        (node) => graph.nameOf(node) === name && graph.typeOf(node) === type,
      );
    const values = named("Val", "object").filter((node) => tree.retainedSize(node) > 8000);
    expect(values).toHaveLength(20);
    for (const value of values) {
      const key = tree.parent(value);
      expect(graph.nameOf(key)).toBe("Key");
      expect(tree.retainedSize(key)).toBe(graph.selfSize(key) + tree.retainedSize(value));
      const pair = [...graph.retainers(value)];
      expect(pair.filter((edge) => isEphemeronFromTable(graph, edge))).toHaveLength(1);
      expect(pair.filter((edge) => isEphemeronFromKey(graph, edge)).map((edge) => graph.edgeFrom(edge))).toEqual([key]);
    }
    const holder = named("Holder", "object").find((node) => tree.retainedSize(node) > 160_000);
    expect(holder).toBeDefined();
  });

  it("lie on shortest paths", () => {
    const distances = computeDistances(graph);
    const paths = shortestPaths(graph, [graph.root]);
    const random = seededRandom(7);
    for (let tries = 0; tries < 300; tries++) {
      const node = random(graph.nodeCount);
      const path = paths.pathTo(node);
      expect(path?.length ?? NONE).toBe(distances[node]);
      if (path === undefined || path.length === 0) continue;
      expect(path.map((edge) => graph.edgeFrom(edge))).toContain(tree.parent(node));
      expect(graph.edgeFrom(path[0])).toBe(graph.root);
      expect(graph.edgeTo(path[path.length - 1])).toBe(node);
    }
  });
});

it("damage to a real snapshot is told or harmless", () => {
  for (let seed = 1; seed <= 12; seed++) {
    const random = seededRandom(seed);
    const damaged = taken.bytes.slice(0, seed % 3 === 0 ? random(taken.bytes.length) : taken.bytes.length);
    for (let changes = 0; changes < 5; changes++) damaged[random(damaged.length)] = 0x20 + random(0x60);
    try {
      new DominatorTree(parseBytes(damaged));
    } catch (error) {
      expect(error).toBeInstanceOf(SnapshotError);
    }
  }
});
