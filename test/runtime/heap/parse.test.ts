import { describe, expect, it } from "vitest";
import { parseSnapshot, SnapshotParser } from "../../../runtime/heap/index.js";
import {
  buildSnapshot,
  bytesOf,
  contentsOf,
  graphOf,
  parseBytes,
  parseChunks,
  v8BytesOf,
  type NodeSpec,
} from "./snapshot-builder.js";

const NODE_FIELDS = ["type", "name", "id", "self_size", "edge_count"];

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
      ["property", "café 🎈", 2],
      ["hidden", 4294967295, 2],
      ["weak", "w", 0],
    ],
  },
  { type: "closure", name: 'a"b\\c\n\u0001\ud800!', id: 5000000001, size: 64, detachedness: 2, location: [7, 0, 99] },
  { type: "string", name: "x".repeat(70), id: 8, size: 6000000000 },
];

describe("SnapshotParser", () => {
  it("reads types, names, ids, sizes, edges and locations", () => {
    const graph = graphOf(NODES);
    expect(contentsOf(graph)).toMatchObject({
      nodes: [
        {
          type: "synthetic",
          name: "",
          id: 1,
          size: 0,
          edges: [
            ["shortcut", "global", 1],
            ["element", 1, 2],
          ],
        },
        {
          name: "Object",
          size: 28,
          edges: [
            ["property", "café 🎈", 2],
            ["hidden", 4294967295, 2],
            ["weak", "w", 0],
          ],
        },
        {
          type: "closure",
          name: 'a"b\\c\n\u0001\ud800!',
          id: 5000000001,
          detachedness: 2,
          location: { scriptId: 7, line: 0, column: 99 },
        },
        { type: "string", name: "x".repeat(70), id: 8, size: 6000000000, edges: [], location: undefined },
      ],
    });
  });

  it.each([
    ["as JSON.stringify writes it", bytesOf(buildSnapshot(NODES))],
    ["as V8 writes it", v8BytesOf(buildSnapshot(NODES))],
  ])("gives the same graph wherever two chunks meet, %s", (_, bytes) => {
    const whole = contentsOf(parseBytes(bytes));
    for (let cut = 0; cut <= bytes.length; cut++) {
      expect(contentsOf(parseChunks([bytes.subarray(0, cut), bytes.subarray(cut)])), `cut at ${cut}`).toEqual(whole);
    }
  });

  it("knows when the last brace has come, whatever follows", () => {
    const bytes = bytesOf(buildSnapshot(NODES));
    const parser = new SnapshotParser();
    parser.write(bytes.subarray(0, -1));
    expect(parser.isWhole).toBe(false);
    parser.write(bytes.subarray(-1));
    parser.write(Buffer.from("\n"));
    expect(parser.isWhole).toBe(true);
    expect(parser.end().nodeCount).toBe(NODES.length);
  });

  it("gives the same graph byte by byte, from a chunk that is used again", () => {
    const bytes = bytesOf(buildSnapshot(NODES));
    const parser = new SnapshotParser();
    const reused = new Uint8Array(1);
    for (const byte of bytes) {
      reused[0] = byte;
      parser.write(reused);
    }
    expect(contentsOf(parser.end())).toEqual(contentsOf(parseBytes(bytes)));
  });

  it("takes whitespace anywhere and escapes in upper case, as V8 writes them", () => {
    const text = new TextDecoder().decode(bytesOf(buildSnapshot(NODES)));
    const spaced = text.replaceAll(",", "\n,\t").replaceAll("é", "\\u00E9").replaceAll("🎈", "\\uD83C\\uDF88");
    expect(contentsOf(parseBytes(new TextEncoder().encode(` \r\n${spaced}\n`)))).toEqual(
      contentsOf(parseBytes(bytesOf(buildSnapshot(NODES)))),
    );
  });

  it("reads async chunks", async () => {
    const bytes = bytesOf(buildSnapshot(NODES));
    async function* chunks() {
      yield bytes.subarray(0, 100);
      yield bytes.subarray(100);
    }
    expect(contentsOf(await parseSnapshot(chunks()))).toEqual(contentsOf(parseBytes(bytes)));
  });

  it("has room for more than one batch and more than the header foresees", () => {
    const many: NodeSpec[] = Array.from({ length: 3000 }, (_, index) => ({
      name: `name ${index % 10}`,
      size: index,
      ...(index < 2999 && { edges: [["property", "next", index + 1] as const, ["element", index, 0] as const] }),
    }));
    const counted = graphOf(many);
    const uncounted = graphOf(many, { header: { node_count: undefined, edge_count: undefined } });
    expect(counted.nodeCount).toBe(3000);
    expect(counted.selfSize(2999)).toBe(2999);
    expect(counted.edgeIndex(counted.firstEdge(2500) + 1)).toBe(2500);
    expect(contentsOf(uncounted)).toEqual(contentsOf(counted));
    const v8Bytes = v8BytesOf(buildSnapshot(many, { header: { node_count: undefined, edge_count: undefined } }));
    expect(contentsOf(parseChunks([v8Bytes.subarray(0, 40_000), v8Bytes.subarray(40_000)]))).toEqual(
      contentsOf(counted),
    );
  });

  it("reads long numbers among short ones, in any batch and across chunks", () => {
    const many: NodeSpec[] = Array.from({ length: 3000 }, (_, index) => ({
      id: index % 700 === 0 ? 2 ** 40 + index : index * 2 + 1,
      size: index === 2000 ? 2 ** 32 : index === 1000 ? 2 ** 32 - 1 : 999_999_990 + (index % 20),
    }));
    const bytes = bytesOf(buildSnapshot(many));
    const chunks = Array.from({ length: Math.ceil(bytes.length / 1009) }, (_, chunk) =>
      bytes.subarray(chunk * 1009, (chunk + 1) * 1009),
    );
    const graph = parseChunks(chunks);
    expect(Array.from(graph.nodeIds)).toEqual(many.map(({ id }) => id));
    expect(Array.from(graph.selfSizes)).toEqual(many.map(({ size }) => size));
  });

  it("keeps the first of two locations of a node", () => {
    const snapshot = buildSnapshot([{ location: [3, 1, 2] }, { location: [3, 4, 5] }, {}]);
    snapshot.locations = [14, 1, 1, 1, 14, 2, 2, 2, 7, 3, 3, 3, 14, 4, 4, 4, 0, 5, 5, 5];
    const graph = parseBytes(bytesOf(snapshot));
    expect([...graph.locations.nodes]).toEqual([0, 1, 2]);
    expect([0, 1, 2].map((node) => graph.location(node)?.scriptId)).toEqual([5, 3, 1]);
  });

  it("reads a column before the text of a script, which V8 writes without its sign", () => {
    const snapshot = buildSnapshot([{ location: [3, 0, 0] }]);
    snapshot.locations = [0, 3, 0, 2 ** 32 - 196];
    expect(parseBytes(bytesOf(snapshot)).location(0)).toEqual({ scriptId: 3, line: 0, column: -196 });
  });

  it("keeps locations that come out of order or have no place", () => {
    const snapshot = buildSnapshot([{}, { location: [3, 1, 2] }, { location: [3, -1, -1] }, { location: [4, 5, 6] }]);
    snapshot.locations = [21, 4, 5, 6, 7, 3, 1, 2, 14, 3, -1, -1];
    const graph = parseBytes(bytesOf(snapshot));
    expect([0, 1, 2, 3].map((node) => graph.location(node))).toEqual([
      undefined,
      { scriptId: 3, line: 1, column: 2 },
      { scriptId: 3, line: -1, column: -1 },
      { scriptId: 4, line: 5, column: 6 },
    ]);
    expect([...graph.nodesAtScript(3)]).toEqual([1, 2]);
    expect([...graph.nodesAtScript(99)]).toEqual([]);
    expect(graph.locations.scriptIds()).toEqual([3, 4]);
  });
});

