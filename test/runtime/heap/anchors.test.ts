import { describe, expect, it } from "vitest";
import { anchorsOf, type Anchor } from "../../../runtime/heap/anchors.js";
import { contextHolding } from "../../../runtime/heap/closures.js";
import { internalTarget, moduleContextOf, propertyTarget, scriptsOf } from "../../../runtime/heap/scripts.js";
import { graphOf } from "./snapshot-builder.js";
import { closureOf, heapOf, type NamedEdge, type NamedHeap, type NamedNodes } from "./named-heap.js";

const nothing = (): boolean => false;

function anchors(heap: NamedHeap, isIgnored: (name: string) => boolean = nothing): string[] {
  return anchorsOf(heap.graph, isIgnored).map(({ kind, name }) => `${kind} ${name}`);
}

/** A closure in the scope of a module, whose context is named after the key. */
function moduleOf(key: string, script: string, scriptId: number): NamedNodes {
  return {
    ...closureOf(key, script, scriptId, [["internal", "context", `${key} scope`]]),
    [`${key} scope`]: { name: "system / Context", edges: [["internal", "previous", "native"]] },
  };
}

const native: NamedNodes = {
  native: {
    type: "hidden",
    name: "system / NativeContext / file:///app",
    edges: [["internal", "global_object", "globals"]],
  },
  globals: { name: "global" },
};

describe("anchorsOf", () => {
  it.each<[what: string, nodes: NamedNodes, rootEdges: readonly NamedEdge[], anchor: Omit<Anchor, "node">, at: string]>(
    [
      [
        "a user's module by the outermost scope of its functions",
        { ...moduleOf("f", "file:///app/a.mjs", 3), ...native },
        [],
        { kind: "module", name: "file:///app/a.mjs" },
        "f scope",
      ],
      [
        "one of Node's modules",
        { ...moduleOf("f", "node:internal/timers", 3), ...native },
        [],
        { kind: "node", name: "node:internal/timers" },
        "f scope",
      ],
      [
        "an ES module without functions that close over it, by the generator that ran it",
        {
          module: { type: "hidden", name: "system / SourceTextModule", edges: [["internal", "code", "generator"]] },
          generator: { name: "Generator", location: [3, 0, 0] },
          ...closureOf("f", "file:///app/a.mjs", 3),
        },
        [],
        { kind: "module", name: "file:///app/a.mjs" },
        "module",
      ],
      [
        "a CommonJS module by its file",
        {
          module: { name: "Module", edges: [["property", "filename", "file"]] },
          file: { type: "string", name: "/app/a.cjs" },
        },
        [],
        { kind: "commonjs", name: "/app/a.cjs" },
        "module",
      ],
      ["the process", { process: {} }, [], { kind: "process", name: "process" }, "process"],
      ["a list of timers", { TimersList: {} }, [], { kind: "timers", name: "timers" }, "TimersList"],
      [
        "a module that Node bundles",
        { BuiltinModule: {} },
        [],
        { kind: "node", name: "node:internal" },
        "BuiltinModule",
      ],
      [
        "the global object",
        { globals: { name: "global" } },
        [["shortcut", "1", "globals"]],
        { kind: "global", name: "globalThis" },
        "globals",
      ],
      [
        "the global object behind a native context",
        native,
        [["shortcut", "1", "native"]],
        { kind: "global", name: "globalThis" },
        "globals",
      ],
      [
        "each list of the collector's roots",
        {
          roots: { type: "synthetic", name: "(GC roots)", edges: [["element", 1, "handles"]] },
          handles: { type: "synthetic", name: "(Global handles)" },
        },
        [["element", 1, "roots"]],
        { kind: "root", name: "(Global handles)" },
        "handles",
      ],
    ],
  )("finds %s", (_, nodes, rootEdges, anchor, at) => {
    const heap = heapOf(nodes, rootEdges);
    expect(anchorsOf(heap.graph, nothing)).toContainEqual({ node: heap.at(at), ...anchor });
  });

  it("names what is the user's first, and the roots last", () => {
    const heap = heapOf(
      {
        roots: { type: "synthetic", name: "(GC roots)", edges: [["element", 1, "handles"]] },
        handles: { type: "synthetic", name: "(Global handles)" },
        ...moduleOf("g", "node:events", 2),
        ...moduleOf("f", "file:///app/a.mjs", 3),
        ...native,
        process: {},
      },
      [
        ["element", 1, "roots"],
        ["shortcut", "1", "globals"],
      ],
    );
    expect(anchors(heap)).toEqual([
      "process process",
      "module file:///app/a.mjs",
      "global globalThis",
      "node node:events",
      "root (Global handles)",
    ]);
  });

  it("leaves out the scripts of the measuring side, and modules that are no file", () => {
    const heap = heapOf({
      ...moduleOf("f", "file:///leakproof/agent.js", 3),
      ...native,
      module: { name: "Module", edges: [["property", "filename", "file"]] },
      file: { type: "string", name: "/leakproof/preload.cjs" },
      unnamed: { name: "Module", edges: [["property", "filename", "none"]] },
      none: { name: "system / Oddball", type: "hidden" },
    });
    expect(anchors(heap, (name) => name.includes("/leakproof/"))).toEqual([]);
  });
});

