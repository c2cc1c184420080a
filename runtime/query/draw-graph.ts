/** The part of a heap around some objects, for a picture: objgraph's `show_backrefs`, `show_refs` and `show_chain`. */
import { dominatorTreeOf } from "../heap/index.js";
import { chainFromModule, type Chain } from "./chains.js";
import { answersOf, type HeapObject, type Question } from "./heap-object.js";
import type { GraphEdge, GraphNode, ObjectGraph } from "./object-graph.js";
import type { NodeReference, ObjectView } from "./object-view.js";
import type { DominatorBranch } from "./retained.js";

export interface GraphOptions {
  /** References followed from each target; 3 unless told. */
  readonly maxDepth?: number;
  /** References drawn of one object; how many more there are is told. 10 unless told. */
  readonly tooMany?: number;
  /** Only objects for which it holds are drawn, besides the targets. */
  readonly filter?: Question<boolean>;
  /** Objects that are marked. */
  readonly highlight?: Question<boolean>;
  /** A line of text about an object; empty or null for none. */
  readonly extraInfo?: Question<string | null>;
  /** Whether each object's retained size is computed, in bytes. */
  readonly retained?: boolean;
}

const DEFAULT_DEPTH = 3;
const DEFAULT_TOO_MANY = 10;

/** What refers to the targets, what refers to that, and so on; modules and roots are where it ends. */
export function backrefsGraph(view: ObjectView, targets: readonly number[], options: GraphOptions = {}): ObjectGraph {
  const onTheWay = new Set(targets.flatMap((target) => objectIdsOf(chainFromModule(view, target))));
  return grow(view, targets, options, {
    direction: "backrefs",
    isEnd: (node) => view.isModule(node) || view.isRoot(node),
    // The way to a module is drawn whatever else there is.
    neighboursOf: (node) =>
      sorted(
        view.referrers(node).map((reference) => ({ node: reference.from, reference })),
        ({ node: from }) => (onTheWay.has(view.graph.idOf(from)) ? 0 : 1),
      ),
  });
}

/** What the targets refer to, what that refers to, and so on. Modules are ends here as well. */
export function refsGraph(view: ObjectView, targets: readonly number[], options: GraphOptions = {}): ObjectGraph {
  const isTarget = new Set(targets);
  return grow(view, targets, options, {
    direction: "refs",
    isEnd: (node) => !isTarget.has(node) && (view.isModule(node) || view.isRoot(node)),
    neighboursOf: (node) => view.references(node).map((reference) => ({ node: reference.to, reference })),
  });
}

/** The objects of a chain and nothing else, the last one as the target. */
export function chainGraph(view: ObjectView, chain: Chain, options: GraphOptions = {}): ObjectGraph {
  const last = chain.objects.length - 1;
  const drawn = chain.objects.map((object, index) => ({ object, depth: last - index, undrawn: 0 }));
  return {
    direction: "backrefs",
    nodes: decorate(view, drawn, new Set([chain.objects[last].id]), options),
    edges: chain.references.map(({ from, to, label }) => ({ from: from.id, to: to.id, label })),
    maxDepth: last,
  };
}

/** A branch of the dominator tree: who alone keeps whom, with the bytes that would be freed. */
export function branchGraph(branch: DominatorBranch, { highlight, extraInfo }: GraphOptions = {}): ObjectGraph {
  const nodes: GraphNode[] = [];
  const edges: GraphEdge[] = [];
  const add = ({ object, retained, children, others }: DominatorBranch, depth: number): void => {
    nodes.push({
      ...nodeOf(object, depth),
      isTarget: depth === 0,
      isHighlighted: highlight?.(object) ?? false,
      retainedBytes: retained,
      extraInfo: extraInfo?.(object) ?? null,
      undrawn: others.count,
    });
    for (const child of children) {
      edges.push({ from: object.id, to: child.object.id, label: "keeps" });
      add(child, depth + 1);
    }
  };
  add(branch, 0);
  return { direction: "refs", nodes, edges, maxDepth: Math.max(...nodes.map(({ depth }) => depth)) };
}

