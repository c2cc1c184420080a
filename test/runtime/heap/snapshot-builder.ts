import { SnapshotParser, type HeapGraph } from "../../../runtime/heap/index.js";

export type EdgeSpec = readonly [type: string, nameOrIndex: string | number, to: number];

export interface NodeSpec {
  readonly type?: string;
  readonly name?: string;
  readonly id?: number;
  readonly size?: number;
  readonly detachedness?: number;
  readonly location?: readonly [scriptId: number, line: number, column: number];
  readonly edges?: readonly EdgeSpec[];
}

export interface Layout {
  readonly nodeFields?: readonly string[];
  readonly edgeFields?: readonly string[];
  readonly locationFields?: readonly string[];
  /** Added to the `snapshot` section. */
  readonly header?: Readonly<Record<string, unknown>>;
  /** Added to the whole, after the sections of a snapshot. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** A snapshot file as JSON: the sections the engine reads. */
export interface SnapshotJson {
  readonly snapshot: {
    readonly meta: {
      readonly node_fields: string[];
      readonly node_types: (string | string[])[];
      readonly edge_fields: string[];
      readonly edge_types: (string | string[])[];
      readonly location_fields: string[];
    };
    node_count: number;
    edge_count: number;
    root_index?: number;
    readonly trace_function_count: number;
    readonly extra_native_bytes?: number;
  };
  nodes: number[];
  edges: number[];
  readonly trace_function_infos: number[];
  readonly trace_tree: number[];
  readonly samples: number[];
  locations: number[];
  strings: string[];
}

const NODE_FIELDS = ["type", "name", "id", "self_size", "edge_count", "trace_node_id", "detachedness"];
const EDGE_FIELDS = ["type", "name_or_index", "to_node"];
const LOCATION_FIELDS = ["object_index", "script_id", "line", "column"];
const NODE_TYPES = [
  "hidden",
  "array",
  "string",
  "object",
  "code",
  "closure",
  "regexp",
  "number",
  "native",
  "synthetic",
  "concatenated string",
  "sliced string",
  "symbol",
  "bigint",
  "object shape",
];
const EDGE_TYPES = ["context", "element", "property", "internal", "hidden", "shortcut", "weak"];

/** A snapshot as V8 lays it out; node 0 is the root, ids default to 1, 3, 5, … and sizes to 0. */
export function buildSnapshot(nodes: readonly NodeSpec[], layout: Layout = {}): SnapshotJson {
  const { nodeFields = NODE_FIELDS, edgeFields = EDGE_FIELDS, locationFields = LOCATION_FIELDS } = layout;
  const strings: string[] = ["<dummy>"];
  const intern = (text: string): number => {
    const index = strings.indexOf(text);
    return index < 0 ? strings.push(text) - 1 : index;
  };
  const edges = nodes.flatMap((node) => node.edges ?? []);
  const row = (fields: readonly string[], values: Readonly<Record<string, number>>): number[] =>
    fields.map((field) => values[field] ?? 0);
  return {
    snapshot: {
      meta: {
        node_fields: [...nodeFields],
        node_types: nodeFields.map((field) => (field === "type" ? NODE_TYPES : "number")),
        edge_fields: [...edgeFields],
        edge_types: edgeFields.map((field) => (field === "type" ? EDGE_TYPES : "number")),
        location_fields: [...locationFields],
      },
      node_count: nodes.length,
      edge_count: edges.length,
      trace_function_count: 0,
      ...layout.header,
    },
    nodes: nodes.flatMap((node, index) =>
      row(nodeFields, {
        type: NODE_TYPES.indexOf(node.type ?? "object"),
        name: intern(node.name ?? `n${index}`),
        id: node.id ?? index * 2 + 1,
        self_size: node.size ?? 0,
        edge_count: node.edges?.length ?? 0,
        detachedness: node.detachedness ?? 0,
        future_field: 77,
      }),
    ),
    edges: edges.flatMap(([type, nameOrIndex, to]) =>
      row(edgeFields, {
        type: EDGE_TYPES.indexOf(type),
        name_or_index: typeof nameOrIndex === "number" ? nameOrIndex : intern(nameOrIndex),
        to_node: to * nodeFields.length,
      }),
    ),
    trace_function_infos: [],
    trace_tree: [],
    samples: [],
    locations: nodes.flatMap((node, index) => {
      if (node.location === undefined) return [];
      const [script_id, line, column] = node.location;
      return row(locationFields, { object_index: index * nodeFields.length, script_id, line, column });
    }),
    strings,
    ...layout.extra,
  };
}

export function bytesOf(snapshot: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(snapshot));
}

/** The same in V8's own layout: a record of nodes and edges ends its line, and the comma starts the next. */
export function v8BytesOf(snapshot: SnapshotJson): Uint8Array {
  const { node_fields, edge_fields } = snapshot.snapshot.meta;
  const lines = (values: readonly number[], stride: number): string => {
    const records = Array.from({ length: Math.ceil(values.length / stride) }, (_, record) =>
      values.slice(record * stride, (record + 1) * stride).join(","),
    );
    return `[${records.map((record) => `${record}\n`).join(",")}]`;
  };
  const sections = Object.entries(snapshot).map(([name, value]) => {
    if (name === "nodes") return `"nodes":${lines(snapshot.nodes, node_fields.length)}`;
    if (name === "edges") return `"edges":${lines(snapshot.edges, edge_fields.length)}`;
    return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
  });
  return new TextEncoder().encode(`{${sections.join(",\n")}}`);
}

export function parseBytes(bytes: Uint8Array): HeapGraph {
  return parseChunks([bytes]);
}

export function parseChunks(chunks: Iterable<Uint8Array>): HeapGraph {
  const parser = new SnapshotParser();
  for (const chunk of chunks) parser.write(chunk);
  return parser.end();
}

export function graphOf(nodes: readonly NodeSpec[], layout?: Layout): HeapGraph {
  return parseBytes(bytesOf(buildSnapshot(nodes, layout)));
}

/** A graph as plain data, to compare two by value. */
export function contentsOf(graph: HeapGraph): unknown {
  const nodes = Array.from({ length: graph.nodeCount }, (_, node) => ({
    type: graph.typeOf(node),
    name: graph.nameOf(node),
    id: graph.idOf(node),
    size: graph.selfSize(node),
    detachedness: graph.detachedness(node),
    location: graph.location(node),
    edges: Array.from({ length: graph.endEdge(node) - graph.firstEdge(node) }, (_, offset) => {
      const edge = graph.firstEdge(node) + offset;
      const nameOrIndex = graph.isIndexed(edge) ? graph.edgeIndex(edge) : graph.edgeName(edge);
      return [graph.edgeType(edge), nameOrIndex, graph.edgeTo(edge)];
    }),
  }));
  return { nodes, strings: Array.from({ length: graph.strings.length }, (_, index) => graph.strings.get(index)) };
}

/** Numbers from 0 to `limit` − 1, the same sequence for the same seed (mulberry32). */
export function seededRandom(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}
