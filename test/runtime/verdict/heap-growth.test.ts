import { describe, expect, it } from "vitest";
import { accumulationsOf, mergeAccumulations } from "../../../runtime/verdict/heap-growth.js";
import { heapOf, type NamedEdge, type NamedNodes } from "../heap/named-heap.js";
import { births, cohorts, forestOf, idIn, pilesOf } from "./accumulating-heap.js";

const variable = (name: string, to: string): NamedNodes => ({
  module: { name: "system / Context", edges: [["context", name, to]] },
});

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const elements = (name: string, count: number): NamedEdge[] =>
  range(count).map((index) => ["element", index, `${name}${index}`]);

describe("accumulationsOf", () => {
  it("counts the entries of a Map, with what they lead to, at the Map", () => {
    const heap = heapOf({
      ...variable("sessions", "map"),
      map: { name: "Map", edges: [["internal", "table", "table"]] },
      table: {
        type: "array",
        size: 100,
        id: idIn(1, 400), // grown anew, and no object of the user's
        edges: range(5).map((index) => ["internal", String(index), `Session${index}`]),
      },
      ...births("Session", 2, 3, (index) => ({ edges: [["property", "user", `User${index}`]] })),
      ...births("User", 2, 3, () => ({}), 100),
    });
    const piles = pilesOf(heap);
    expect(piles).toMatchObject([
      {
        holder: heap.at("map"),
        slot: { kind: "entries" },
        births: [4, 6],
        bornBytes: [64, 96],
        entryBirths: [2, 3],
        heldBytes: 260,
        entry: heap.at("Session0"),
        listClass: null,
      },
    ]);
    expect([...(piles[0]?.classes ?? [])]).toEqual([
      ["Session", 1],
      ["User", 2],
    ]);
  });

  it("counts the elements of an array at the array", () => {
    const heap = heapOf({
      ...variable("list", "array"),
      array: { name: "Array", edges: elements("Entry", 4) },
      ...births("Entry", 1, 3),
    });
    expect(pilesOf(heap)).toMatchObject([
      { holder: heap.at("array"), slot: { kind: "entries" }, births: [1, 3], entryBirths: [1, 3] },
    ]);
  });

  it("takes the keys of an object used as a table for its entries", () => {
    const heap = heapOf({
      ...variable("byId", "byId"),
      byId: { edges: range(5).map((index) => ["property", `id${index}`, `Entry${index}`]) },
      ...births("Entry", 2, 3),
    });
    expect(pilesOf(heap)).toMatchObject([
      { holder: heap.at("byId"), slot: { kind: "entries" }, births: [2, 3], entryBirths: [2, 3] },
    ]);
  });

  it("keeps the lists of an object under their names", () => {
    const heap = heapOf({
      ...variable("store", "store"),
      store: {
        edges: [
          ["property", "rows", "rows"],
          ["property", "names", "names"],
        ],
      },
      rows: { name: "Array", id: idIn(1, 300), edges: elements("Row", 4) },
      names: { name: "Array", id: idIn(1, 301), edges: elements("Name", 4) },
      ...births("Row", 2, 2),
      ...births("Name", 2, 2, () => ({}), 100),
    });
    expect(pilesOf(heap).map(({ holder, slot }) => ({ holder, slot }))).toEqual(
      ["rows", "names"].map((name) => ({ holder: heap.at("store"), slot: { kind: "property", name } })),
    );
  });

  it("knows a variable that is given a larger copy each time by its name", () => {
    const heap = heapOf({
      ...variable("state", "copy"),
      copy: { name: "Array", id: idIn(1, 300), edges: elements("Entry", 6) },
      ...births("Entry", 3, 3),
    });
    expect(pilesOf(heap)).toMatchObject([
      { holder: heap.at("module"), slot: { kind: "variable", name: "state" }, births: [3, 4] },
    ]);
  });

  it("does not count what was there before, and lets it hold what is new", () => {
    const heap = heapOf({
      ...variable("tenants", "map"),
      map: { name: "Map", edges: [["internal", "table", "table"]] },
      table: {
        type: "array",
        edges: [
          ["internal", "0", "old"],
          ["internal", "1", "older"],
        ],
      },
      old: { edges: elements("Entry", 4) },
      older: {},
      ...births("Entry", 2, 2),
    });
    expect(pilesOf(heap)).toMatchObject([{ holder: heap.at("old"), births: [2, 2] }]);
  });

  it("counts neither what was born since the last snapshot nor what is the embedder's", () => {
    const heap = heapOf({
      ...variable("list", "array"),
      array: {
        name: "Array",
        edges: [
          ["element", 0, "Entry0"],
          ["element", 1, "late"],
          ["element", 2, "native"],
        ],
      },
      ...births("Entry", 1, 0),
      late: { id: 3001, size: 16 },
      native: { type: "native", id: 1500, size: 16 },
    });
    expect(pilesOf(heap)).toMatchObject([{ births: [1, 0], heldBytes: 48 }]);
  });

  it("counts scopes, chained one to the other", () => {
    const heap = heapOf({
      module: { name: "system / Context", edges: [["context", "wrapped", "f"]] },
      f: { type: "closure", edges: [["internal", "context", "scope0"]] },
      ...births("scope", 3, 3, (index) => ({
        name: "system / Context",
        edges: index < 5 ? [["internal", "previous", `scope${index + 1}`]] : [],
      })),
    });
    expect(pilesOf(heap)).toMatchObject([{ holder: heap.at("f"), births: [3, 3], entryBirths: [1, 0] }]);
  });

  it("counts the reactions of a promise, and says where their functions were made", () => {
    const reaction = (index: number): string => `reaction${index}`;
    const heap = heapOf({
      ...variable("ready", "promise"),
      promise: { name: "Promise", edges: [["internal", "reactions_or_result", reaction(0)]] },
      ...Object.fromEntries(
        range(4).map((index) => [
          reaction(index),
          {
            type: "hidden",
            name: "system / PromiseReaction",
            id: idIn(1, 300 + index),
            edges: [
              ["internal", "fulfill_handler", `onReady${index}`] as const,
              ["internal", "promise_or_capability", `derived${index}`] as const,
              ...(index < 3 ? [["internal", "next", reaction(index + 1)] as const] : []),
            ],
          },
        ]),
      ),
      ...births("onReady", 2, 2, () => ({ type: "closure", location: [7, 3, 10] })),
      ...births("derived", 2, 2, () => ({ name: "Promise" })),
    });
    const [pile] = pilesOf(heap);
    expect(pile).toMatchObject({
      holder: heap.at("promise"),
      slot: { kind: "entries" },
      births: [4, 4],
      entryBirths: [2, 2],
    });
    expect([...(pile?.closures ?? [])]).toEqual([["7:3:10", 0]]);
  });

  it("tells how deep a closure lies, scopes and promises not counted", () => {
    const heap = heapOf({
      ...variable("list", "array"),
      array: { name: "Array", edges: [["element", 0, "listener"]] },
      listener: { name: "Listener", id: idIn(0, 0), edges: [["property", "callback", "callback"]] },
      callback: { type: "closure", id: idIn(0, 1), location: [7, 1, 0], edges: [["internal", "context", "scope"]] },
      scope: { name: "system / Context", id: idIn(0, 2), edges: [["context", "promise", "promise"]] },
      promise: { name: "Promise", id: idIn(0, 3), edges: [["internal", "reactions_or_result", "inner"]] },
      inner: { type: "closure", id: idIn(0, 4), location: [7, 2, 0] },
    });
    expect(Object.fromEntries(pilesOf(heap)[0]?.closures ?? [])).toEqual({ "7:1:0": 1, "7:2:0": 1 });
  });

  describe("a linked list", () => {
    const list = (length: number, ends: NamedEdge[], isDouble = true) =>
      heapOf({
        ...variable("log", "log"),
        log: { name: "Log", edges: ends },
        ...births("Link", length / 2, length / 2, (index) => ({
          edges: [
            ...(index + 1 < length ? [["property", "next", `Link${index + 1}`] as const] : []),
            ...(isDouble && index > 0 ? [["property", "previous", `Link${index - 1}`] as const] : []),
          ],
        })),
      });

    it.each<[string, NamedEdge[]]>([
      ["its head", [["property", "head", "Link0"]]],
      ["its tail", [["property", "tail", "Link29"]]],
      [
        "both of its ends",
        [
          ["property", "tail", "Link29"],
          ["property", "head", "Link0"],
        ],
      ],
    ])("that is reached by %s is one place, each link an entry", (_, ends) => {
      const heap = list(30, ends);
      expect(pilesOf(heap)).toMatchObject([
        { holder: heap.at("log"), listClass: "Link", births: [15, 15], entryBirths: [15, 15] },
      ]);
    });

    it("goes by the same end each time", () => {
      const [head, tail] = [["property", "head", "Link0"] as const, ["property", "tail", "Link29"] as const];
      const [pile] = pilesOf(list(30, [tail, head]));
      expect(pilesOf(list(30, [head, tail]))[0]?.slot).toEqual(pile?.slot);
      expect(pile?.slot).toEqual({ kind: "property", name: "head" });
    });

    it("may begin with old links, and is still the holder's", () => {
      const heap = heapOf({
        ...variable("log", "log"),
        log: { name: "Log", edges: [["property", "head", "old"]] },
        old: { name: "Link", edges: [["property", "next", "Link0"]] },
        ...births("Link", 10, 10, (index) => ({
          edges: index < 19 ? [["property", "next", `Link${index + 1}`]] : [],
        })),
      });
      expect(pilesOf(heap)).toMatchObject([{ holder: heap.at("log"), births: [10, 10], entryBirths: [10, 10] }]);
    });
  });

  it("has none in a heap without births", () => {
    const heap = heapOf({ ...variable("list", "array"), array: { name: "Array" } });
    expect(accumulationsOf(forestOf(heap), cohorts())).toEqual([]);
  });
});

describe("mergeAccumulations", () => {
  it("adds up, keeps the first holder and the nearest places", () => {
    const heap = heapOf({
      ...variable("list", "array"),
      array: { name: "Array", edges: elements("Entry", 4) },
      ...births("Entry", 1, 3),
    });
    const [pile] = pilesOf(heap);
    if (pile === undefined) throw new Error("nothing piles up");
    const far = { ...pile, holder: 0, closures: new Map([["7:1:0", 3]]), classes: new Map([["Entry", 4]]) };
    const near = { ...far, closures: new Map([["7:1:0", 2]]), entry: -1 };
    expect(mergeAccumulations([pile, far, near])).toMatchObject({
      holder: heap.at("array"),
      births: [3, 9],
      entryBirths: [3, 9],
      bornBytes: [48, 144],
      heldBytes: 192,
      entry: heap.at("Entry0"),
      closures: new Map([["7:1:0", 2]]),
      classes: new Map([["Entry", 1]]),
    });
    expect(() => mergeAccumulations([])).toThrow("nothing to merge");
  });
});
