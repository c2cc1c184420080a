/** Writes snapshots of any size as V8 lays them out, without ever holding more than a buffer of them. */
import { closeSync, openSync, writeSync } from "node:fs";

export const NODE_TYPES = ["hidden", "array", "string", "object", "synthetic"] as const;
export const EDGE_TYPES = ["context", "element", "property", "internal", "hidden", "shortcut", "weak"] as const;

const NODE_FIELDS = ["type", "name", "id", "self_size", "edge_count", "trace_node_id", "detachedness"];
const EDGE_FIELDS = ["type", "name_or_index", "to_node"];
const BUFFER_BYTES = 1 << 20;
/** No number and no separator is longer. */
const RESERVE_BYTES = 32;
const ZERO = 0x30;

export class SnapshotWriter {
  readonly #file: number;
  readonly #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  #length = 0;
  #isFirst = true;

  constructor(path: string, nodeCount: number, edgeCount: number) {
    this.#file = openSync(path, "w", 0o600);
    const meta = {
      node_fields: NODE_FIELDS,
      node_types: [NODE_TYPES, ...NODE_FIELDS.slice(1).map(() => "number")],
      edge_fields: EDGE_FIELDS,
      edge_types: [EDGE_TYPES, "string_or_number", "node"],
    };
    const header = { meta, node_count: nodeCount, edge_count: edgeCount, trace_function_count: 0 };
    this.#text(`{"snapshot":${JSON.stringify(header)}`);
  }

  /** Starts the next list: `nodes`, `edges`, `strings`, in this order. */
  start(section: "nodes" | "edges" | "strings"): void {
    this.#text(`${section === "nodes" ? "" : "]"},\n"${section}":[`);
    this.#isFirst = true;
  }

  node(type: (typeof NODE_TYPES)[number], name: number, id: number, selfSize: number, edgeCount: number): void {
    this.#beginRecord();
    this.#number(NODE_TYPES.indexOf(type));
    this.#field(name);
    this.#field(id);
    this.#field(selfSize);
    this.#field(edgeCount);
    this.#field(0);
    this.#field(0);
  }

  /** @param target the node, not the place of its record */
  edge(type: (typeof EDGE_TYPES)[number], nameOrIndex: number, target: number): void {
    this.#beginRecord();
    this.#number(EDGE_TYPES.indexOf(type));
    this.#field(nameOrIndex);
    this.#field(target * NODE_FIELDS.length);
  }

  string(text: string): void {
    this.#text(`${this.#isFirst ? "" : ",\n"}${JSON.stringify(text)}`);
    this.#isFirst = false;
  }

  end(): void {
    this.#text("]}");
    this.#flush();
    closeSync(this.#file);
  }

  #beginRecord(): void {
    if (this.#isFirst) this.#isFirst = false;
    else {
      this.#byte(0x0a);
      this.#byte(0x2c);
    }
  }

  #field(value: number): void {
    this.#byte(0x2c);
    this.#number(value);
  }

  #number(value: number): void {
    if (this.#length > BUFFER_BYTES - RESERVE_BYTES) this.#flush();
    let digits = 1;
    for (let limit = 10; value >= limit; limit *= 10) digits++;
    let rest = value;
    for (let at = this.#length + digits - 1; at >= this.#length; at--) {
      const next = Math.floor(rest / 10);
      this.#buffer[at] = ZERO + rest - next * 10;
      rest = next;
    }
    this.#length += digits;
  }

  #byte(byte: number): void {
    this.#buffer[this.#length++] = byte;
  }

  #text(text: string): void {
    if (this.#length + text.length * 3 > BUFFER_BYTES) this.#flush();
    this.#length += this.#buffer.write(text, this.#length);
  }

  #flush(): void {
    for (let written = 0; written < this.#length;) {
      written += writeSync(this.#file, this.#buffer, written, this.#length - written);
    }
    this.#length = 0;
  }
}