it("the first location of a node counts", () => {
  const snapshot = buildSnapshot([{}, {}, {}]);
  snapshot.locations = [14, 3, 1, 2, 7, 4, 5, 6, 14, 4, 9, 9, 14, 3, 1, 2];
  const graph = parseBytes(bytesOf(snapshot));
  expect(graph.location(2)).toEqual({ scriptId: 3, line: 1, column: 2 });
  expect([3, 4].map((script) => [...graph.nodesAtScript(script)])).toEqual([[2], [1]]);
});

describe("snapshots of other versions of V8", () => {
  const withoutDetachedness = NODES.map(({ detachedness: _, ...node }) => node);
  const plain = contentsOf(graphOf(withoutDetachedness));

  it.each([
    ["Node 24: no trace_node_id", [...NODE_FIELDS, "detachedness"]],
    ["before detachedness", [...NODE_FIELDS, "trace_node_id"]],
    ["a field more", [...NODE_FIELDS, "trace_node_id", "detachedness", "future_field"]],
    ["49 fields", [...NODE_FIELDS, ...Array.from({ length: 49 - NODE_FIELDS.length }, (_, field) => `field ${field}`)]],
    ["another order", ["edge_count", "future_field", "self_size", "type", "id", "name"]],
  ])("%s", (_, nodeFields) => {
    expect(contentsOf(graphOf(withoutDetachedness, { nodeFields }))).toEqual(plain);
  });

  it("another order of edge and location fields", () => {
    const edgeFields = ["to_node", "future_field", "name_or_index", "type"];
    const locationFields = ["column", "object_index", "line", "script_id"];
    expect(contentsOf(graphOf(withoutDetachedness, { edgeFields, locationFields }))).toEqual(plain);
  });

  it("unknown sections, before, between and after", () => {
    const { snapshot, strings, nodes, ...rest } = buildSnapshot(withoutDetachedness);
    const unknown = { deep: [{ text: ']}\\"' }, [], -1.5e3, null, true], number: 12 };
    const before = { first: unknown, snapshot, a: 1, strings, b: '"', nodes };
    const shuffled = { ...before, scopes: [], c: null, ...rest, last: [[]] };
    expect(contentsOf(parseBytes(bytesOf(shuffled)))).toEqual(plain);
  });

  it("no locations at all", () => {
    const { locations: _, ...snapshot } = buildSnapshot(NODES);
    expect(parseBytes(bytesOf(snapshot)).location(2)).toBeUndefined();
  });

  it("bytes outside the heap", () => {
    expect(graphOf(NODES, { header: { extra_native_bytes: 4096 } }).extraNativeBytes).toBe(4096);
    expect(graphOf(NODES).extraNativeBytes).toBe(0);
  });

  it("a root that is not the first node", () => {
    expect(graphOf(NODES, { header: { root_index: 7 } }).root).toBe(1);
    expect(graphOf(NODES).root).toBe(0);
  });
});
