/** The healthy snapshots that mutants are made of. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { shortestPaths } from "../../../../runtime/heap/index.js";
import { closureOf, numberOf, specsOf, type NamedNodes } from "../named-heap.js";
import { randomHeap } from "../random-heap.js";
import { buildSnapshot, parseBytes, seededRandom, type SnapshotJson } from "../snapshot-builder.js";
import { pruned } from "./prune.js";
import { reshaped, SHAPES } from "./shapes.js";

export interface Seed {
  readonly name: string;
  readonly json: SnapshotJson;
}

/** From the smallest to the largest; what is mutated most comes first. */
export function fuzzSeeds(): Seed[] {
  const everything = buildSnapshot(specsOf(EVERYTHING, ROOT_EDGES));
  const random = buildSnapshot(randomHeap(seededRandom(1), 60));
  const whole = realSnapshot();
  return [
    ...SHAPES.map((shape) => ({ name: `everything, ${shape.name}`, json: reshaped(everything, shape) })),
    ...SHAPES.map((shape) => ({ name: `random, ${shape.name}`, json: reshaped(random, shape) })),
    { name: "one node", json: buildSnapshot([{ name: "" }]) },
    { name: "a part of a real heap", json: pruned(whole, partOf(whole, 400)) },
    { name: "a larger part of a real heap", json: pruned(whole, partOf(whole, 3000)) },
  ];
}

// What every walk of the engine looks for: scripts, scopes, modules, timers, tables, frames, WeakMap pairs.
const PAIR = "6 / part of key (Key @5) -> value (Val @7) pair in WeakMap (table @3)";
const EVERYTHING: NamedNodes = {
  table: { type: "array", edges: [["internal", PAIR, "value"]] },
  key: { name: "Key", size: 24, edges: [["internal", PAIR, "value"]] },
  value: { name: "Val", size: 8080, detachedness: 1 },
  handles: { type: "synthetic", name: "(Global handles)", edges: [["element", 1, "native"]] },
  roots: { type: "synthetic", name: "(GC roots)", edges: [["internal", "1", "handles"]] },
  native: { type: "native", id: 6, name: "Detached HTMLDivElement", size: 200, detachedness: 2 },
  global: {
    name: "global",
    edges: [
      ["property", "process", "process"],
      ["property", "key", "key"],
      ["property", "list", "list"],
      ["weak", "weak", "value"],
    ],
  },
  nativeContext: {
    type: "hidden",
    name: "system / NativeContext / file:///x",
    edges: [["internal", "global_object", "global"]],
  },
  process: { edges: [["property", "__proto__", "prototype"]] },
  prototype: { edges: [["property", "constructor", "run"]] },
  timers: { name: "TimersList", edges: [["property", "_idleNext", "list"]] },
  builtin: { name: "BuiltinModule", edges: [["property", "exports", "process"]] },
  commonjs: { name: "Module", edges: [["property", "filename", "file"]] },
  file: { type: "string", name: "/app/main.js", size: 40 },
  module: {
    type: "hidden",
    name: "system / SourceTextModule",
    edges: [
      ["internal", "code", "generator"],
      ["hidden", 3, "exports"],
    ],
  },
  generator: {
    name: "Generator",
    location: [5, 0, 0],
    edges: [
      ["internal", "parameters_and_registers", "registers"],
      ["internal", "function", "run"],
    ],
  },
  registers: { type: "array", edges: [["internal", "0", "list"]] },
  exports: {
    type: "array",
    edges: [
      ["internal", "3", "exportName"],
      ["internal", "4", "cell"],
    ],
  },
  exportName: { type: "string", name: "cache" },
  cell: { type: "hidden", name: "system / Cell", edges: [["internal", "value", "list"]] },
  scope: { type: "object", name: "system / Context", edges: [["context", "list", "list"]] },
  inner: {
    type: "object",
    name: "system / Context",
    edges: [
      ["internal", "previous", "scope"],
      ["context", "self", "run"],
    ],
  },
  outer: { type: "object", name: "system / Context", edges: [["internal", "previous", "nativeContext"]] },
  list: {
    name: "Array",
    size: 16,
    location: [5, 2, 4],
    edges: [
      ["internal", "elements", "elements"],
      ["property", "<symbol kind>", "symbol"],
      ["property", "self", "list"],
    ],
  },
  symbol: { type: "symbol", name: "kind" },
  elements: {
    type: "array",
    edges: [
      ["element", 0, "promise"],
      ["hidden", 7, "error"],
      ["element", 1, "number"],
      ["element", 2, "bound"],
    ],
  },
  promise: { name: "Promise", edges: [["internal", "reactions_or_result", "reaction"]] },
  reaction: { type: "hidden", name: "system / PromiseReaction", edges: [["internal", "fulfill_handler", "run"]] },
  error: { name: "Error", edges: [["internal", "call_site", "site"]] },
  site: { type: "hidden", name: "system / CallSiteInfo", edges: [["internal", "function", "run"]] },
  bound: { type: "closure", edges: [["internal", "bound_this", "weakCell"]] },
  weakCell: { type: "hidden", name: "system / WeakCell", edges: [["hidden", 1, "value"]] },
  unreached: { name: "Lost", size: 11, edges: [["property", "also", "lost"]] },
  lost: { name: "Lost", size: 12, edges: [["property", "back", "unreached"]] },
  ...numberOf("number", 42),
  ...closureOf("run", "file:///app/main.mjs", 5, [["internal", "context", "inner"]], [3, 1]),
  ...closureOf("read", "node:fs", 6, [["internal", "context", "outer"]]),
};
const ROOT_EDGES = [
  ["shortcut", "global", "global"],
  ["shortcut", "context", "nativeContext"],
  ["element", 1, "roots"],
  ["element", 2, "table"],
  ...["module", "commonjs", "timers", "builtin", "read", "run", "scope"].map((key) => ["internal", key, key] as const),
] as const;

