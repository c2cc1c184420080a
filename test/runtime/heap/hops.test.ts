import { describe, expect, it } from "vitest";
import { hopsOf, type Hop } from "../../../runtime/heap/hops.js";
import { heapOf, type NamedEdge, type NamedNode, type NamedNodes } from "./named-heap.js";

const object: NamedNode = {};
const hidden = (name: string, ...edges: NamedEdge[]): NamedNode => ({ type: "hidden", name, edges });
const holding = (...edges: NamedEdge[]): NamedNode => ({ edges });

const pair = "12 / part of key (Key @3) -> value (Val @5) pair in WeakMap (table @77)";

interface Case {
  readonly what: string;
  readonly nodes: NamedNodes;
  /** Where it is not the order in which the nodes are written. */
  readonly walk?: readonly string[];
  readonly hop: Pick<Hop, "kind" | "name"> & { readonly through?: string };
}

const cases: readonly Case[] = [
  {
    what: "a property",
    nodes: { a: holding(["property", "list", "x"]), x: object },
    hop: { kind: "property", name: "list" },
  },
  {
    what: "a property under a symbol",
    nodes: { a: holding(["property", "<symbol kEvents>", "x"]), x: object },
    hop: { kind: "symbol", name: "kEvents" },
  },
  {
    what: "a property under a symbol of two lines",
    nodes: { a: holding(["property", "<symbol a\nb>", "x"]), x: object },
    hop: { kind: "symbol", name: "a\nb" },
  },
  {
    what: "a private field",
    nodes: { a: holding(["property", "#entries", "x"]), x: object },
    hop: { kind: "property", name: "#entries" },
  },
  {
    what: "a property in the object's own table of properties",
    nodes: { a: holding(["internal", "properties", "t"]), t: hidden("", ["property", "late", "x"]), x: object },
    hop: { kind: "property", name: "late" },
  },
  {
    what: "an element",
    nodes: { a: holding(["element", 4, "x"]), x: object },
    hop: { kind: "element", name: "4" },
  },
  {
    what: "an entry of a Map, whatever its slot",
    nodes: { a: holding(["internal", "table", "t"]), t: hidden("", ["internal", "17", "x"]), x: object },
    hop: { kind: "entry", name: "" },
  },
  {
    what: "a variable of a closure's scope",
    nodes: {
      a: { type: "closure", edges: [["internal", "context", "scope"]] },
      scope: { name: "system / Context", edges: [["context", "cache", "x"]] },
      x: object,
    },
    hop: { kind: "variable", name: "cache" },
  },
  {
    what: "a variable of an outer scope",
    nodes: {
      a: { type: "closure", edges: [["internal", "context", "inner"]] },
      inner: { name: "system / Context", edges: [["internal", "previous", "outer"]] },
      outer: { name: "system / Context", edges: [["context", "cache", "x"]] },
      x: object,
    },
    hop: { kind: "variable", name: "cache" },
  },
  {
    what: "an export of an ES module, by its name",
    nodes: {
      a: hidden("system / SourceTextModule", ["internal", "exports", "t"]),
      t: hidden("", ["internal", "8", "name"], ["internal", "9", "cell"]),
      cell: hidden("system / Cell", ["internal", "value", "x"]),
      x: object,
      name: { type: "string", name: "registry" },
    },
    walk: ["a", "t", "cell", "x"],
    hop: { kind: "variable", name: "registry" },
  },
  {
    what: "a value of a WeakMap, by its table",
    nodes: { a: holding(["internal", pair, "x"]), x: object },
    hop: { kind: "weak-value", name: "77" },
  },
  {
    what: "a reaction of a pending promise",
    nodes: {
      a: { name: "Promise", edges: [["internal", "reactions_or_result", "r"]] },
      r: hidden("system / PromiseReaction", ["internal", "fulfill_handler", "x"]),
      x: { type: "closure" },
    },
    hop: { kind: "reaction", name: "" },
  },
  {
    what: "a later reaction of a promise",
    nodes: {
      a: { name: "Promise", edges: [["internal", "reactions_or_result", "r"]] },
      r: hidden("system / PromiseReaction", ["internal", "next", "s"]),
      s: hidden("system / PromiseReaction", ["internal", "promise_or_capability", "x"]),
      x: { name: "Promise" },
    },
    hop: { kind: "reaction", name: "" },
  },
  {
    what: "what a promise was resolved with",
    nodes: { a: { name: "Promise", edges: [["internal", "reactions_or_result", "x"]] }, x: object },
    hop: { kind: "entry", name: "" },
  },
  {
    what: "the receiver of a frame in an Error's stack, by the frame's function",
    nodes: {
      a: { name: "Error", edges: [["property", "<symbol error_stack_symbol>", "stack"]] },
      stack: hidden("", ["internal", "0", "site"]),
      site: hidden("system / CallSiteInfo", ["internal", "function", "f"], ["internal", "receiver_or_instance", "x"]),
      x: object,
      f: { type: "closure", name: "handle" },
    },
    walk: ["a", "stack", "site", "x"],
    hop: { kind: "frame", name: "handle" },
  },
  {
    what: "a frame of a function without a name",
    nodes: {
      a: { name: "Error", edges: [["internal", "error_stack", "site"]] },
      site: hidden("system / CallSiteInfo", ["internal", "receiver_or_instance", "x"]),
      x: object,
    },
    hop: { kind: "frame", name: "(anonymous)" },
  },
  {
    what: "a local of a suspended generator, by the generator's function",
    nodes: {
      a: {
        name: "Generator",
        edges: [
          ["internal", "function", "f"],
          ["internal", "parameters_and_registers", "t"],
        ],
      },
      t: hidden("", ["internal", "3", "x"]),
      x: object,
      f: { type: "closure", name: "walk" },
    },
    walk: ["a", "t", "x"],
    hop: { kind: "local", name: "walk", through: "a" },
  },
  {
    what: "a bound receiver",
    nodes: { a: { type: "closure", edges: [["internal", "bound_this", "x"]] }, x: object },
    hop: { kind: "bound", name: "this" },
  },
  {
    what: "a bound argument",
    nodes: {
      a: { type: "closure", edges: [["internal", "bound_arguments", "t"]] },
      t: hidden("", ["internal", "0", "x"]),
      x: object,
    },
    hop: { kind: "bound", name: "arguments" },
  },
  {
    what: "a held value of a FinalizationRegistry",
    nodes: {
      a: { name: "FinalizationRegistry", edges: [["internal", "active_cells", "cell"]] },
      cell: hidden("system / WeakCell", ["hidden", 3, "x"]),
      x: object,
    },
    hop: { kind: "registration", name: "" },
  },
  {
    what: "a slot of V8's that has no word in the language",
    nodes: { a: holding(["internal", "embedder_data", "x"]), x: object },
    hop: { kind: "internal", name: "embedder_data" },
  },
];

