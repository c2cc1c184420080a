/** Mutations of what a snapshot says: its header, records and strings. */
import type { SnapshotJson } from "../snapshot-builder.js";
import { ODD_NUMBERS, ODD_TEXTS, pick, type Random } from "./odd-values.js";

/** Changes a snapshot in place. The meta of `json` may be any the engine takes. */
export type StructureMutation = (json: SnapshotJson, random: Random) => void;

export const STRUCTURE_MUTATIONS: Readonly<Record<string, StructureMutation>> = {
  "a wrong header": ({ snapshot }, random) => {
    const field = pick(random, [
      "node_count",
      "edge_count",
      "root_index",
      "extra_native_bytes",
      "trace_function_count",
    ]);
    const value: unknown = random(3) === 0 ? pick(random, [null, "5", [], {}, true, 1.5]) : pick(random, ODD_NUMBERS);
    Object.assign(snapshot, { [field]: value });
  },
  "one beyond the last": (json, random) => {
    const { meta } = json.snapshot;
    const types = (lists: readonly (string | readonly string[])[]): number =>
      lists.find((list) => typeof list !== "string")?.length ?? 0;
    const put = (list: number[], fields: readonly string[], field: string, value: number): void => {
      const row = random(Math.floor(list.length / fields.length));
      if (list.length > 0) list[row * fields.length + fields.indexOf(field)] = value;
    };
    pick(random, [
      () => put(json.nodes, meta.node_fields, "type", types(meta.node_types)),
      () => put(json.nodes, meta.node_fields, "name", json.strings.length),
      () => put(json.edges, meta.edge_fields, "type", types(meta.edge_types)),
      () => put(json.edges, meta.edge_fields, "name_or_index", json.strings.length),
      () => put(json.edges, meta.edge_fields, "to_node", json.nodes.length),
      () => put(json.locations, meta.location_fields, "object_index", json.nodes.length),
      () => (json.snapshot.root_index = json.nodes.length),
    ])();
  },
  "no counts": ({ snapshot }) => {
    for (const field of ["node_count", "edge_count", "root_index"]) Reflect.deleteProperty(snapshot, field);
  },
  "another root": (json, random) => {
    json.snapshot.root_index = random(nodeCount(json)) * json.snapshot.meta.node_fields.length;
  },
  "an odd number in a node": (json, random) => {
    json.nodes[random(json.nodes.length)] = pick(random, ODD_NUMBERS);
  },
  "odd sizes and ids": (json, random) => {
    const fields = json.snapshot.meta.node_fields;
    const column = fields.indexOf(pick(random, ["id", "self_size", "detachedness"]));
    const numbers = ODD_NUMBERS.filter((value) => Number.isSafeInteger(value) && value >= 0);
    for (let node = random(3); column >= 0 && node < nodeCount(json); node += 1 + random(4)) {
      json.nodes[node * fields.length + column] = pick(random, numbers);
    }
  },
  "the same id": (json, random) => {
    const fields = json.snapshot.meta.node_fields;
    const every = 1 + random(4);
    for (let node = 0; node < nodeCount(json); node += every) {
      json.nodes[node * fields.length + fields.indexOf("id")] = 3;
    }
  },
  "an odd number in an edge": (json, random) => {
    if (json.edges.length > 0) json.edges[random(json.edges.length)] = pick(random, ODD_NUMBERS);
  },
  "other targets": (json, random) => changeEdges(json, random, "to_node", () => randomNode(json, random)),
  "other types of edges": (json, random) => {
    changeEdges(json, random, "type", () => random(7));
  },
  "other names of edges": (json, random) => {
    changeEdges(json, random, "name_or_index", () => random(json.strings.length));
  },
  "other types of nodes": (json, random) => {
    const fields = json.snapshot.meta.node_fields;
    const types = json.snapshot.meta.node_types[fields.indexOf("type")].length;
    for (let changes = 1 + random(6); changes > 0; changes--) {
      json.nodes[random(nodeCount(json)) * fields.length + fields.indexOf("type")] = random(types);
    }
  },
  "edges to oneself": (json, random) => {
    const sources = edgeSources(json);
    changeEdges(json, random, "to_node", (edge) => sources[edge]);
  },
  "a ring": (json, random) => {
    const fields = json.snapshot.meta.edge_fields;
    const at = (edge: number, field: string): number => edge * fields.length + fields.indexOf(field);
    const sources = edgeSources(json);
    // By a name first: what is rare, as the scopes of closures, is picked as often as the rest.
    const names = [...new Set(sources.map((_, edge) => json.edges[at(edge, "name_or_index")]))];
    const name = pick(random, names);
    for (let edge = 0; edge < sources.length; edge++) {
      if (json.edges[at(edge, "name_or_index")] !== name) continue;
      const back = sources.indexOf(json.edges[at(edge, "to_node")]);
      const closing = back < 0 ? edge : back;
      json.edges[at(closing, "to_node")] = sources[edge];
      for (const field of ["type", "name_or_index"]) json.edges[at(closing, field)] = json.edges[at(edge, field)];
    }
  },
  "odd texts": ({ strings }, random) => {
    for (let changes = 1 + random(4); changes > 0; changes--) strings[random(strings.length)] = pick(random, ODD_TEXTS);
  },
  "an odd root": (json, random) => {
    const { node_fields, edge_fields } = json.snapshot.meta;
    const declared = json.snapshot.root_index ?? 0;
    // A wrong header may put it where a list that reached so far could not be written.
    const root = declared < json.nodes.length ? declared : 0;
    const name = random(3) === 0 ? "(GC roots)" : pick(random, ODD_TEXTS);
    json.nodes[root + node_fields.indexOf("name")] = json.strings.push(name) - 1;
    if (random(2) === 0) return;
    const sources = edgeSources(json);
    for (let edge = random(3); edge < sources.length; edge += 2) {
      if (sources[edge] === root) json.edges[edge * edge_fields.length + edge_fields.indexOf("to_node")] = root;
    }
  },
  "an immense text": ({ strings }, random) => {
    const length = 1 << pick(random, [16, 16, 16, 16, 17, 18, 20]);
    strings[random(strings.length)] = pick(random, ["x", "é\\", '"\n', "\ud800"]).repeat(length);
  },
  "odd locations": (json, random) => {
    for (let changes = 1 + random(3); changes > 0 && json.locations.length > 0; changes--) {
      json.locations[random(json.locations.length)] = pick(random, ODD_NUMBERS);
    }
  },
  "more locations": (json, random) => {
    const stride = json.snapshot.meta.location_fields.length;
    const rows = Array.from({ length: 1 + random(30) }, () =>
      json.snapshot.meta.location_fields.map((field) =>
        field === "object_index" ? randomNode(json, random) : random(9) - 1,
      ),
    ).flat();
    json.locations.splice(random(json.locations.length / stride + 1) * stride, 0, ...rows);
  },
  "a record less": (json, random) => {
    const list = pick(random, ["nodes", "edges", "locations"] as const);
    json[list].splice(random(json[list].length), 1 + random(7));
  },
  "a record more": (json, random) => {
    const list = pick(random, ["nodes", "edges", "locations", "strings"] as const);
    const values: (number | string)[] = json[list];
    values.splice(random(values.length), 0, ...values.slice(0, 1 + random(7)));
  },
};

function nodeCount(json: SnapshotJson): number {
  return Math.floor(json.nodes.length / json.snapshot.meta.node_fields.length);
}

function randomNode(json: SnapshotJson, random: Random): number {
  return random(nodeCount(json)) * json.snapshot.meta.node_fields.length;
}

function changeEdges(json: SnapshotJson, random: Random, field: string, valueOf: (edge: number) => number): void {
  const fields = json.snapshot.meta.edge_fields;
  const count = Math.floor(json.edges.length / fields.length);
  for (let changes = 1 + random(8); changes > 0 && count > 0; changes--) {
    const edge = random(count);
    json.edges[edge * fields.length + fields.indexOf(field)] = valueOf(edge);
  }
}

/** The index in `nodes` of each edge's source. */
function edgeSources(json: SnapshotJson): number[] {
  const fields = json.snapshot.meta.node_fields;
  const sources: number[] = [];
  for (let at = 0; at < json.nodes.length; at += fields.length) {
    const count = json.nodes[at + fields.indexOf("edge_count")];
    for (let edge = 0; edge < count && sources.length < json.edges.length; edge++) sources.push(at);
  }
  return sources;
}