const PROGRAM = `
  const cache = new Map(), table = new WeakMap(), keys = [];
  class Key {} class Val { constructor() { this.bytes = new Array(1000).fill(1.5); } }
  function add(i) { const key = new Key(); keys.push(key); table.set(key, new Val()); cache.set("k" + i, () => key); }
  for (let i = 0; i < 5; i++) add(i);
  globalThis.kept = { cache, table, keys, bound: add.bind({ a: 1 }), never: new Promise(() => {}).then(add) };
  setInterval(add, 1e6).unref();
  setImmediate(() => require("node:v8").writeHeapSnapshot(process.argv[1]));
`;

/** The heap of a small program, of the Node that runs the tests. */
export function realSnapshot(node: string = process.execPath): SnapshotJson {
  const folder = mkdtempSync(path.join(tmpdir(), "leakproof-fuzz-"));
  const file = path.join(folder, "real.heapsnapshot");
  try {
    execFileSync(node, ["-e", PROGRAM, file], { stdio: "ignore" });
    return JSON.parse(readFileSync(file, "utf8")) as SnapshotJson;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The program's own objects, what they refer to, and the way from the root to each of them. */
function partOf(json: SnapshotJson, limit: number): Set<number> {
  const graph = parseBytes(Buffer.from(JSON.stringify(json)));
  const own = [...Array(graph.nodeCount).keys()].filter((node) =>
    ["Key", "Val", "WeakMap", "add", "TimersList", "process", "Module"].includes(graph.nameOf(node)),
  );
  const paths = shortestPaths(graph, [graph.root]);
  const kept = new Set([graph.root]);
  const queue: number[] = [];
  const keep = (node: number): void => {
    if (kept.has(node) || kept.size >= limit) return;
    kept.add(node);
    queue.push(node);
  };
  for (const node of own) for (const edge of paths.pathTo(node) ?? []) keep(graph.edgeTo(edge));
  for (const node of queue) {
    // The first few of each: else a table of thousands takes all the room.
    for (let edge = graph.firstEdge(node), end = Math.min(graph.endEdge(node), edge + 12); edge < end; edge++) {
      keep(graph.edgeTo(edge));
    }
  }
  return kept;
}
