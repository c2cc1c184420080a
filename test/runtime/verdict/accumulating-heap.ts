/** What piles up in small heaps: three snapshots, so two cohorts, and objects born in each. */
import type { AnchorKind } from "../../../runtime/heap/anchors.js";
import { Forest } from "../../../runtime/heap/forest.js";
import { Cohorts } from "../../../runtime/verdict/cohorts.js";
import { accumulationsOf, type Accumulation } from "../../../runtime/verdict/heap-growth.js";
import type { NamedHeap, NamedNode, NamedNodes } from "../heap/named-heap.js";

/** Ids up to 999 are old; those of the two cohorts begin at 1001 and 2001. */
export function cohorts(): Cohorts {
  const snapshots = new Cohorts();
  snapshots.close(10, 999);
  snapshots.close(30, 1999);
  snapshots.close(90, 2999);
  return snapshots;
}

/** The id of an object born in a cohort (0 or 1), the n-th of it. */
export function idIn(cohort: number, n: number): number {
  return 1001 + 1000 * cohort + 2 * n;
}

/** Nodes `<name>0`, `<name>1`, … of which the first `early` were born in cohort 0 and the rest in cohort 1. */
export function births(
  name: string,
  early: number,
  late: number,
  nodeOf: (index: number) => NamedNode = () => ({}),
  firstId = 0,
): NamedNodes {
  const nodes = Array.from({ length: early + late }, (_, index): [string, NamedNode] => [
    `${name}${index}`,
    {
      name,
      size: 16,
      id: index < early ? idIn(0, firstId + index) : idIn(1, firstId + index - early),
      ...nodeOf(index),
    },
  ]);
  return Object.fromEntries(nodes);
}

export function forestOf(
  heap: NamedHeap,
  anchors: Readonly<Record<string, AnchorKind>> = { module: "module" },
): Forest {
  const list = Object.entries(anchors).map(([key, kind]) => ({ node: heap.at(key), kind, name: `/app/${key}.mjs` }));
  return new Forest(heap.graph, list);
}

/** Those with births, the most first. */
export function pilesOf(heap: NamedHeap, anchors?: Readonly<Record<string, AnchorKind>>): Accumulation[] {
  const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
  return accumulationsOf(forestOf(heap, anchors), cohorts())
    .filter((pile) => sum(pile.births) > 0)
    .sort((left, right) => sum(right.births) - sum(left.births));
}
