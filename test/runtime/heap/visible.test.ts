import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closuresOfScript, contextHolding } from "../../../runtime/heap/closures.js";
import { parseSnapshotFile, type HeapGraph } from "../../../runtime/heap/index.js";
import { visibleReferences } from "../../../runtime/heap/visible.js";

const program = `class Holder {
  map = new Map([["key", new Entry()]]);
  set = new Set([new Entry()]);
  list = [new Entry()];
  read = reader(new Entry());
}
class Entry {}
function reader(captured) {
  return function read() { return captured; };
}
globalThis.holder = new Holder();
require("node:v8").writeHeapSnapshot(process.argv[2]);
`;

describe("a snapshot of a program", () => {
  let folder: string;
  let graph: HeapGraph;
  let holder: number;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "leakproof-visible-"));
    writeFileSync(path.join(folder, "program.cjs"), program);
    const snapshot = path.join(folder, "program.heapsnapshot");
    execFileSync(process.execPath, [path.join(folder, "program.cjs"), snapshot]);
    graph = await parseSnapshotFile(snapshot);
    holder = nodesNamed("Holder").find((node) => graph.typeOf(node) === "object") ?? -1;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const nodesNamed = (name: string): number[] =>
    Array.from({ length: graph.nodeCount }, (_, node) => node).filter((node) => graph.nameOf(node) === name);
  const below = (node: number, name: string): number =>
    visibleReferences(graph, node).find((reference) => reference.name === name)?.target ?? -1;
  const entriesOf = (node: number) =>
    visibleReferences(graph, node).filter(
      ({ target }) => graph.nameOf(target) === "Entry" && graph.typeOf(target) === "object",
    );

  it("shows an object's properties by name", () => {
    expect(visibleReferences(graph, holder)).toEqual(
      expect.arrayContaining(
        ["map", "set", "list", "read"].map((name) => expect.objectContaining({ kind: "property", name })),
      ),
    );
  });

  it("looks through the tables of a Map and a Set, the elements of an array, and the context of a function", () => {
    expect(entriesOf(below(holder, "map"))).toMatchObject([{ kind: "entry" }]);
    expect(entriesOf(below(holder, "set"))).toMatchObject([{ kind: "entry" }]);
    expect(entriesOf(below(holder, "list"))).toMatchObject([{ kind: "element", name: "0" }]);
    expect(entriesOf(below(holder, "read"))).toMatchObject([{ kind: "variable", name: "captured" }]);
  });

  it("finds a script's closures with their places, and the context of a variable they see", () => {
    const read = below(holder, "read");
    const scriptId = graph.location(read)?.scriptId ?? -1;
    const closure = closuresOfScript(graph, scriptId).find(({ node }) => node === read);
    expect(closure).toMatchObject({ name: "read", line: 8 });
    expect(contextHolding(graph, read, "captured", "innermost")).toBeGreaterThan(0);
    expect(contextHolding(graph, read, "missing", "innermost")).toBe(-1);
  });
});
