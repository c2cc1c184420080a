/** Counts and sizes by class, as a table: objgraph's `typestats` and `most_common_types`, with sizes and places. */
import { classStatistics, dominatorTreeOf } from "../heap/index.js";
import type { ObjectView } from "./object-view.js";

export interface TypeStatistics {
  /** Class of objects, `function load`, or V8's kind of node in brackets: `(string)`. */
  readonly name: string;
  /** Where the constructor or function is written; keeps apart classes of one name. */
  readonly place: string | null;
  readonly count: number;
  /** Bytes of all of them. */
  readonly shallow: number;
  /** Bytes that would be freed if all were gone; what one keeps of another counts once. */
  readonly retained: number;
}

export type TypeOrder = "count" | "shallow" | "retained";

export interface TypeOptions {
  /** `count` unless told. */
  readonly sort?: TypeOrder;
  readonly limit?: number;
}

/** Of all that the roots retain, themselves not, in the order asked for. */
export function typeStatistics(view: ObjectView, { sort = "count", limit }: TypeOptions = {}): TypeStatistics[] {
  const { graph } = view;
  const include = (node: number): boolean => graph.nodeTypes[node] !== graph.types.synthetic;
  return classStatistics(graph, { tree: dominatorTreeOf(graph), include })
    .map(({ name, type, count, selfSize, retainedSize, example }) => ({
      name: type === "closure" ? `function ${name}` : name,
      place: view.placeOf(example),
      count,
      shallow: selfSize,
      retained: retainedSize,
    }))
    .sort((left, right) => right[sort] - left[sort] || right.shallow - left.shallow)
    .slice(0, limit);
}
