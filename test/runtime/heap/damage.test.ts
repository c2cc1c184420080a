import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import {
  classStatistics,
  computeDistances,
  DominatorTree,
  parseSnapshotFile,
  SnapshotError,
  SnapshotParser,
} from "../../../runtime/heap/index.js";
import {
  buildSnapshot,
  bytesOf,
  contentsOf,
  parseBytes,
  parseChunks,
  seededRandom,
  v8BytesOf,
  type NodeSpec,
  type SnapshotJson,
} from "./snapshot-builder.js";

const NODES: readonly NodeSpec[] = [
  {
    type: "synthetic",
    name: "",
    edges: [
      ["shortcut", "global", 1],
      ["element", 1, 2],
    ],
  },
  {
    name: "Object",
    size: 28,
    edges: [
      ["property", "key", 2],
      ["weak", "w", 0],
    ],
  },
  { type: "closure", name: "run\\é", size: 64, location: [7, 0, 12] },
];

function changed(change: (snapshot: SnapshotJson) => void): Uint8Array {
  const snapshot = buildSnapshot(NODES);
  change(snapshot);
  return bytesOf(snapshot);
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

const DAMAGED: readonly (readonly [string, Uint8Array, RegExp])[] = [
  ["nothing", text(""), /not a heap snapshot: empty/],
  ["something else", text("<html>"), /not a heap snapshot: it starts with "<"/],
  ["gzip", gzipSync("{}"), /gzip; unpack it first/],
  ["an empty object", text("{}"), /it has no "snapshot" section/],
  ["other JSON", text('{"name":"x","nodes":[]}'), /"nodes" comes before the "snapshot" section/],
  ["a header that is no object", text('{"snapshot":[]}'), /snapshot is not an object/],
  ["a header that is no JSON", text('{"snapshot":{a}}'), /not valid JSON/],
  ["a header without end", text(`{"snapshot":{"x":"${"y".repeat(1 << 20)}`), /over 1048576 bytes/],
  ["a missing value", text('{"x":}'), /"x" has no value/],
  ["a header that says nothing", text('{"snapshot":1}'), /snapshot is not an object/],
  ["no node fields", changed((s) => Reflect.deleteProperty(s.snapshot.meta, "node_fields")), /node_fields is not/],
  [
    "a type named twice",
    changed((s) => (s.snapshot.meta.edge_types[0] = ["weak", "internal", "weak"])),
    /edge_types has the same name twice/,
  ],
  ["a missing field", changed((s) => (s.snapshot.meta.node_fields[2] = "identity")), /node_fields has no "id"/],
  ["a count that is no count", changed((s) => (s.snapshot.node_count = -1)), /node_count is not a count/],
  ["fewer nodes than declared", changed((s) => (s.snapshot.node_count = 4)), /declares 4 nodes, the file holds 3/],
  ["an immense count", changed((s) => (s.snapshot.edge_count = 2 ** 52)), /declares 4503599627370496 edges/],
  ["fewer edges than the nodes claim", changed((s) => (s.nodes[4] = 3)), /claim 5 edges and "edges" holds 4/],
  ["more edges than can be", changed((s) => (s.nodes[4] = 2 ** 33)), /more than 2\^32 edges/],
  ["an edge to no node", changed((s) => (s.edges[2] = 21)), /target of an edge is 3, beyond the last \(2\)/],
  ["an edge into a node", changed((s) => (s.edges[2] = 8)), /edge 0 points into the middle of a node \(8\)/],
  ["a node without a name", changed((s) => (s.nodes[8] = 999)), /name of a node is 999, beyond/],
  ["an edge without a name", changed((s) => (s.edges[1] = 999)), /name of an edge is 999, beyond/],
  ["a node of no type", changed((s) => (s.nodes[7] = 40)), /type of node 1 is 40, beyond/],
  ["an edge of no type", changed((s) => (s.edges[3] = 9)), /type of edge 1 is 9, beyond/],
  ["a location of no node", changed((s) => (s.locations[0] = 22)), /node of location 0/],
  ["a record cut short", changed((s) => s.nodes.pop()), /last record of "nodes" has 6 of 7 fields/],
  ["a fraction", changed((s) => (s.nodes[3] = 1.5)), /unexpected "\." in "nodes"/],
  ["a negative number", changed((s) => (s.nodes[3] = -1)), /unexpected "-" in "nodes"/],
  ["a number too large", changed((s) => (s.nodes[3] = 2 ** 60)), /a number in "nodes" is too large/],
  ["no nodes", changed((s) => Object.assign(s, { nodes: [], edges: [] })), /declares 3 nodes, the file holds 0/],
  ["nodes that are no list", changed((s) => Object.assign(s, { nodes: {} })), /unexpected "\{" in "nodes"/],
  ["strings that are no strings", changed((s) => Object.assign(s, { strings: [1] })), /unexpected "1" in "strings"/],
  ["no strings", changed((s) => Reflect.deleteProperty(s, "strings")), /it has no "strings" section/],
  ["a section twice", text('{"a":1,"a":2}'), /two "a" sections/],
  ["text after the end", text("{} x"), /unexpected "x"/],
  ["a detachedness of no byte", changed((s) => (s.nodes[6] = 258)), /detachedness of node 0 is 258, beyond/],
  ["a line beyond 2^32", changed((s) => (s.locations[2] = 2 ** 32)), /place of location 0 is 4294967296, beyond/],
  ["a script far below zero", changed((s) => (s.locations[1] = -(2 ** 40))), /place of location 0 is -1099511627776/],
  ["a section's name over two lines", text('{"a\n\u001b[1m":1 x'), /unexpected "x" after "a\?\?\[1m"$/],
  ["a long name twice", text(`{"${"n".repeat(256)}":1,"${"n".repeat(256)}":2`), /^.{0,50}two "n{40}…" sections$/],
  ["an escape in a section's name", text('{"nod\\u0065s":1}'), /a section name holds an escape/],
  ["a comma too many", text('{"a":1,,'), /unexpected "," after "a"/],
];

/** Those that the loop over whole records must leave to the one that explains. */
const DAMAGED_RECORDS: readonly (readonly [string, (snapshot: SnapshotJson) => void, RegExp])[] = [
  ["an edge to no node", (s) => (s.edges[2] = 21), /target of an edge is 3, beyond the last \(2\)/],
  ["an edge into a node", (s) => (s.edges[2] = 8), /edge 0 points into the middle of a node \(8\)/],
  ["an edge without a name", (s) => (s.edges[1] = 999), /name of an edge is 999, beyond/],
  ["an edge of no type", (s) => (s.edges[3] = 9), /type of edge 1 is 9, beyond/],
  ["an edge of a type of two digits", (s) => (s.edges[3] = 10), /type of edge 1 is 10, beyond/],
  ["an immense target", (s) => (s.edges[5] = 7 * 2 ** 32), /target of an edge is 4294967296, beyond/],
  ["a record cut short", (s) => s.edges.pop(), /last record of "edges" has 2 of 3 fields/],
  ["fewer edges than declared", (s) => s.edges.splice(0, 3), /declares 4 edges, the file holds 3/],
];

describe("damaged snapshots", () => {
  it.each(DAMAGED)("%s", (_, bytes, message) => {
    expect(() => parseBytes(bytes)).toThrow(SnapshotError);
    expect(() => parseBytes(bytes)).toThrow(message);
    if (bytes.length > 10_000) return;
    expect(() => parseChunks(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toThrow(message);
  });

  it.each(DAMAGED_RECORDS)("%s, in V8's layout", (_, change, message) => {
    const snapshot = buildSnapshot(NODES);
    change(snapshot);
    expect(() => parseBytes(v8BytesOf(snapshot))).toThrow(message);
  });

  it.each([
    ["as JSON.stringify writes it", bytesOf(buildSnapshot(NODES))],
    ["as V8 writes it", v8BytesOf(buildSnapshot(NODES))],
  ])("every truncation is told, %s", (_, bytes) => {
    for (let length = 1; length < bytes.length; length++) {
      expect(() => parseBytes(bytes.subarray(0, length))).toThrow(/^truncated heap snapshot/);
    }
  });

  it("the message has one line and fails the same way again", () => {
    const parser = new SnapshotParser();
    expect(() => parser.write(text("PK"))).toThrow(/^not a heap snapshot: it starts with "P", not with "\{"$/);
    expect(() => parser.write(text("{}"))).toThrow(/starts with "P"/);
    expect(() => parser.end()).toThrow(/starts with "P"/);
  });

  it("a header that lies is given no memory", () => {
    const lies = { node_count: 2 ** 31, edge_count: 2 ** 40 };
    const parser = new SnapshotParser();
    const before = process.memoryUsage().arrayBuffers;
    parser.write(changed((s) => Object.assign(s.snapshot, lies)));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 << 20);
    expect(() => parser.end()).toThrow(/declares 2147483648 nodes, the file holds 3/);
  });

  it("a parser serves once", () => {
    const parser = new SnapshotParser();
    parser.write(bytesOf(buildSnapshot(NODES)));
    parser.end();
    expect(() => parser.write(text("{"))).toThrow(/use a new one/);
  });

  it.each([
    ["as JSON.stringify writes it", bytesOf(buildSnapshot(NODES))],
    ["as V8 writes it", v8BytesOf(buildSnapshot(NODES))],
  ])("a mutated file is a graph or a SnapshotError, never another error, %s", (_, bytes) => {
    let failures = 0;
    for (let seed = 1; seed <= 2000; seed++) {
      const random = seededRandom(seed);
      try {
        examine(parseBytes(mutated(bytes, random)));
      } catch (error) {
        if (!(error instanceof SnapshotError)) throw new Error(`seed ${seed}`, { cause: error });
        expect(error.message).toMatch(/^[^\n]+$/);
        failures++;
      }
    }
    expect(failures).toBeGreaterThan(1000);
  });
});

/** Everything that is asked of a graph must hold for any that the parser lets through. */
function examine(graph: ReturnType<typeof parseBytes>): void {
  contentsOf(graph);
  const tree = new DominatorTree(graph);
  computeDistances(graph);
  classStatistics(graph, { tree });
  graph.retainers(graph.nodeCount - 1);
}

const INTERESTING = '0123456789,[]{}":\\-u \n';

function mutated(bytes: Uint8Array, random: (limit: number) => number): Uint8Array {
  const result = [...bytes];
  for (let changes = 1 + random(3); changes > 0; changes--) {
    const at = random(result.length);
    const byte = random(4) === 0 ? random(256) : INTERESTING.charCodeAt(random(INTERESTING.length));
    const kind = random(4);
    if (kind === 0) result[at] = byte;
    else if (kind === 1) result.splice(at, 0, byte);
    else if (kind === 2) result.splice(at, 1 + random(8));
    else result.splice(at, 0, ...result.slice(random(result.length)).slice(0, random(40)));
  }
  return Uint8Array.from(result);
}

describe("parseSnapshotFile", () => {
  const folder = mkdtempSync(join(tmpdir(), "leakproof-heap-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  it("reads a file", async () => {
    const path = join(folder, "whole.heapsnapshot");
    writeFileSync(path, bytesOf(buildSnapshot(NODES)));
    expect((await parseSnapshotFile(path)).nodeCount).toBe(3);
  });

  it("names the file that is damaged, missing or a folder", async () => {
    const path = join(folder, "damaged.heapsnapshot");
    writeFileSync(path, "[]");
    await expect(parseSnapshotFile(path)).rejects.toThrow(`${path}: not a heap snapshot: it starts with "["`);
    await expect(parseSnapshotFile(join(folder, "none"))).rejects.toThrow(/none: cannot be read \(ENOENT/);
    await expect(parseSnapshotFile(folder)).rejects.toThrow(SnapshotError);
  });
});
