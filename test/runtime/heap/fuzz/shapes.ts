/** How the versions of V8 lay a snapshot out: fields, types and sections differ, the heap is the same. */
import type { SnapshotJson } from "../snapshot-builder.js";

export interface Shape {
  readonly name: string;
  readonly nodeFields: readonly string[];
  readonly nodeTypes: readonly string[];
  /** The type of V8's own nodes. */
  readonly hidden: "hidden" | "native";
  readonly edgeFields: readonly string[];
  readonly header: Readonly<Record<string, unknown>>;
  /** Sections after the ones that all have. */
  readonly sections: Readonly<Record<string, unknown>>;
}

const FIELDS = ["type", "name", "id", "self_size", "edge_count"];
const EDGE_FIELDS = ["type", "name_or_index", "to_node"];
const TYPES =
  "hidden,array,string,object,code,closure,regexp,number,native,synthetic,concatenated string,sliced string,symbol,bigint".split(
    ",",
  );

/** As measured (notes/heap-snapshots.md, section 5), and one that no V8 has written yet. */
export const SHAPES: readonly Shape[] = [
  shape("Node 18", { nodeFields: [...FIELDS, "trace_node_id", "detachedness"] }),
  shape("Node 20", {
    nodeFields: [...FIELDS, "trace_node_id", "detachedness"],
    nodeTypes: [...TYPES, "object shape", "wasm object"],
  }),
  shape("Node 22", {
    nodeFields: [...FIELDS, "trace_node_id", "detachedness"],
    nodeTypes: [...TYPES, "object shape"],
  }),
  shape("Node 24", { header: { extra_native_bytes: 123_456 } }),
  shape("Node 26", { header: { extra_native_bytes: 0 }, sections: { trace_function_infos: [1, 2, 3] } }),
  shape("Chrome", {
    hidden: "native",
    sections: { samples: [0, 1], scopes: [], scope_context_vars: [], scope_uses: [1] },
  }),
  shape("to come", {
    nodeFields: ["edge_count", "colour", "id", "detachedness", "name", "self_size", "type"],
    nodeTypes: ["quantum object", ...TYPES, "object shape"],
    edgeFields: ["to_node", "type", "age", "name_or_index"],
    header: { root_index: 0, future: [{ deep: [[null]] }] },
    sections: { future: { a: [1.5e3, "]}"] } },
  }),
];

function shape(name: string, differences: Partial<Shape>): Shape {
  return {
    name,
    nodeFields: [...FIELDS, "detachedness"],
    nodeTypes: [...TYPES, "object shape"],
    edgeFields: EDGE_FIELDS,
    hidden: "hidden",
    header: {},
    sections: {},
    ...differences,
  };
}

/** The same heap laid out otherwise; types the shape lacks become `hidden`. */
export function reshaped(json: SnapshotJson, to: Shape): SnapshotJson {
  const { meta } = json.snapshot;
  const types = meta.node_types[meta.node_fields.indexOf("type")];
  const edgeTypes = meta.edge_types[meta.edge_fields.indexOf("type")] as string[];
  const stride = meta.node_fields.length;
  const code = (type: number): number => {
    const name = types[type] === "hidden" || !to.nodeTypes.includes(types[type]) ? to.hidden : types[type];
    return to.nodeTypes.indexOf(name);
  };
  const rows = (
    list: readonly number[],
    from: readonly string[],
    fields: readonly string[],
    change: Change,
  ): number[] =>
    Array.from({ length: list.length / from.length }, (_, row) =>
      fields.map((field) => {
        const value = from.includes(field) ? list[row * from.length + from.indexOf(field)] : 0;
        return change[field]?.(value) ?? value;
      }),
    ).flat();
  const moved = (index: number): number => (index / stride) * to.nodeFields.length;
  return {
    ...json,
    snapshot: {
      ...json.snapshot,
      root_index: moved(json.snapshot.root_index ?? 0),
      ...to.header,
      meta: {
        ...meta,
        node_fields: [...to.nodeFields],
        node_types: to.nodeFields.map((field) => (field === "type" ? [...to.nodeTypes] : "number")),
        edge_fields: [...to.edgeFields],
        edge_types: to.edgeFields.map((field) => (field === "type" ? edgeTypes : "number")),
      },
    },
    nodes: rows(json.nodes, meta.node_fields, to.nodeFields, { type: code }),
    edges: rows(json.edges, meta.edge_fields, to.edgeFields, { to_node: moved }),
    locations: rows(json.locations, meta.location_fields, meta.location_fields, { object_index: moved }),
    ...to.sections,
  };
}

type Change = Readonly<Partial<Record<string, (value: number) => number>>>;
