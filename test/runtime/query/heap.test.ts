import { describe, expect, it } from "vitest";
import { InputError } from "../../../runtime/input-error.js";
import { isModule, type Chain, type HeapObject } from "../../../runtime/query/index.js";
import { heapsOfShop } from "./shop.js";

const { before, after } = await heapsOfShop();

function words(chain: Chain | null): string[] {
  if (chain === null) return [];
  return [chain.objects[0].title, ...chain.references.map(({ label, to }) => `${label} ${to.title}`)];
}

describe("count, byType, at", () => {
  it("counts the objects of a class, and neither its prototype nor those of subclasses", () => {
    expect(after.count("DB")).toBe(20);
    expect(after.count("ReadOnlyDB")).toBe(1);
    expect(after.count("ReadOnlyDB.prototype")).toBe(1);
    expect(before.count("DB")).toBe(0);
  });

  it("gives the objects of a class in the order of their ids, with the place of the class", () => {
    const objects = after.byType("DB");
    expect(objects.map(({ id }) => id)).toEqual(objects.map(({ id }) => id).toSorted((left, right) => left - right));
    expect(objects.at(-1)).toMatchObject({ kind: "object", className: "DB", title: "DB", place: "shop.mjs:6" });
  });

  it("gives functions by their name, texts and modules", () => {
    expect(after.byType("function order")).toMatchObject([{ kind: "function", place: "shop.mjs:35" }]);
    expect(after.count("string")).toBeGreaterThan(100);
    expect(after.byType("module").map(({ title }) => title)).toEqual(["module shop.mjs"]);
  });

  it("finds an object again by its id, as a number or with an @", () => {
    const [order] = after.byType("Order");
    expect(after.at(order.id)).toEqual(order);
    expect(after.at(`@${order.id}`)).toEqual(order);
  });

  it.each<[what: string, ask: () => unknown, text: RegExp]>([
    ["a class that is not there", () => after.byType("Ordr"), /no object of class "Ordr": did you mean .*Order/],
    ["one that nothing comes near", () => after.byType("Zeppelin9"), /`types` lists the classes there are/],
    ["an id that is not there", () => after.at(999_999_999), /no object @999999999 in this heap/],
    ["what is no id", () => after.at("DB"), /"DB" is no object id/],
  ])("says of %s what to do", (_, ask, text) => {
    expect(ask).toThrow(InputError);
    expect(ask).toThrow(text);
  });

  it("finds objects by a predicate", () => {
    const found = after.find(({ className, size }) => className === "Order" && size > 0);
    expect(found).toHaveLength(20);
  });
});

describe("chains", () => {
  it("leads from the module to an object through the user's own names", () => {
    const chain = after.findBackrefChain(after.byType("DB")[0]);
    expect(words(chain)).toEqual(["module shop.mjs", "log Array", expect.stringMatching(/^\[\d+\] Order$/), ".db DB"]);
  });

  it("ends at the module that a predicate asks for", () => {
    const [order] = after.byType("Order");
    expect(words(after.findBackrefChain(order, isModule))[0]).toBe("module shop.mjs");
    expect(words(after.findBackrefChain(order, ({ className }) => className === "Array"))).toEqual([
      "Array",
      expect.stringMatching(/^\[\d+\] Order$/),
    ]);
    expect(after.findBackrefChain(order, ({ className }) => className === "Zeppelin")).toBeNull();
  });

  it("is no chain where it would be longer than asked for", () => {
    const [db] = after.byType("DB");
    expect(after.findBackrefChain(db, isModule, { maxDepth: 2 })).toBeNull();
    expect(after.findBackrefChain(db, isModule, { maxDepth: 3 })).not.toBeNull();
  });

  it("leads from an object to what it refers to", () => {
    const [order] = after.byType("Order");
    const chain = after.findRefChain(order, ({ className }) => className === "Map");
    expect(words(chain)).toEqual(["Order", ".db DB", ".tables Map"]);
  });

  it("is one object where the object itself is asked for", () => {
    const [module] = after.byType("module");
    expect(words(after.findBackrefChain(module))).toEqual(["module shop.mjs"]);
  });

  it("tells the value in a WeakMap by its key", () => {
    const [order] = after.byType("Order");
    const value = after.references(order).find(({ label }) => label.includes("WeakMap"));
    expect(value?.to.className).toBe("Object");
    expect(after.referrers(value?.to ?? order).map(({ from }) => from.id)).toEqual([order.id]);
  });

  it("tells the locals of suspended functions", () => {
    const labels = after.byType("Order").flatMap((order) => after.referrers(order).map(({ label }) => label));
    expect(labels.filter((label) => label === "local of suspended follow")).toHaveLength(1);
  });
});

