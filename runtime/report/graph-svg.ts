/** A graph as an SVG picture, laid out by Graphviz compiled to WebAssembly: no program has to be installed. */
import type { ObjectGraph } from "../query/object-graph.js";
import { graphToDot, LAYOUT_FONT } from "./graph-dot.js";
import { arrowsOf, titleOf } from "./graph-labels.js";
import { assertDrawable } from "./graph-size.js";
import { escapeMarkup } from "./harmless-text.js";

/** `Verdana` is as wide as the font of the layout, and is where that one is not: on Windows and macOS. */
export const FONTS = `${LAYOUT_FONT}, Verdana, Geneva, Arial, Helvetica, sans-serif`;

/** Draws without waiting. */
export interface GraphRenderer {
  /** @throws InputError where the graph is too large to be drawn */
  svg(graph: ObjectGraph): string;
}

/**
 * The graph as one `<svg>` element with a size of its own, without prologue.
 * @throws InputError where the graph is too large to be drawn
 */
export async function graphToSvg(graph: ObjectGraph): Promise<string> {
  // Before a second is spent on loading what cannot help.
  assertDrawable(graph);
  return (await loadRenderer()).svg(graph);
}

/** Loads the layout engine, once for the process: 0.1 to 0.9 seconds. */
export async function loadRenderer(): Promise<GraphRenderer> {
  const { Graphviz } = await import("@hpcc-js/wasm-graphviz");
  const engine = await Graphviz.load();
  return {
    svg(graph) {
      assertDrawable(graph);
      return finish(engine.dot(graphToDot(graph), "svg"), graph);
    },
  };
}

/** Without prologue and comments, with fonts that other systems have, and with titles that say something. */
function finish(svg: string, graph: ObjectGraph): string {
  const titles = new Map<string, string>();
  const names = new Map(graph.nodes.map((node) => [node.id, titleOf(node)]));
  for (const [id, name] of names) titles.set(`n${id}`, `${name} @${id}`);
  for (const { from, to, label } of arrowsOf(graph))
    titles.set(`n${from}->n${to}`, `${names.get(from) ?? ""} ${label} → ${names.get(to) ?? ""}`);
  return svg
    .slice(svg.indexOf("<svg"))
    .replace(/<!--.*?-->\n?/gs, "")
    .replaceAll(`font-family="${LAYOUT_FONT}"`, `font-family="${FONTS}"`)
    .replace(/<title>(.*?)<\/title>\n?/g, (_, name: string) => {
      const title = titles.get(name.replace("&#45;&gt;", "->"));
      return title === undefined ? "" : `<title>${escapeMarkup(title)}</title>\n`;
    });
}