describe("scripts", () => {
  it("are named by their closures, those of Node apart", () => {
    const { graph } = heapOf({
      ...closureOf("f", "file:///app/a.mjs", 3),
      ...closureOf("g", "node:events", 4),
      elsewhere: { type: "object", location: [5, 0, 0] },
    });
    expect([...scriptsOf(graph).values()]).toEqual([
      { scriptId: 3, name: "file:///app/a.mjs", isInternal: false },
      { scriptId: 4, name: "node:events", isInternal: true },
    ]);
  });

  it("are found behind the debug information that Node 20 puts before them", () => {
    const { graph } = heapOf({
      f: { type: "closure", location: [3, 0, 0], edges: [["internal", "shared", "shared"]] },
      shared: { type: "code", edges: [["internal", "script_or_debug_info", "debug"]] },
      debug: { type: "code", name: "system / DebugInfo", edges: [["hidden", 1, "script"]] },
      script: { type: "code", name: "/app/a.cjs" },
    });
    expect(scriptsOf(graph).get(3)).toEqual({ scriptId: 3, name: "/app/a.cjs", isInternal: false });
  });

  it("have one outermost scope, and none where a function closes over nothing", () => {
    const heap = heapOf({
      f: { type: "closure", edges: [["internal", "context", "inner"]] },
      inner: { name: "system / Context", edges: [["internal", "previous", "outer"]] },
      outer: { name: "system / Context", edges: [["internal", "previous", "native"]] },
      g: { type: "closure", edges: [["internal", "context", "native"]] },
      ...native,
    });
    expect(moduleContextOf(heap.graph, heap.at("f"))).toBe(heap.at("outer"));
    expect(moduleContextOf(heap.graph, heap.at("g"))).toBe(-1);
  });

  it("tell a slot of V8's from a property of the same name", () => {
    const heap = heapOf({
      x: {
        edges: [
          ["property", "context", "a"],
          ["internal", "context", "b"],
        ],
      },
      a: {},
      b: {},
    });
    expect(propertyTarget(heap.graph, heap.at("x"), "context")).toBe(heap.at("a"));
    expect(internalTarget(heap.graph, heap.at("x"), "context")).toBe(heap.at("b"));
    expect(internalTarget(heap.graph, heap.at("x"), "elements")).toBe(-1);
  });
});

it("V8's own nodes are known where it calls them native", () => {
  const heap = heapOf({
    module: { type: "native", name: "system / SourceTextModule", edges: [["internal", "code", "generator"]] },
    generator: { name: "Generator", location: [3, 0, 0] },
    ...closureOf("f", "file:///app/a.mjs", 3),
    context: {
      type: "native",
      name: "system / NativeContext / file:///app",
      edges: [["internal", "global_object", "window"]],
    },
    window: { name: "Window / file:///app" },
  });
  expect(anchorsOf(heap.graph, nothing)).toEqual([
    { node: heap.at("module"), kind: "module", name: "file:///app/a.mjs" },
    { node: heap.at("window"), kind: "global", name: "globalThis" },
  ]);
});

describe("a damaged heap", () => {
  it("whose scopes are a ring still has an outermost one", () => {
    const scope = (previous: string): NamedNodes[string] => ({
      name: "system / Context",
      edges: [
        ["internal", "previous", previous],
        ["context", "cache", "kept"],
      ],
    });
    const heap = heapOf({
      ...closureOf("f", "file:///app/a.mjs", 3, [["internal", "context", "inner"]]),
      inner: scope("outer"),
      outer: scope("inner"),
      kept: {},
    });
    expect(moduleContextOf(heap.graph, heap.at("f"))).toBe(heap.at("outer"));
    expect(contextHolding(heap.graph, heap.at("f"), "cache", "outermost")).toBe(heap.at("outer"));
    expect(contextHolding(heap.graph, heap.at("f"), "other", "innermost")).toBe(-1);
    expect(anchors(heap)).toEqual(["module file:///app/a.mjs"]);
  });

  it("whose root holds itself under the name of the roots has an end", () => {
    const graph = graphOf([{ type: "synthetic", name: "(GC roots)", edges: [["element", 1, 0]] }]);
    expect(anchorsOf(graph, nothing)).toEqual([{ node: 0, kind: "root", name: "(GC roots)" }]);
  });
});
