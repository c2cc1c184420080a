import path from "node:path";
import { describe, expect, it } from "vitest";
import type { AnchorKind } from "../../../runtime/heap/anchors.js";
import { Forest } from "../../../runtime/heap/forest.js";
import { limitsNear } from "../../../runtime/verdict/limits.js";
import { mergeAccumulations } from "../../../runtime/verdict/heap-growth.js";
import { project } from "../command.js";
import { closureOf, heapOf, numberOf, type NamedNodes } from "../heap/named-heap.js";
import { births, pilesOf } from "./accumulating-heap.js";

interface Place {
  readonly nodes: NamedNodes;
  readonly script?: string;
  readonly kind?: AnchorKind;
}

/** The limits near an array in the variable of a module, or wherever else the nodes put it. */
function limitsOf({ nodes, script = "/app/a.mjs", kind = "module" }: Place): number[] {
  const heap = heapOf({
    module: { name: "system / Context", edges: [["context", "list", "array"]] },
    array: { name: "Array", edges: [["element", 0, "Entry0"]] },
    ...births("Entry", 1, 0),
    ...nodes,
  });
  const forest = new Forest(heap.graph, [{ node: heap.at("module"), kind, name: script }]);
  return limitsNear(forest, mergeAccumulations(pilesOf(heap, { module: kind }))).numbers.toSorted(
    (left, right) => left - right,
  );
}

/** The same with a module's code on disk. */
function limitsWith(code: string, nodes: NamedNodes = {}): number[] {
  return limitsOf({ nodes, script: path.join(project({ "a.mjs": code }), "a.mjs") });
}

/** A cache object in the module's variable, with the array and a number in its fields. */
function cache(field: string, value: number): NamedNodes {
  return {
    module: { name: "system / Context", edges: [["context", "cache", "cache"]] },
    cache: {
      name: "Cache",
      edges: [
        ["property", "entries", "array"],
        ["property", field, "n"],
      ],
    },
    ...numberOf("n", value),
  };
}

describe("limitsNear", () => {
  it("a window's quota of storage limits none of its listeners", () => {
    const nodes = cache("quota", 500);
    expect(limitsOf({ nodes })).toEqual([500]);
    expect(limitsOf({ nodes: { ...nodes, cache: { ...nodes["cache"], name: "Window / http://localhost" } } })).toEqual(
      [],
    );
  });

  it.each([
    "max",
    "maxSize",
    "MAX_ENTRIES",
    "limit",
    "#limit",
    "capacity",
    "_size",
    "highWaterMarkThreshold",
    "bufferSize",
    "upperBound",
    "cap",
  ])("takes the field %s of the owner for a limit", (field) =>
    expect(limitsOf({ nodes: cache(field, 500) })).toEqual([500]),
  );

  it.each(["count", "length", "port", "ttl", "bound_this"])("takes the field %s for none", (field) => {
    expect(limitsOf({ nodes: cache(field, 500) })).toEqual([]);
  });

  it.each([0, 1, -5, 2.5, 1_000_001])("%d is no limit", (value) => {
    expect(limitsOf({ nodes: cache("max", value) })).toEqual([]);
  });

  it("takes a variable of the module", () => {
    const module: NamedNodes[string] = {
      name: "system / Context",
      edges: [
        ["context", "list", "array"],
        ["context", "LIMIT", "n"],
      ],
    };
    expect(limitsOf({ nodes: { module, ...numberOf("n", 300) } })).toEqual([300]);
    expect(limitsOf({ nodes: { module, ...numberOf("n", 300) }, kind: "node" })).toEqual([]);
  });

  it("takes a static field of the class, and a variable that its methods close over", () => {
    const nodes: NamedNodes = {
      module: { name: "system / Context", edges: [["context", "cache", "cache"]] },
      cache: {
        name: "Cache",
        edges: [
          ["property", "__proto__", "prototype"],
          ["property", "entries", "array"],
        ],
      },
      prototype: { edges: [["property", "constructor", "Cache"]] },
      ...closureOf("Cache", "file:///app/cache.mjs", 5, [
        ["property", "capacity", "n"],
        ["internal", "context", "scope"],
      ]),
      scope: { name: "system / Context", edges: [["context", "MAX", "m"]] },
      ...numberOf("n", 40),
      ...numberOf("m", 70),
    };
    expect(limitsOf({ nodes })).toEqual([40, 70]);
  });

  it("looks no further than three owners up", () => {
    const owner = (of: string): NamedNodes[string] => ({ edges: [["property", "inner", of]] });
    const nodes = (limitAt: string): NamedNodes => {
      const chain: NamedNodes = {
        module: { name: "system / Context", edges: [["context", "a", "a"]] },
        a: owner("b"),
        b: owner("c"),
        c: owner("d"),
        d: owner("array"),
      };
      const at = chain[limitAt];
      return { ...chain, [limitAt]: { edges: [...(at?.edges ?? []), ["property", "max", "n"]] }, ...numberOf("n", 9) };
    };
    expect(limitsOf({ nodes: nodes("b") })).toEqual([9]);
    expect(limitsOf({ nodes: nodes("a") })).toEqual([]);
  });

  it("takes a number that the module's code compares a size with", () => {
    expect(limitsWith("if (list.length > 250) list.shift();")).toEqual([250]);
    expect(limitsWith("const PORT = 8080;")).toEqual([]);
  });

  it("takes a field whatever its name where the code compares a size with it", () => {
    const code = "while (this.entries.length > this.keep) this.entries.shift();";
    expect(limitsWith(code, cache("keep", 120))).toEqual([120]);
    expect(limitsWith(code, cache("kept", 120))).toEqual([]);
  });

  it("takes a large number in the code for a size in bytes, which bounds texts alone", () => {
    const code = "if (output.length > 65536) output = output.slice(-65536);";
    const text: NamedNodes = births("Entry", 1, 0, () => ({ type: "string" }));
    expect(limitsWith(code)).toEqual([]);
    expect(limitsWith(code, text)).toEqual([65_536]);
  });
});