describe("hopsOf", () => {
  it.each(cases)("$what is one hop", ({ nodes, walk = Object.keys(nodes), hop }) => {
    const { graph, at, walk: edgesAlong } = heapOf(nodes);
    const through = hop.through === undefined ? -1 : at(hop.through);
    expect(hopsOf(graph, edgesAlong(...walk))).toEqual([{ node: at("x"), kind: hop.kind, name: hop.name, through }]);
  });

  it("goes from one object of the user's to the next", () => {
    const { graph, at, walk } = heapOf({
      module: { name: "system / Context", edges: [["context", "sessions", "map"]] },
      map: { name: "Map", edges: [["internal", "table", "table"]] },
      table: { type: "array", edges: [["internal", "5", "session"]] },
      session: { edges: [["property", "request", "request"]] },
      request: object,
    });
    expect(hopsOf(graph, walk("module", "map", "table", "session", "request"))).toMatchObject([
      { node: at("map"), kind: "variable", name: "sessions" },
      { node: at("session"), kind: "entry" },
      { node: at("request"), kind: "property", name: "request" },
    ]);
  });

  it("ends with a node of V8's own where the path does", () => {
    const { graph, at, walk } = heapOf({
      map: { name: "Map", edges: [["internal", "table", "table"]] },
      table: { type: "array" },
    });
    expect(hopsOf(graph, walk("map", "table")).map(({ node }) => node)).toEqual([at("table")]);
    expect(hopsOf(graph, [])).toEqual([]);
  });
});
