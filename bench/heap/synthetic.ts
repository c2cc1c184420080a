/** Heaps made by a rule, so that what they hold is known without reading them. */
import { SnapshotWriter } from "./snapshot-writer.js";

const NAMES = ["", "(root)", "Registry", "Entry", "Payload", "Shared", "Link", "entry", "owner", "next"] as const;
type Name = (typeof NAMES)[number];

function nameIndex(name: Name): number {
  return NAMES.indexOf(name);
}

/**
 * Registries of entries: each entry holds a payload of its own, something that all registries share, and other entries
 * of its registry; beside them one long list. So:
 * - an entry is dominated by its registry, a payload by its entry, a shared node by the root;
 * - the links of the list dominate each other, to a depth no recursion survives.
 */
export class RegistryHeap {
  readonly registries: number;
  readonly entriesEach: number;
  readonly neighbours: number;
  readonly shared: number;
  readonly links: number;

  constructor(counts: Readonly<Record<"registries" | "entriesEach" | "neighbours" | "shared" | "links", number>>) {
    this.registries = counts.registries;
    this.entriesEach = counts.entriesEach;
    this.neighbours = counts.neighbours;
    this.shared = counts.shared;
    this.links = counts.links;
  }

  get entries(): number {
    return this.registries * this.entriesEach;
  }

  get nodeCount(): number {
    return 1 + this.registries + this.entries * 2 + this.shared + this.links;
  }

  get edgeCount(): number {
    const ofEntry = 1 + (this.neighbours + 4) + 1;
    return this.registries + 1 + this.entries * ofEntry + (this.links * 2 - 1);
  }

  registry(index: number): number {
    return 1 + index;
  }

  entry(index: number): number {
    return 1 + this.registries + index;
  }

  payload(index: number): number {
    return 1 + this.registries + this.entries + index;
  }

  sharedNode(index: number): number {
    return 1 + this.registries + this.entries * 2 + index;
  }

  link(index: number): number {
    return 1 + this.registries + this.entries * 2 + this.shared + index;
  }

  readonly sizes = { Registry: 64, Entry: 48, Shared: 32, Link: 24 } as const;

  payloadSize(index: number): number {
    return 16 + (index % 7) * 8;
  }

  write(path: string): void {
    const writer = new SnapshotWriter(path, this.nodeCount, this.edgeCount);
    writer.start("nodes");
    this.#writeNodes(writer);
    writer.start("edges");
    this.#writeEdges(writer);
    writer.start("strings");
    for (const name of NAMES) writer.string(name);
    writer.end();
  }

  #writeNodes(writer: SnapshotWriter): void {
    let id = 1;
    const write = (name: Name, size: number, edges: number): void => {
      writer.node(name === "(root)" ? "synthetic" : "object", nameIndex(name), (id += 2), size, edges);
    };
    write("(root)", 0, this.registries + 1);
    for (let index = 0; index < this.registries; index++) write("Registry", this.sizes.Registry, this.entriesEach);
    for (let index = 0; index < this.entries; index++) write("Entry", this.sizes.Entry, this.neighbours + 4);
    for (let index = 0; index < this.entries; index++) write("Payload", this.payloadSize(index), 1);
    for (let index = 0; index < this.shared; index++) write("Shared", this.sizes.Shared, 0);
    for (let index = 0; index < this.links; index++) write("Link", this.sizes.Link, index + 1 < this.links ? 2 : 1);
  }

  #writeEdges(writer: SnapshotWriter): void {
    const { registries, entriesEach, neighbours } = this;
    for (let index = 0; index < registries; index++) writer.edge("property", nameIndex("entry"), this.registry(index));
    writer.edge("property", nameIndex("next"), this.link(0));
    for (let index = 0; index < this.entries; index++) writer.edge("element", index % entriesEach, this.entry(index));
    for (let index = 0; index < this.entries; index++) {
      const registry = Math.floor(index / entriesEach);
      writer.edge("property", nameIndex("Payload"), this.payload(index));
      writer.edge("property", nameIndex("Shared"), this.sharedNode(index % this.shared));
      writer.edge("context", nameIndex("owner"), this.registry(registry));
      // Weak, and into another registry: if it counted, the entries there would be the root's.
      writer.edge("weak", nameIndex("entry"), this.entry((index + entriesEach) % this.entries));
      for (let turn = 0; turn < neighbours; turn++) {
        const other = (index * 7919 + turn * 104729 + 1) % entriesEach;
        writer.edge("element", other * neighbours + turn, this.entry(registry * entriesEach + other));
      }
    }
    for (let index = 0; index < this.entries; index++) writer.edge("internal", nameIndex("owner"), this.entry(index));
    for (let index = 0; index < this.links; index++) {
      writer.edge("property", nameIndex("owner"), this.link(0));
      if (index + 1 < this.links) writer.edge("property", nameIndex("next"), this.link(index + 1));
    }
  }
}

/** One holder of many long texts, which are all different. */
export class TextHeap {
  readonly count: number;

  constructor(count: number) {
    this.count = count;
  }

  /** About 630 bytes in the file: plain, escaped and beyond ASCII. */
  text(index: number): string {
    return `text ${index}: ${'say "caf\u00e9" \\ \u4e16\u754c\n'.repeat(3)}${String.fromCharCode(97 + (index % 26)).repeat(520)}`;
  }

  readonly holder = 1;

  node(index: number): number {
    return 2 + index;
  }

  size(index: number): number {
    return 16 + (index % 3) * 8;
  }

  write(path: string): void {
    const writer = new SnapshotWriter(path, this.count + 2, this.count + 1);
    writer.start("nodes");
    writer.node("synthetic", 0, 1, 0, 1);
    writer.node("object", 1, 3, 40, this.count);
    for (let index = 0; index < this.count; index++) {
      writer.node("string", index + 2, index * 2 + 5, this.size(index), 0);
    }
    writer.start("edges");
    writer.edge("property", 1, this.holder);
    for (let index = 0; index < this.count; index++) writer.edge("element", index, this.node(index));
    writer.start("strings");
    writer.string("");
    writer.string("Holder");
    for (let index = 0; index < this.count; index++) writer.string(this.text(index));
    writer.end();
  }
}
