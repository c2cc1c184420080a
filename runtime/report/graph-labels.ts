/** What stands on the boxes and arrows of a picture, harmless and short enough to be read. */
import type { GraphEdge, GraphNode, ObjectGraph } from "../query/object-graph.js";
import { harmlessText } from "./harmless-text.js";
import { formatBytes } from "./pretty.js";

const TITLE_LENGTH = 60;
const PLACE_LENGTH = 60;
const EXTRA_LENGTH = 80;
const EDGE_LENGTH = 40;
/** References between the same two objects that are named; the others are counted. */
const NAMED_REFERENCES = 3;

/** @returns the first line of a node; of a module's path the end is kept */
export function titleOf(node: GraphNode): string {
  return harmlessText(node.title, TITLE_LENGTH, node.kind === "module" ? "middle" : "end");
}

export function placeOf(node: GraphNode): string | null {
  return node.place === null ? null : harmlessText(node.place, PLACE_LENGTH, "middle");
}

/** `1.2 MB retained`, or null where it was not asked for. */
export function retainedOf(node: GraphNode): string | null {
  return node.retainedBytes === null ? null : `${formatBytes(node.retainedBytes)} retained`;
}

export function extraOf(node: GraphNode): string | null {
  return node.extraInfo === null ? null : harmlessText(node.extraInfo, EXTRA_LENGTH);
}

/** The lines below the title. */
export function detailsOf(node: GraphNode): string[] {
  return [placeOf(node), retainedOf(node), extraOf(node)].filter((line) => line !== null);
}

/** `12 more backreferences`, or null where all are drawn. */
export function undrawnOf(node: GraphNode, { direction }: ObjectGraph): string | null {
  if (node.undrawn <= 0) return null;
  const noun = direction === "backrefs" ? "backreference" : "reference";
  return `${node.undrawn.toLocaleString("en-US")} more ${noun}${node.undrawn === 1 ? "" : "s"}`;
}

/** All references from one object to another, drawn as one arrow. */
export interface Arrow {
  readonly from: number;
  readonly to: number;
  readonly label: string;
}

/** One arrow for each pair of objects, in the order of the first references; those to objects not drawn are left out. */
export function arrowsOf({ nodes, edges }: ObjectGraph): Arrow[] {
  const drawn = new Set(nodes.map(({ id }) => id));
  const grouped = new Map<string, GraphEdge[]>();
  for (const edge of edges) {
    if (!drawn.has(edge.from) || !drawn.has(edge.to)) continue;
    const key = `${edge.from} ${edge.to}`;
    const group = grouped.get(key);
    if (group === undefined) grouped.set(key, [edge]);
    else group.push(edge);
  }
  return [...grouped.values()].map((group) => ({ from: group[0].from, to: group[0].to, label: labelOf(group) }));
}

function labelOf(edges: readonly GraphEdge[]): string {
  const named = edges.slice(0, NAMED_REFERENCES).map(({ label }) => harmlessText(label, EDGE_LENGTH));
  const more = edges.length - named.length;
  return named.join(", ") + (more > 0 ? ` and ${more.toLocaleString("en-US")} more` : "");
}
