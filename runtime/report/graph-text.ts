/** A graph as an indented tree for the terminal. */
import type { GraphNode, ObjectGraph } from "../query/object-graph.js";
import { arrowsOf, detailsOf, titleOf, undrawnOf } from "./graph-labels.js";

/** Deeper lines are not moved further to the right: a list of ten thousand links stays readable and small. */
const DEEPEST_INDENT = 30;

/**
 * Targets first, under each what refers to it (or, followed the other way, what it refers to), in lines without any
 * control character. Each object stands once, under the first that is a step nearer the target; elsewhere a mark says
 * whether it is above or below.
 */
export function graphToText(graph: ObjectGraph): string {
  const steps = stepsOf(graph);
  const written = new Set<GraphNode>();
  const lines: string[] = [];
  // What is pointed to by no arrow of the graph is not lost.
  for (const start of [...graph.nodes.filter(({ isTarget }) => isTarget), ...graph.nodes]) {
    if (written.has(start)) continue;
    // A stack and not a recursion, for chains that are longer than the call stack.
    const pending: Entry[] = [{ kind: "node", node: start, depth: 0, how: "", isPlace: true }];
    for (let entry = pending.pop(); entry !== undefined; entry = pending.pop()) {
      lines.push("  ".repeat(Math.min(entry.depth, DEEPEST_INDENT)) + lineOf(entry, written));
      if (entry.kind === "undrawn" || !entry.isPlace || written.has(entry.node)) continue;
      written.add(entry.node);
      pending.push(...entriesBelow(entry.node, entry.depth + 1, steps, graph).reverse());
    }
  }
  return lines.map((line) => `${line}\n`).join("");
}

type Entry =
  | { readonly kind: "undrawn"; readonly depth: number; readonly text: string }
  | {
      readonly kind: "node";
      readonly node: GraphNode;
      readonly depth: number;
      /** By what reference one comes to it. */
      readonly how: string;
      /** Whether it may stand here with all that is behind it. */
      readonly isPlace: boolean;
    };

function lineOf(entry: Entry, written: ReadonlySet<GraphNode>): string {
  if (entry.kind === "undrawn") return entry.text;
  const { node, how, isPlace } = entry;
  const name = `${how}${titleOf(node)} @${node.id}`;
  if (written.has(node)) return `${name} (seen above)`;
  if (!isPlace) return `${name} (seen below)`;
  const marks = [...(node.isTarget ? ["[target]"] : []), ...(node.isHighlighted ? ["[highlighted]"] : [])];
  return [name, ...detailsOf(node), ...marks].join("  ");
}

function entriesBelow(
  node: GraphNode,
  depth: number,
  steps: ReadonlyMap<number, readonly Step[]>,
  graph: ObjectGraph,
): Entry[] {
  const nodes = (steps.get(node.id) ?? []).map(({ how, next }): Entry => {
    return { kind: "node", node: next, depth, how, isPlace: next.depth > node.depth };
  });
  const undrawn = undrawnOf(node, graph);
  return undrawn === null ? nodes : [...nodes, { kind: "undrawn", depth, text: undrawn }];
}

interface Step {
  readonly how: string;
  readonly next: GraphNode;
}

/** The steps away from the targets, for each node: `← .db of `, `→ .pool: `. */
function stepsOf(graph: ObjectGraph): ReadonlyMap<number, readonly Step[]> {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const steps = new Map<number, Step[]>();
  for (const { from, to, label } of arrowsOf(graph)) {
    const isBack = graph.direction === "backrefs";
    const [here, next] = isBack ? [to, nodes.get(from)] : [from, nodes.get(to)];
    if (next === undefined) continue;
    const step = { how: isBack ? `← ${label} of ` : `→ ${label}: `, next };
    const list = steps.get(here);
    if (list === undefined) steps.set(here, [step]);
    else list.push(step);
  }
  return steps;
}
