/** Chains of references: from a module to an object, and from an object to what it keeps. */
import { NONE } from "../heap/index.js";
import { answersOf, type HeapObject, type ObjectReference, type Question } from "./heap-object.js";
import type { NodeReference, ObjectView } from "./object-view.js";
import { forestOf } from "./owners.js";

/** References that follow from one another: the first starts at the chain's first object. */
export interface Chain {
  /** All objects on the way, both ends included; one object alone where the chain ends where it starts. */
  readonly objects: readonly HeapObject[];
  /** One fewer than objects. */
  readonly references: readonly ObjectReference[];
}

/** Objects looked at before a search without an answer is given up. */
const MOST_OBJECTS = 2_000_000;

/** The shortest chain from a module to the object; null where nothing that is known to live keeps it. */
export function chainFromModule(view: ObjectView, node: number): Chain | null {
  const forest = forestOf(view);
  if (forest.parents[node] === NONE && forest.anchorAt(node) === undefined) return null;
  const { edges } = forest.pathTo(node);
  const first = edges.length === 0 ? node : view.graph.edgeFrom(edges[0]);
  const references: NodeReference[] = [];
  let from = first;
  let way: number[] = [];
  for (const edge of edges) {
    way.push(edge);
    const to = view.graph.edgeTo(edge);
    if (!view.isObject(to) && to !== node) continue;
    references.push({ from: view.standsFor(from), to: view.standsFor(to), edges: way });
    way = [];
    from = to;
  }
  return chainOf(view, view.standsFor(first), references);
}

/**
 * The shortest chain from an object for which the predicate holds to this one (objgraph's `find_backref_chain`).
 *
 * @param most references on the way
 */
export function chainFrom(view: ObjectView, node: number, holds: Question<boolean>, most: number): Chain | null {
  const found = search(view, node, holds, most, (at) =>
    view.isModule(at) || view.isRoot(at) ? [] : view.referrers(at).map((reference) => [reference.from, reference]),
  );
  return found === null ? null : chainOf(view, found.end, found.references.toReversed());
}

/** The shortest chain from this object to one for which the predicate holds (objgraph's `find_ref_chain`). */
export function chainTo(view: ObjectView, node: number, holds: Question<boolean>, most: number): Chain | null {
  const found = search(view, node, holds, most, (at) =>
    view.references(at).map((reference) => [reference.to, reference]),
  );
  return found === null ? null : chainOf(view, node, found.references);
}

interface Found {
  readonly end: number;
  /** In the order in which they were walked. */
  readonly references: readonly NodeReference[];
}

/** Breadth first; a layer's objects are asked after together, and the first for which the predicate holds is taken. */
function search(
  view: ObjectView,
  start: number,
  holds: Question<boolean>,
  most: number,
  neighbours: (node: number) => readonly (readonly [node: number, reference: NodeReference])[],
): Found | null {
  const cameBy = new Map<number, { readonly before: number; readonly reference: NodeReference } | null>([
    [start, null],
  ]);
  let layer = [start];
  for (let steps = 0; layer.length > 0 && steps <= most; steps++) {
    const answers = answersOf(
      holds,
      layer.map((node) => view.describe(node)),
    );
    const at = answers.findIndex(Boolean);
    if (at >= 0) return { end: layer[at], references: wayTo(layer[at], cameBy) };
    if (cameBy.size > MOST_OBJECTS) return null;
    const next: number[] = [];
    for (const before of layer) {
      for (const [node, reference] of neighbours(before)) {
        if (cameBy.has(node)) continue;
        cameBy.set(node, { before, reference });
        next.push(node);
      }
    }
    layer = next;
  }
  return null;
}

function wayTo(
  end: number,
  cameBy: ReadonlyMap<number, { readonly before: number; readonly reference: NodeReference } | null>,
): NodeReference[] {
  const references: NodeReference[] = [];
  for (let step = cameBy.get(end); step != null; step = cameBy.get(step.before)) references.push(step.reference);
  return references.reverse();
}

function chainOf(view: ObjectView, first: number, references: readonly NodeReference[]): Chain {
  const objects = [view.describe(first), ...references.map(({ to }) => view.describe(to))];
  return {
    objects,
    references: references.map((reference, index) => ({
      from: objects[index],
      to: objects[index + 1],
      label: view.labelOf(reference),
    })),
  };
}
