import { SnapshotError } from "./error.js";

/** Where each field lies in a node, edge or location record. V8 moves fields between versions: never assume a place. */
export interface SnapshotMeta {
  readonly nodeFields: NodeFields;
  readonly edgeFields: EdgeFields;
  /** Absent when the snapshot declares no location fields; its locations are then skipped. */
  readonly locationFields: LocationFields | undefined;
  readonly nodeTypes: readonly string[];
  readonly edgeTypes: readonly string[];
  /** What the header declares; `undefined` when it declares nothing. */
  readonly nodeCount: number | undefined;
  readonly edgeCount: number | undefined;
  /** Index of the root's record in `nodes`, in fields. */
  readonly rootIndex: number;
  /** Bytes outside the heap that V8 attributes to no node (Node 24 and later), else 0. */
  readonly extraNativeBytes: number;
}

export interface NodeFields {
  readonly stride: number;
  readonly type: number;
  readonly name: number;
  readonly id: number;
  readonly selfSize: number;
  readonly edgeCount: number;
  /** −1 when absent. */
  readonly detachedness: number;
}

export interface EdgeFields {
  readonly stride: number;
  readonly type: number;
  readonly nameOrIndex: number;
  readonly toNode: number;
}

export interface LocationFields {
  readonly stride: number;
  readonly objectIndex: number;
  readonly scriptId: number;
  readonly line: number;
  readonly column: number;
}

/**
 * Reads the `snapshot` section (the only part of a file that is small enough for `JSON.parse`).
 * @throws SnapshotError when it is not JSON or lacks a field the engine needs.
 */
export function parseMeta(header: string): SnapshotMeta {
  const snapshot = record(parseJson(header), "snapshot");
  const meta = record(snapshot["meta"], "snapshot.meta");
  const nodeFieldNames = names(meta["node_fields"], "snapshot.meta.node_fields");
  const edgeFieldNames = names(meta["edge_fields"], "snapshot.meta.edge_fields");
  const nodeFields: NodeFields = {
    stride: nodeFieldNames.length,
    type: place(nodeFieldNames, "type", "node_fields"),
    name: place(nodeFieldNames, "name", "node_fields"),
    id: place(nodeFieldNames, "id", "node_fields"),
    selfSize: place(nodeFieldNames, "self_size", "node_fields"),
    edgeCount: place(nodeFieldNames, "edge_count", "node_fields"),
    detachedness: nodeFieldNames.indexOf("detachedness"),
  };
  const edgeFields: EdgeFields = {
    stride: edgeFieldNames.length,
    type: place(edgeFieldNames, "type", "edge_fields"),
    nameOrIndex: place(edgeFieldNames, "name_or_index", "edge_fields"),
    toNode: place(edgeFieldNames, "to_node", "edge_fields"),
  };
  return {
    nodeFields,
    edgeFields,
    locationFields: parseLocationFields(meta["location_fields"]),
    nodeTypes: typeNames(meta["node_types"], nodeFields.type, "snapshot.meta.node_types"),
    edgeTypes: typeNames(meta["edge_types"], edgeFields.type, "snapshot.meta.edge_types"),
    nodeCount: optionalCount(snapshot["node_count"], "snapshot.node_count"),
    edgeCount: optionalCount(snapshot["edge_count"], "snapshot.edge_count"),
    rootIndex: optionalCount(snapshot["root_index"], "snapshot.root_index") ?? 0,
    extraNativeBytes: optionalCount(snapshot["extra_native_bytes"], "snapshot.extra_native_bytes") ?? 0,
  };
}

function parseLocationFields(value: unknown): LocationFields | undefined {
  if (value === undefined) return undefined;
  const fields = names(value, "snapshot.meta.location_fields");
  return {
    stride: fields.length,
    objectIndex: place(fields, "object_index", "location_fields"),
    scriptId: place(fields, "script_id", "location_fields"),
    line: place(fields, "line", "location_fields"),
    column: place(fields, "column", "location_fields"),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SnapshotError("not a heap snapshot: its `snapshot` section is not valid JSON");
  }
}

function record(value: unknown, where: string): Record<string, unknown> {
  if (isRecord(value)) return value;
  throw new SnapshotError(`not a heap snapshot: ${where} is not an object`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function names(value: unknown, where: string): string[] {
  const isList = Array.isArray(value) && value.length <= MAX_NAMES;
  if (!isList || !value.every((name) => typeof name === "string"))
    throw new SnapshotError(`not a heap snapshot: ${where} is not a list of names`);
  // Fields and types are known by their names.
  if (new Set(value).size < value.length)
    throw new SnapshotError(`not a heap snapshot: ${where} has the same name twice`);
  return value;
}

// Types are kept in a byte per node and edge; V8 has about fifteen.
const MAX_NAMES = 256;

function typeNames(value: unknown, typeField: number, where: string): string[] {
  return names(Array.isArray(value) ? value[typeField] : undefined, where);
}

function place(fields: readonly string[], name: string, where: string): number {
  const index = fields.indexOf(name);
  if (index < 0) throw new SnapshotError(`not a heap snapshot: snapshot.meta.${where} has no "${name}"`);
  return index;
}

function optionalCount(value: unknown, where: string): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw new SnapshotError(`not a heap snapshot: ${where} is not a count`);
}
