/** What one heap has that an earlier one of the same process had not: objgraph's `growth` and `get_new_ids`. */
import { InputError } from "../input-error.js";
import { classesOf } from "./classes.js";
import type { HeapObject } from "./heap-object.js";
import type { ObjectView } from "./object-view.js";

/** How many objects of each class there are. */
export type ClassCounts = ReadonlyMap<string, number>;

export interface ClassGrowth {
  readonly className: string;
  /** Objects now. */
  readonly count: number;
  /** Objects more than before. */
  readonly growth: number;
}

export interface NewObjects {
  readonly className: string;
  readonly count: number;
  /** Shallow bytes of them all. */
  readonly size: number;
  /** Some of them. */
  readonly examples: readonly HeapObject[];
}

/** Ids that two heaps of one process have in common at least: what the runtime itself is made of never goes. */
const COMMON_IDS = 0.2;

export function countsOf(view: ObjectView): ClassCounts {
  return classesOf(view).counts;
}

/** Classes with more objects than before, those that grew the most first. */
export function growthBetween(before: ClassCounts, after: ClassCounts): ClassGrowth[] {
  return [...after]
    .map(([className, count]) => ({ className, count, growth: count - (before.get(className) ?? 0) }))
    .filter(({ growth }) => growth > 0)
    .sort((left, right) => right.growth - left.growth || right.count - left.count);
}

/**
 * Objects of the later heap that the earlier one had not, by class, those with the most bytes first.
 *
 * @throws {InputError} when the heaps are of different processes, whose ids say nothing of one another
 */
export function newObjectsSince(before: ObjectView, after: ObjectView, mostExamples: number): NewObjects[] {
  requireSameProcess(before, after);
  const groups: NewObjects[] = [];
  const classes = classesOf(after);
  for (const className of classes.counts.keys()) {
    const born = (classes.nodesOf(className) ?? []).filter((node) => before.graph.nodeOfId(after.graph.idOf(node)) < 0);
    if (born.length === 0) continue;
    groups.push({
      className,
      count: born.length,
      size: born.reduce((sum, node) => sum + after.graph.selfSize(node), 0),
      examples: born
        .slice(-mostExamples)
        .reverse()
        .map((node) => after.describe(node)),
    });
  }
  return groups.sort((left, right) => right.size - left.size || right.count - left.count);
}

/** The nodes of a class that the earlier heap had not, in the order of their ids. */
export function newNodesOf(before: ObjectView, after: ObjectView, className: string): number[] {
  requireSameProcess(before, after);
  const nodes = classesOf(after).nodesOf(className) ?? [];
  return nodes.filter((node) => before.graph.nodeOfId(after.graph.idOf(node)) < 0);
}

// Ids are handed out in turn: those of another process fall on objects of other classes.
function requireSameProcess(before: ObjectView, after: ObjectView): void {
  const functions = classesOf(before).nodesOf("function") ?? [];
  const same = functions.filter((node) => {
    const now = after.graph.nodeOfId(before.graph.idOf(node));
    return (
      now >= 0 &&
      after.graph.nodeTypes[now] === after.graph.types.closure &&
      nameOf(after, now) === nameOf(before, node)
    );
  });
  if (same.length < functions.length * COMMON_IDS) {
    throw new InputError("these heaps are of different processes, so new objects cannot be told: take both from one");
  }
}

function nameOf(view: ObjectView, node: number): string {
  return view.graph.nameOf(node);
}
