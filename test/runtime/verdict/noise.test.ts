import { describe, expect, it } from "vitest";
import type { AnchorKind } from "../../../runtime/heap/anchors.js";
import type { Accumulation } from "../../../runtime/verdict/heap-growth.js";
import { noiseRuleOf, noiseRules, type NoiseInput } from "../../../runtime/verdict/noise.js";
import { closureOf, heapOf, type NamedNodes } from "../heap/named-heap.js";

interface Shape {
  readonly nodes: NamedNodes;
  /** From the anchor to the holder. */
  readonly path: readonly string[];
  /** Null where no anchor leads to the holder. */
  readonly anchor: readonly [kind: AnchorKind, name: string] | null;
  readonly slot?: Accumulation["slot"];
  readonly entry?: string;
  readonly births?: number[];
}

const isHarness = (name: string): boolean => name.includes("/node_modules/vitest/");

function inputOf(shape: Shape): NoiseInput {
  const { nodes, path, anchor, slot = { kind: "entries" }, entry, births = [4, 8] } = shape;
  const { graph, at, walk } = heapOf(nodes);
  const first = path[0] ?? "";
  const holder = path.at(-1) ?? first;
  return {
    isHarness,
    graph,
    anchor: anchor === null ? undefined : { node: at(first), kind: anchor[0], name: anchor[1] },
    edges: walk(...path),
    accumulation: {
      holder: at(holder),
      slot,
      births,
      bornBytes: births.map((count) => count * 16),
      entryBirths: births,
      heldBytes: 192,
      entry: entry === undefined ? -1 : at(entry),
      samples: [[]],
      listClass: null,
      closures: new Map(),
      classes: new Map(),
    },
  };
}

const handles: NamedNodes = { handles: { type: "synthetic", edges: [["internal", "1", "x"]] }, x: {} };
const registry: NamedNodes = {
  module: { edges: [["context", "registry", "registry"]] },
  registry: { name: "FinalizationRegistry", edges: [["internal", "active_cells", "cell"]] },
  cell: { type: "hidden", name: "system / WeakCell", edges: [["hidden", 1, "held"]] },
  held: {},
};
const user = ["module", "/app/a.mjs"] as const;

/** For each rule a shape that is noise, and one that differs in what matters alone. */
const cases: Readonly<Record<string, { readonly noise: Shape; readonly leak: Shape }>> = {
  unanchored: {
    noise: { nodes: { x: {} }, path: ["x"], anchor: null },
    leak: { nodes: { x: {} }, path: ["x"], anchor: user },
  },
  "test-runner": {
    noise: { nodes: { x: {} }, path: ["x"], anchor: ["harness", "/node_modules/vitest/dist/index.js"] },
    leak: { nodes: { x: {} }, path: ["x"], anchor: ["module", "/app/test/orders.test.ts"] },
  },
  "test-files": {
    noise: {
      nodes: {
        module: { edges: [["property", "loadCache", "cache"]] },
        cache: { name: "LoadCache", edges: [["internal", "table", "table"]] },
        table: { type: "array", edges: [["internal", "1", "url"]] },
        url: { type: "string", name: "file:///app/test/orders.test.js?leakproof=7" },
      },
      path: ["module", "cache"],
      anchor: user,
    },
    leak: {
      nodes: {
        module: { edges: [["property", "loadCache", "cache"]] },
        cache: { name: "LoadCache", edges: [["internal", "table", "table"]] },
        table: { type: "array", edges: [["internal", "1", "url"]] },
        url: { type: "string", name: "file:///app/src/orders.js?t=7" },
      },
      path: ["module", "cache"],
      anchor: user,
    },
  },
  "engine-roots": {
    noise: { nodes: handles, path: ["handles", "x"], anchor: ["root", "(Handle scope)"] },
    leak: { nodes: handles, path: ["handles", "x"], anchor: ["root", "(Global handles)"] },
  },
  "script-texts": {
    noise: {
      nodes: { ...handles, x: { type: "string" } },
      path: ["handles"],
      anchor: ["root", "(Global handles)"],
      entry: "x",
    },
    leak: { nodes: handles, path: ["handles"], anchor: ["root", "(Global handles)"], entry: "x" },
  },
  console: {
    noise: {
      nodes: { ...handles, handles: { type: "synthetic", edges: [["internal", "12 / DevTools console", "x"]] } },
      path: ["handles", "x"],
      anchor: ["root", "(Global handles)"],
    },
    leak: {
      nodes: { module: { edges: [["property", "console", "x"]] }, x: {} },
      path: ["module", "x"],
      anchor: user,
    },
  },
  "resource-timing": {
    noise: {
      nodes: { scope: { edges: [["context", "resourceTimingBuffer", "buffer"]] }, buffer: { name: "Array" } },
      path: ["scope", "buffer"],
      anchor: ["node", "node:internal/perf/observe"],
    },
    leak: {
      nodes: { scope: { edges: [["context", "markEntryBuffer", "buffer"]] }, buffer: { name: "Array" } },
      path: ["scope", "buffer"],
      anchor: ["node", "node:internal/perf/observe"],
    },
  },
  "finalization-records": {
    noise: { nodes: registry, path: ["module", "registry"], anchor: user, entry: "cell" },
    leak: { nodes: registry, path: ["module", "registry"], anchor: user, entry: "held" },
  },
  "source-maps": {
    noise: {
      nodes: registry,
      path: ["module", "registry"],
      anchor: ["node", "node:internal/source_map/source_map_cache"],
    },
    leak: { nodes: registry, path: ["module", "registry"], anchor: ["node", "node:internal/perf/observe"] },
  },
  feedback: {
    noise: {
      nodes: {
        module: { edges: [["context", "f", "f"]] },
        f: { type: "closure", edges: [["internal", "feedback", "vector"]] },
        vector: { type: "code", name: "system / FeedbackVector" },
      },
      path: ["module", "f", "vector"],
      anchor: user,
      births: [0, 0],
    },
    leak: {
      nodes: { module: { edges: [["context", "numbers", "numbers"]] }, numbers: { name: "Array" } },
      path: ["module", "numbers"],
      anchor: user,
      births: [0, 0],
    },
  },
};

