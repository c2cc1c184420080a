import type { SnapshotJson } from "../snapshot-builder.js";

/** The part of a snapshot that consists of some nodes and the edges between them. */
export function pruned(json: SnapshotJson, kept: ReadonlySet<number>): SnapshotJson {
  const { node_fields, edge_fields, location_fields } = json.snapshot.meta;
  const stride = node_fields.length;
  const [name, edgeCount] = [node_fields.indexOf("name"), node_fields.indexOf("edge_count")];
  const [type, nameOrIndex, toNode] = ["type", "name_or_index", "to_node"].map((field) => edge_fields.indexOf(field));
  const edgeTypes = json.snapshot.meta.edge_types[type];
  const places = new Map([...kept].sort((left, right) => left - right).map((node, index) => [node, index]));
  const texts = new Map<string, number>();
  const textOf = (index: number): number => {
    const text = json.strings[index];
    return texts.get(text) ?? (texts.set(text, texts.size), texts.size - 1);
  };
  const nodes: number[] = [];
  const edges: number[] = [];
  for (let node = 0, at = 0; node * stride < json.nodes.length; node++) {
    const row = json.nodes.slice(node * stride, (node + 1) * stride);
    const end = at + row[edgeCount] * edge_fields.length;
    if (!places.has(node)) {
      at = end;
      continue;
    }
    let count = 0;
    for (; at < end; at += edge_fields.length) {
      const edge = json.edges.slice(at, at + edge_fields.length);
      const target = places.get(edge[toNode] / stride);
      if (target === undefined) continue;
      edge[toNode] = target * stride;
      if (edgeTypes[edge[type]] !== "element" && edgeTypes[edge[type]] !== "hidden") {
        edge[nameOrIndex] = textOf(edge[nameOrIndex]);
      }
      edges.push(...edge);
      count++;
    }
    row[name] = textOf(row[name]);
    row[edgeCount] = count;
    nodes.push(...row);
  }
  const locations: number[] = [];
  const object = location_fields.indexOf("object_index");
  for (let at = 0; at < json.locations.length; at += location_fields.length) {
    const row = json.locations.slice(at, at + location_fields.length);
    const place = places.get(row[object] / stride);
    if (place === undefined) continue;
    row[object] = place * stride;
    locations.push(...row);
  }
  const snapshot = { ...json.snapshot, node_count: places.size, edge_count: edges.length / edge_fields.length };
  return { ...json, snapshot, nodes, edges, locations, strings: [...texts.keys()] };
}
