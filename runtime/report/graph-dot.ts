/** A graph in DOT, Graphviz's language, as objgraph draws it: green modules, shades by depth, red targets. */
import type { GraphNode, ObjectGraph } from "../query/object-graph.js";
import {
  DETAIL_COLOUR,
  EDGE_COLOUR,
  EDGE_LABEL_COLOUR,
  HIGHLIGHT_BORDER,
  moduleColours,
  objectColours,
  rootColours,
  shadeOf,
  TARGET_RED,
  undrawnColours,
  type BoxColours,
} from "./graph-colours.js";
import { arrowsOf, detailsOf, titleOf, undrawnOf, type Arrow } from "./graph-labels.js";
import { flowOf } from "./graph-flow.js";
import { unmeasuredWidth } from "./graph-width.js";
import { escapeDotLabel } from "./harmless-text.js";

/** The widest of the common sans-serif fonts whose measures Graphviz has: boxes laid out for it fit the others. */
export const LAYOUT_FONT = "DejaVu Sans";

/**
 * The graph as DOT text that always parses, whatever the program's names are. References point downwards or to the
 * right. Nodes are `n<id>`, boxes for what is not drawn `more<id>`, arrows have the id `e<from>_<to>`; classes name the
 * kind, `shade<0…6>`, `target`, `highlighted`, `undrawn`.
 */
export function graphToDot(graph: ObjectGraph): string {
  const deepest = Math.max(0, ...graph.nodes.map(({ depth }) => depth));
  const depths = new Map(graph.nodes.map(({ id, depth }) => [id, depth]));
  return [
    "digraph {",
    `  graph [id="graph", rankdir=${flowOf(graph)}, bgcolor="white", fontname="${LAYOUT_FONT}", nodesep=0.25, ranksep=0.45]`,
    `  node [shape=box, style="rounded,filled", fontname="${LAYOUT_FONT}", fontsize=13, margin="0.08,0.05", height=0.3]`,
    `  edge [fontname="${LAYOUT_FONT}", fontsize=10, color="${EDGE_COLOUR}", fontcolor="${EDGE_LABEL_COLOUR}", arrowsize=0.7]`,
    ...graph.nodes.flatMap((node) => [nodeLine(node, deepest), ...undrawnLines(node, graph)]),
    ...arrowsOf(graph).map((arrow) => arrowLine(arrow, pointsOn(arrow, depths, graph))),
    "}",
    "",
  ].join("\n");
}

function nodeLine(node: GraphNode, deepest: number): string {
  const shade = shadeOf(node.depth, deepest);
  const colours = coloursOf(node, shade);
  const classes = [
    node.kind,
    `shade${shade}`,
    ...(node.isTarget ? ["target"] : []),
    ...(node.isHighlighted ? ["highlighted"] : []),
  ];
  return `  n${node.id} [${[
    `id="n${node.id}"`,
    `class="${classes.join(" ")}"`,
    `label=<${nodeLabel(node)}>`,
    `fillcolor="${colours.fill}"`,
    `color="${colours.border}"`,
    `fontcolor="${colours.text}"`,
    ...(node.isTarget || node.isHighlighted ? ["penwidth=2.5"] : []),
    ...(node.isHighlighted ? ["peripheries=2"] : []),
  ].join(", ")}]`;
}

/** A table, since lines of one text stand so close that the underscores of one touch the next. */
function nodeLabel(node: GraphNode): string {
  const title = titleOf(node);
  // Texts are long and seldom what is looked for.
  const isThin = node.kind === "text";
  const rows = [
    tableRow(title, 13, "", isThin ? escapeDotLabel(title) : `<B>${escapeDotLabel(title)}</B>`),
    ...detailsOf(node).map((line) => tableRow(line, 10, ` COLOR="${DETAIL_COLOUR}"`, escapeDotLabel(line))),
  ];
  return `<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">${rows.join("")}</TABLE>`;
}

function tableRow(text: string, size: number, font: string, markup: string): string {
  const width = unmeasuredWidth(text, size);
  const cell = width === null ? "" : ` WIDTH="${width}"`;
  return `<TR><TD ALIGN="LEFT"${cell}><FONT POINT-SIZE="${size}"${font}>${markup}</FONT></TD></TR>`;
}

function coloursOf(node: GraphNode, shade: number): BoxColours {
  const colours = node.kind === "module" ? moduleColours : node.kind === "root" ? rootColours : objectColours(shade);
  return {
    fill: colours.fill,
    border: node.isHighlighted ? HIGHLIGHT_BORDER : node.isTarget ? TARGET_RED : colours.border,
    text: node.isTarget ? TARGET_RED : colours.text,
  };
}

function undrawnLines(node: GraphNode, graph: ObjectGraph): string[] {
  const text = undrawnOf(node, graph);
  if (text === null) return [];
  const { fill, border, text: textColour } = undrawnColours;
  const box = `more${node.id}`;
  const [from, to] = graph.direction === "backrefs" ? [box, `n${node.id}`] : [`n${node.id}`, box];
  return [
    `  ${box} [id="${box}", class="undrawn", label="${text}", fontsize=10, height=0.25, margin="0.08,0.03", style="filled,dashed", fillcolor="${fill}", color="${border}", fontcolor="${textColour}"]`,
    `  ${from} -> ${to} [id="e_${box}", class="undrawn", style=dashed, color="${border}"]`,
  ];
}

function arrowLine({ from, to, label }: Arrow, pointsOn: boolean): string {
  const attributes = [`id="e${from}_${to}"`, `label=< ${escapeDotLabel(label)} >`];
  // What points back has no say in the layout, or a cycle could lift the target above what keeps it.
  if (!pointsOn) attributes.push("constraint=false");
  return `  n${from} -> n${to} [${attributes.join(", ")}]`;
}

/** Whether the reference leads towards the targets where those are the end, away from them where they are the start. */
function pointsOn({ from, to }: Arrow, depths: ReadonlyMap<number, number>, { direction }: ObjectGraph): boolean {
  const step = (depths.get(from) ?? 0) - (depths.get(to) ?? 0);
  return direction === "backrefs" ? step > 0 : step < 0;
}
