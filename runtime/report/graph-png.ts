/** A graph as a PNG picture. */
import type { ObjectGraph } from "../query/object-graph.js";
import { graphToSvg } from "./graph-svg.js";
import { svgToPng, type PngOptions } from "./svg-png.js";

/**
 * The graph as a PNG at twice its size, or less where that would be more than 64 million pixels.
 * @throws InputError where the peer is missing, the system has no fonts, or the graph is too large to be drawn
 */
export function graphToPng(graph: ObjectGraph, options: PngOptions = {}): Promise<Uint8Array> {
  return svgToPng(() => graphToSvg(graph), options);
}
