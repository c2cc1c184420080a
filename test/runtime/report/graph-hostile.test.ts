import { describe, expect, it } from "vitest";
import type { GraphNode, ObjectGraph } from "../../../runtime/query/object-graph.js";
import { graphToDot } from "../../../runtime/report/graph-dot.js";
import { graphToHtml } from "../../../runtime/report/graph-html.js";
import { loadRenderer } from "../../../runtime/report/graph-svg.js";
import { graphToText } from "../../../runtime/report/graph-text.js";
import { harmlessText } from "../../../runtime/report/harmless-text.js";
import { backrefs, node } from "./graph-samples.js";
import { hostileText, hostileTexts, randomNumbers } from "./hostile-text.js";
import { partOf, tagsOf, textsOf } from "./svg-parts.js";

const kinds: readonly GraphNode["kind"][] = ["object", "function", "text", "module", "root"];

/** The same graph with any names. */
function graphOf(name: () => string): ObjectGraph {
  const nodes = kinds.map((kind, index) =>
    node(2 * index + 1, {
      kind,
      title: name(),
      place: name(),
      extraInfo: name(),
      depth: index,
      isTarget: index === 0,
      undrawn: index,
    }),
  );
  return backrefs(
    nodes,
    nodes.slice(1).map(({ id }) => ({ from: id, to: id - 2, label: name() })),
  );
}

const harmless = graphOf(() => "Name");
const random = randomNumbers(11);
const hostile = [
  ...hostileTexts.map((text) => graphOf(() => text)),
  ...Array.from({ length: 150 }, () => graphOf(() => hostileText(random))),
];

// Newlines are ours, between elements and rows; a program's own are shown as \n.
const UNSEEN = /(?!\n)[\p{C}\p{Zl}\p{Zp}\u061c]/u;

describe("a program with hostile names", () => {
  it("gets no markup and no control character into an SVG", async () => {
    const renderer = await loadRenderer();
    const tags = tagsOf(renderer.svg(harmless));
    for (const graph of hostile) {
      const picture = renderer.svg(graph);
      expect(tagsOf(picture)).toEqual(tags);
      expect(picture).not.toMatch(UNSEEN);
    }
  });

  it("is shown as it is", async () => {
    const renderer = await loadRenderer();
    for (const graph of hostile) {
      const picture = renderer.svg(graph);
      for (const { id, title, place, extraInfo, kind } of graph.nodes)
        expect(textsOf(partOf(picture, `n${id}`))).toEqual([
          harmlessText(title, 60, kind === "module" ? "middle" : "end"),
          harmlessText(place ?? "", 60, "middle"),
          harmlessText(extraInfo ?? "", 80),
        ]);
    }
  });

  it("gets nothing into a page", async () => {
    const tags = tagsOf(await graphToHtml(harmless, { title: "Title" }));
    for (const graph of hostile.slice(0, 80)) {
      const page = await graphToHtml(graph, { title: graph.nodes[0].title });
      expect(tagsOf(page)).toEqual(tags);
      expect(page).not.toMatch(UNSEEN);
    }
  });

  it("gets no control character and no line of its own into DOT and text", () => {
    const [dotLines, textLines] = [graphToDot, graphToText].map((render) => render(harmless).split("\n").length);
    for (const graph of hostile) {
      expect(graphToDot(graph)).not.toMatch(UNSEEN);
      expect(graphToDot(graph).split("\n")).toHaveLength(dotLines);
      expect(graphToText(graph)).not.toMatch(UNSEEN);
      expect(graphToText(graph).split("\n")).toHaveLength(textLines);
    }
  });

  it("makes no file large", () => {
    const graph = graphOf(() => "<".repeat(1_000_000));
    expect(graphToDot(graph).length).toBeLessThan(20_000);
    expect(graphToText(graph).length).toBeLessThan(5_000);
  });
});
