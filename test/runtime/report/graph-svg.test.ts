import { afterEach, describe, expect, it, vi } from "vitest";
import { InputError } from "../../../runtime/input-error.js";
import { graphToSvg, loadRenderer } from "../../../runtime/report/graph-svg.js";
import { backrefs, chain, node, server } from "./graph-samples.js";
import { boxOf, partOf, textsOf } from "./svg-parts.js";

afterEach(() => vi.restoreAllMocks());

const fillOf = (part: string): string => /fill="(#\w+)"/.exec(part)?.[1] ?? "";

/** From 0, black, to 1, white. */
function lightness(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((start) => Number.parseInt(colour.slice(start, start + 2), 16) / 255);
  return 0.3 * red + 0.6 * green + 0.1 * blue;
}

describe("the SVG of a graph", () => {
  it("has green modules, grey roots and a red target", async () => {
    const graph = backrefs(
      [
        node(1, { title: "DB", isTarget: true }),
        node(3, { kind: "module", title: "module src/db.js", depth: 1 }),
        node(5, { kind: "root", title: "timers", depth: 1 }),
      ],
      [
        { from: 3, to: 1, label: "db" },
        { from: 5, to: 1, label: "[list]" },
      ],
    );
    const svg = await graphToSvg(graph);
    const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(fillOf(partOf(svg, "n3")).slice(at, at + 2), 16));
    expect(green).toBeGreaterThan(Math.max(red, blue) + 50);
    expect(fillOf(partOf(svg, "n5"))).toMatch(/^#(..)\1\1$/);
    expect(partOf(svg, "n1")).toMatch(/<text [^>]*fill="#b00000"[^>]*>DB</);
    expect(partOf(svg, "n3")).not.toContain("#b00000");
  });

  it("gets lighter away from the target, step by step", async () => {
    const svg = await graphToSvg(chain(7));
    const fills = [0, 1, 2, 3, 4, 5].map((depth) => lightness(fillOf(partOf(svg, `n${1001 + 2 * depth}`))));
    expect(fills).toEqual([...fills].sort((left, right) => left - right));
    expect(new Set(fills).size).toBe(6);
  });

  it("writes place, retained size and extra information below the title, only where there are any", async () => {
    const graph = backrefs(
      [
        node(1, { title: "DB", place: "src/db.js:10", retainedBytes: 1_234_567, extraInfo: "port 80", isTarget: true }),
        node(3, { depth: 1 }),
      ],
      [{ from: 3, to: 1, label: ".db" }],
    );
    const svg = await graphToSvg(graph);
    expect(textsOf(partOf(svg, "n1"))).toEqual(["DB", "src/db.js:10", "1.2 MB retained", "port 80"]);
    expect(textsOf(partOf(svg, "n3"))).toEqual(["Object"]);
  });

  it("draws references towards the target: what refers above, the target at the bottom", async () => {
    const graph = chain(5);
    // Even where the target itself refers to what keeps it.
    const svg = await graphToSvg({ ...graph, edges: [...graph.edges, { from: 1001, to: 1009, label: ".registry" }] });
    const tops = graph.nodes.map(({ id }) => boxOf(partOf(svg, `n${id}`)).top);
    expect(tops).toEqual([...tops].sort((left, right) => right - left));
    expect(textsOf(partOf(svg, "e1003_1001"))).toEqual([".session"]);
  });

  it("draws many beside each other from left to right", async () => {
    const svg = await graphToSvg(server(6));
    const target = boxOf(partOf(svg, "n4001"));
    const others = server(6).nodes.slice(1);
    for (const { id } of others) expect(boxOf(partOf(svg, `n${id}`)).right).toBeLessThan(target.right);
  });

  it("draws what a target refers to after it", async () => {
    const nodes = [node(1, { isTarget: true }), node(3, { depth: 1 }), node(5, { depth: 2 })];
    const edges = [
      { from: 1, to: 3, label: ".a" },
      { from: 3, to: 5, label: ".b" },
      { from: 5, to: 1, label: ".parent" },
    ];
    const svg = await graphToSvg({ direction: "refs", nodes, edges, maxDepth: 2 });
    const [first, second, third] = [1, 3, 5].map((id) => boxOf(partOf(svg, `n${id}`)).top);
    expect(first).toBeLessThan(second);
    expect(second).toBeLessThan(third);
  });

  it("names several references between two objects on one arrow", async () => {
    const graph = backrefs(
      [node(1), node(3, { depth: 1 })],
      [".a", ".b", ".c", ".d", ".e"].map((label) => ({ from: 3, to: 1, label })),
    );
    const svg = await graphToSvg(graph);
    expect(textsOf(partOf(svg, "e3_1"))).toEqual([".a, .b, .c and 2 more"]);
  });

  it.each([
    ["backrefs", 1, "1 more backreference"],
    ["backrefs", 4102, "4,102 more backreferences"],
    ["refs", 1, "1 more reference"],
    ["refs", 12, "12 more references"],
  ] as const)("draws a box for %s that are not drawn: %i", async (direction, undrawn, text) => {
    const svg = await graphToSvg({ direction, nodes: [node(1, { undrawn })], edges: [], maxDepth: 1 });
    expect(textsOf(partOf(svg, "more1"))).toEqual([text]);
    const [box, itself] = [boxOf(partOf(svg, "more1")), boxOf(partOf(svg, "n1"))];
    expect(box.top < itself.top).toBe(direction === "backrefs");
    expect(partOf(svg, "e_more1")).toContain("stroke-dasharray");
  });

  it("marks what is highlighted by a second border", async () => {
    const svg = await graphToSvg(backrefs([node(1, { isHighlighted: true }), node(3)], []));
    expect(partOf(svg, "n1").match(/<path/g)).toHaveLength(2);
    expect(partOf(svg, "n3").match(/<path/g)).toHaveLength(1);
  });

  it("shortens texts, and keeps the end of a module's path", async () => {
    const path = `module packages/${"very-long-name/".repeat(10)}src/orders.ts`;
    const svg = await graphToSvg(
      backrefs(
        [node(1, { kind: "text", title: `"${"GET /".repeat(99)}"` }), node(3, { kind: "module", title: path })],
        [],
      ),
    );
    const [[text], [module]] = ["n1", "n3"].map((id) => textsOf(partOf(svg, id)));
    expect(text).toHaveLength(60);
    expect(module).toMatch(/^module .*….*src\/orders\.ts$/);
    expect(module).toHaveLength(60);
  });

  it("makes room for names in scripts that the layout engine has no measures of", async () => {
    const widthOf = async (title: string): Promise<number> => {
      const { left, right } = boxOf(partOf(await graphToSvg(backrefs([node(1, { title })], [])), "n1"));
      return right - left;
    };
    // The widest common letters of each, at 13 points.
    expect(await widthOf("Щ".repeat(20))).toBeGreaterThan(20 * 1.15 * 13);
    expect(await widthOf("漢".repeat(20))).toBeGreaterThan(20 * 13);
    expect(await widthOf("W".repeat(20))).toBeGreaterThan(20 * 1.1 * 13);
    expect(await widthOf("i".repeat(20))).toBeLessThan(20 * 0.5 * 13);
  });

  it("leaves out references to objects that are not in the graph", async () => {
    const svg = await graphToSvg(backrefs([node(1)], [{ from: 987_654, to: 1, label: ".x" }]));
    expect(svg).not.toContain("987654");
  });

  it("draws nothing for nothing", async () => {
    expect(await graphToSvg(backrefs([], []))).toMatch(/^<svg .*<\/svg>\n$/s);
  });

  it("says what to do about a graph that is too large", async () => {
    const nodes = Array.from({ length: 1001 }, (_, index) => node(2 * index + 1));
    const error: unknown = await graphToSvg(backrefs(nodes, [])).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InputError);
    expect(String(error)).toMatch(/1,001 objects.*--max-depth.*--too-many.*--filter/);
    expect(String(error)).not.toContain("\n");

    const few = nodes.slice(0, 60);
    const edges = few.flatMap(({ id: from }) => few.map(({ id: to }) => ({ from, to, label: ".x" })));
    await expect(graphToSvg(backrefs(few, edges))).rejects.toThrow("3,600 references");
  });

  it("renders without waiting once the engine is loaded, and writes nothing", async () => {
    const written = [
      vi.spyOn(process.stdout, "write"),
      vi.spyOn(process.stderr, "write"),
      ...(["log", "info", "warn", "error"] as const).map((method) => vi.spyOn(console, method)),
    ];
    const renderer = await loadRenderer();
    const svg = renderer.svg(server(2));
    expect(svg).toBe(await graphToSvg(server(2)));
    for (const spy of written) expect(spy).not.toHaveBeenCalled();
  });
});