function nodeOf({ id, kind, title, place }: HeapObject, depth: number) {
  return { id, kind, title, place, depth };
}

interface Neighbour {
  readonly node: number;
  readonly reference: NodeReference;
}

interface Walk {
  readonly direction: ObjectGraph["direction"];
  readonly isEnd: (node: number) => boolean;
  readonly neighboursOf: (node: number) => readonly Neighbour[];
}

interface Drawn {
  readonly object: HeapObject;
  readonly depth: number;
  undrawn: number;
}

function grow(view: ObjectView, targets: readonly number[], options: GraphOptions, walk: Walk): ObjectGraph {
  const { maxDepth = DEFAULT_DEPTH, tooMany = DEFAULT_TOO_MANY, filter } = options;
  const drawn = new Map<number, Drawn>();
  const edges: GraphEdge[] = [];
  let layer = [...new Set(targets)];
  for (const node of layer) drawn.set(node, { object: view.describe(node), depth: 0, undrawn: 0 });
  for (let depth = 1; layer.length > 0 && depth <= maxDepth; depth++) {
    const next: number[] = [];
    for (const node of layer) {
      if (walk.isEnd(node)) continue;
      const neighbours = kept(view, walk.neighboursOf(node), drawn, filter);
      const shown = neighbours.slice(0, tooMany);
      for (const { node: other, reference } of shown) {
        edges.push({
          from: view.graph.idOf(reference.from),
          to: view.graph.idOf(reference.to),
          label: view.labelOf(reference),
        });
        if (drawn.has(other)) continue;
        drawn.set(other, { object: view.describe(other), depth, undrawn: 0 });
        next.push(other);
      }
      const entry = drawn.get(node);
      if (entry !== undefined) entry.undrawn = neighbours.length - shown.length;
    }
    layer = next;
  }
  const targetIds = new Set(targets.map((node) => view.graph.idOf(node)));
  return { direction: walk.direction, nodes: decorate(view, [...drawn.values()], targetIds, options), edges, maxDepth };
}

/** Those that the filter lets through; what is drawn already needs not ask. */
function kept(
  view: ObjectView,
  neighbours: readonly Neighbour[],
  drawn: ReadonlyMap<number, Drawn>,
  filter: Question<boolean> | undefined,
): readonly Neighbour[] {
  if (filter === undefined) return neighbours;
  const answers = answersOf(
    filter,
    neighbours.map(({ node }) => view.describe(node)),
  );
  return neighbours.filter(({ node }, index) => drawn.has(node) || answers[index]);
}

function decorate(
  view: ObjectView,
  drawn: readonly Drawn[],
  targetIds: ReadonlySet<number>,
  { highlight, extraInfo, retained = false }: GraphOptions,
): GraphNode[] {
  const objects = drawn.map(({ object }) => object);
  const marks = highlight === undefined ? [] : answersOf(highlight, objects);
  const texts = extraInfo === undefined ? [] : answersOf(extraInfo, objects);
  const tree = retained ? dominatorTreeOf(view.graph) : null;
  return drawn.map(({ object, depth, undrawn }, index) => ({
    ...nodeOf(object, depth),
    isTarget: targetIds.has(object.id),
    isHighlighted: marks[index] ?? false,
    retainedBytes: tree === null ? null : tree.retainedSize(view.graph.nodeOfId(object.id)),
    extraInfo: texts[index] === "" ? null : (texts[index] ?? null),
    undrawn,
  }));
}

function objectIdsOf(chain: Chain | null): number[] {
  return chain?.objects.map(({ id }) => id) ?? [];
}

function sorted(neighbours: readonly Neighbour[], rank: (neighbour: Neighbour) => number): readonly Neighbour[] {
  return neighbours.toSorted((left, right) => rank(left) - rank(right));
}