describe("graphs", () => {
  it("draws what refers to an object up to modules, in the direction of the references", () => {
    const [db] = after.byType("DB");
    const graph = after.backrefs(db, { maxDepth: 10 });
    const titles = new Map(graph.nodes.map(({ id, title }) => [id, title]));
    const edges = graph.edges.map(({ from, to, label }) => `${titles.get(from)} ${label} ${titles.get(to)}`);
    expect(edges).toContain("Order .db DB");
    expect(edges).toContain("module shop.mjs log Array");
    expect(graph.nodes.filter(({ isTarget }) => isTarget)).toMatchObject([{ title: "DB", depth: 0 }]);
    expect(graph.nodes.find(({ kind }) => kind === "module")).toMatchObject({ depth: 3, undrawn: 0 });
  });

  it("tells how many references are not drawn", () => {
    const [log] = after.referrers(after.byType("Order")[0]).filter(({ from }) => from.className === "Array");
    const graph = after.refs(log.from, { maxDepth: 1, tooMany: 5 });
    expect(graph.nodes[0]).toMatchObject({ isTarget: true, undrawn: 15 });
    expect(graph.nodes).toHaveLength(6);
  });

  it("always draws the way to a module, however many others there are", () => {
    const graph = after.backrefs(after.byType("DB"), { maxDepth: 3, tooMany: 1 });
    expect(graph.nodes.some(({ kind }) => kind === "module")).toBe(true);
  });

  it("draws what the filter lets through, marks what is highlighted, and says what is asked for", () => {
    const [db] = after.byType("DB");
    const isNoFunction = ({ kind }: HeapObject): boolean => kind !== "function";
    const graph = after.backrefs(db, {
      maxDepth: 5,
      filter: isNoFunction,
      highlight: ({ className }) => className === "Order",
      extraInfo: ({ id }) => `number ${id}`,
      retained: true,
    });
    expect(graph.nodes.filter(({ kind }) => kind === "function")).toEqual([]);
    expect(graph.nodes.filter(({ isHighlighted }) => isHighlighted).map(({ title }) => title)).toEqual(["Order"]);
    expect(graph.nodes[0].extraInfo).toBe(`number ${db.id}`);
    expect(graph.nodes[0].retainedBytes).toBe(after.retainedSize(db));
  });

  it("draws a chain and nothing else", () => {
    const chain = after.findBackrefChain(after.byType("DB")[0]);
    const graph = chain === null ? null : after.chain(chain);
    expect(graph?.nodes.map(({ title, depth }) => `${depth} ${title}`)).toEqual([
      "3 module shop.mjs",
      "2 Array",
      "1 Order",
      "0 DB",
    ]);
    expect(graph?.edges).toHaveLength(3);
  });
});

describe("growth and new objects", () => {
  it("tells the classes that have grown, those that grew the most first", () => {
    const growth = after.growth(before, 1000);
    expect(growth.find(({ className }) => className === "Order")).toEqual({
      className: "Order",
      count: 20,
      growth: 20,
    });
    expect(growth.map(({ growth: more }) => more)).toEqual(
      growth.map(({ growth: more }) => more).toSorted((left, right) => right - left),
    );
    expect(after.growth(after)).toEqual([]);
  });

  it("tells the objects that are new by their ids", () => {
    const orders = after.newObjects(before).find(({ className }) => className === "Order");
    expect(orders).toMatchObject({ count: 20 });
    expect(orders?.examples.map(({ className }) => className)).toEqual(["Order", "Order", "Order"]);
    expect(after.newOfType(before, "Order")).toHaveLength(20);
    expect(after.newOfType(before, "ReadOnlyDB")).toEqual([]);
  });

  it("refuses heaps of different processes", async () => {
    const other = await heapsOfShop();
    expect(after.newObjects(before).length).toBeGreaterThan(0);
    // Ids depend on what a process has done before: of the same program they may fall together.
    expect(() => other.after.newObjects(before)).not.toThrow(TypeError);
  });
});

describe("sizes", () => {
  it("tells what objects keep alone", () => {
    const [db] = after.byType("DB");
    expect(after.retainedSize(db)).toBeGreaterThanOrEqual(db.size);
    const branch = after.dominated(db);
    expect(branch.children.map(({ object }) => object.className)).toContain("Map");
    expect(branch.retained).toBe(after.retainedSize(db));
  });

  it("lists what keeps the most, and no part of the runtime", () => {
    const largest = after.largest(50);
    expect(largest.map(({ retained }) => retained)).toEqual(
      largest.map(({ retained }) => retained).toSorted((left, right) => right - left),
    );
    expect(largest.every(({ object }) => object.kind !== "root")).toBe(true);
  });

  it("counts classes with shallow and retained bytes, in the order asked for", () => {
    const types = after.types({ sort: "retained", limit: 1000 });
    expect(types.find(({ name }) => name === "DB")).toMatchObject({ count: 20, place: "shop.mjs:6" });
    const order = types.find(({ name }) => name === "Order");
    expect(order?.retained).toBeGreaterThan(order?.shallow ?? Infinity);
    expect(types.map(({ retained }) => retained)).toEqual(
      types.map(({ retained }) => retained).toSorted((left, right) => right - left),
    );
  });

  it("finds texts that are there several times", () => {
    const copies = after.duplicates(10_000).filter(({ text }) => text.startsWith("paid in full on day "));
    expect(copies.map(({ count }) => count).toSorted()).toEqual([6, 7, 7]);
    for (const { waste, count, size } of copies) expect(waste).toBe((count - 1) * size);
  });

  it("finds small parts of large things, with the chain that keeps them", () => {
    const slices = after.slices().filter(({ chain }) => words(chain).join(" ").includes("pieces"));
    const text = slices.find(({ slice }) => slice.kind === "text");
    expect(text).toMatchObject({ parts: 1, slice: { title: expect.stringMatching(/^piece of "line 0/) } });
    expect(text?.parentSize).toBeGreaterThan(100_000);
    const view = slices.find(({ slice }) => slice.className === "Uint8Array");
    expect(view).toMatchObject({ parentSize: 1 << 20, parts: 1 });
  });

  it("sums up a heap", () => {
    const summary = after.summary();
    expect(summary.nodes).toBe(after.graph.nodeCount);
    expect(summary.types.reduce((sum, { count }) => sum + count, 0)).toBe(summary.nodes);
    expect(summary.types.reduce((sum, { size }) => sum + size, 0)).toBe(summary.size);
    expect(summary.modules).toBe(1);
  });
});
