/** In which forms a graph can be written. */
import type { ObjectGraph } from "../query/object-graph.js";
import { InputError } from "../input-error.js";
import { graphToDot } from "./graph-dot.js";
import { graphToHtml } from "./graph-html.js";
import { graphToPng } from "./graph-png.js";
import { graphToSvg } from "./graph-svg.js";

export interface GraphOptions {
  /** Heading where the form has one, plain text: `What keeps DB`. */
  readonly title: string;
}

type Renderer = (graph: ObjectGraph, options: GraphOptions) => Promise<string | Uint8Array> | string;

const renderers: ReadonlyMap<string, Renderer> = new Map<string, Renderer>([
  [".dot", graphToDot],
  [".svg", graphToSvg],
  [".png", (graph) => graphToPng(graph)],
  [".html", graphToHtml],
]);

/**
 * The contents of a file with that extension.
 * @param extension as `path.extname` gives it: `.svg`
 * @throws InputError where the extension is not known, the graph is too large to be drawn, or what draws it is missing
 */
export async function renderGraph(
  graph: ObjectGraph,
  extension: string,
  options: GraphOptions,
): Promise<string | Uint8Array> {
  const render = renderers.get(extension.toLowerCase());
  if (render !== undefined) return render(graph, options);
  const known = [...renderers.keys()].join(", ");
  const given = extension === "" ? "a file without extension" : `a ${JSON.stringify(extension)} file`;
  throw new InputError(`A graph cannot be written as ${given}: use one of ${known}.`);
}