describe("noise", () => {
  it.each(noiseRules.map(({ name }) => name))("%s is told from a leak of the same shape", (name) => {
    const { noise, leak } = cases[name] ?? {};
    if (noise === undefined || leak === undefined) throw new Error(`no case for the rule ${name}`);
    expect(noiseRuleOf(inputOf(noise))).toBe(name);
    expect(noiseRuleOf(inputOf(leak))).toBeNull();
  });

  it("has no case without a rule, and a name and a text for each", () => {
    expect(Object.keys(cases).sort()).toEqual(noiseRules.map(({ name }) => name).sort());
    for (const { what } of noiseRules) expect(what).not.toBe("");
  });

  it("takes a slot that is replaced by its name as well", () => {
    const shape: Shape = {
      nodes: { scope: {} },
      path: ["scope"],
      anchor: ["node", "node:internal/perf/observe"],
      slot: { kind: "variable", name: "resourceTimingBuffer" },
    };
    expect(noiseRuleOf(inputOf(shape))).toBe("resource-timing");
    expect(noiseRuleOf(inputOf({ ...shape, slot: { kind: "variable", name: "markEntryBuffer" } }))).toBeNull();
  });

  it.each(["(Traced handles)", "(Eternal handles)"])("%s may tell who keeps what", (name) => {
    expect(noiseRuleOf(inputOf({ nodes: handles, path: ["handles", "x"], anchor: ["root", name] }))).toBeNull();
  });

  it.each([
    ["the tests' own function", "/app/test/resize.test.ts", null],
    ["one of the DOM's", "/node_modules/happy-dom/lib/window.js", "test-runner"],
  ])("a global that the runner gives is passed over but for listeners: %s", (_, script, rule) => {
    const shape: Shape = {
      nodes: {
        global: { type: "object", edges: [["property", "get addEventListener", "get"]] },
        ...closureOf("get", "/app/node_modules/vitest/dist/index.js", 1, [["context", "window", "listeners"]]),
        listeners: { name: "Array", edges: [["element", 0, "listener"]] },
        ...closureOf("listener", script, 2),
      },
      path: ["global", "get", "listeners"],
      anchor: ["global", "globalThis"],
      entry: "listener",
    };
    expect(noiseRuleOf(inputOf(shape))).toBe(rule);
  });

  it("a table of compiled code that gains objects is no noise", () => {
    const { noise } = cases["feedback"] ?? {};
    if (noise !== undefined) expect(noiseRuleOf(inputOf({ ...noise, births: [0, 4] }))).toBeNull();
  });
});
