/** A graph as a page to zoom, search and fold: one file that asks the network for nothing. */
import type { ObjectGraph } from "../query/object-graph.js";
import { arrowsOf, detailsOf, titleOf, undrawnOf } from "./graph-labels.js";
import { graphToSvg } from "./graph-svg.js";
import { escapeMarkup, harmlessText } from "./harmless-text.js";
import { pageOf, readAsset, readStyle } from "./page-assets.js";

const SCRIPT = new URL("graph-page.js", import.meta.url);
const STYLE = new URL("graph-page.css", import.meta.url);
const TITLE_LENGTH = 160;

const LEGEND = [
  ["target", "target"],
  ["object", "objects, stronger nearer the target"],
  ["module", "module"],
  ["root", "the runtime itself"],
  ["highlighted", "highlighted"],
  ["undrawn", "more that is not drawn"],
] as const;

/**
 * The graph as a self-contained HTML page, laid out when it is written.
 * @param options.title heading of the page, plain text
 * @throws InputError where the graph is too large to be drawn
 */
export async function graphToHtml(graph: ObjectGraph, options: { readonly title: string }): Promise<string> {
  const [svg, script, style] = await Promise.all([graphToSvg(graph), readAsset(SCRIPT), readStyle(STYLE)]);
  const title = harmlessText(options.title, TITLE_LENGTH);
  const body = `<header>
<h1>${escapeMarkup(title)}</h1>
<div role="search"><label>Search <input id="search" type="search" autocomplete="off" spellcheck="false" placeholder="class or @id"></label><output id="found"></output></div>
<div role="toolbar" aria-label="View">
<button type="button" id="zoom-out" aria-label="Zoom out" title="Zoom out (-)">−</button>
<button type="button" id="zoom-in" aria-label="Zoom in" title="Zoom in (+)">+</button>
<button type="button" id="fit" title="Show all (0)">Fit</button>
<button type="button" id="expand-all">Expand all</button>
</div>
</header>
<aside id="details" tabindex="-1" aria-label="Selected object"></aside>
<main id="picture" aria-label="Objects and references">
${svg}</main>
<footer aria-label="Colours">${LEGEND.map(([mark, text]) => `<span><span class="swatch ${mark}"></span>${text}</span>`).join("\n")}
<span>click twice or Enter: collapse · wheel, + −: zoom · drag, arrows: pan · 0: fit · /: search · d: details</span></footer>
`;
  return pageOf({ title, script, style, body, dataId: "graph-data", data: dataOf(graph) });
}

/** What the page's script knows: the same harmless text as in the picture. */
function dataOf(graph: ObjectGraph): unknown {
  return {
    direction: graph.direction,
    nodes: graph.nodes.map((node) => ({
      id: node.id,
      kind: node.kind,
      title: titleOf(node),
      lines: detailsOf(node),
      isTarget: node.isTarget,
      undrawn: undrawnOf(node, graph),
    })),
    arrows: arrowsOf(graph),
  };
}
