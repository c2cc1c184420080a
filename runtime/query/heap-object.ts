/** An object of a heap, as plain data: it outlives the heap, and may be sent to another thread. */
import type { NodeType } from "../heap/index.js";
import type { GraphNodeKind } from "./object-graph.js";

export interface HeapObject {
  /** V8's object id: the same in every snapshot of one process for as long as the object lives. */
  readonly id: number;
  readonly kind: GraphNodeKind;
  /** Its class: the constructor's name for objects, `function`, `string`, `module`, … */
  readonly className: string;
  /** What it is: `DB`, `function load`, `module src/errors.js`, `"a text"`. */
  readonly title: string;
  /** V8's type of the node. */
  readonly type: NodeType;
  /** Shallow size in bytes. */
  readonly size: number;
  /** Where its function or constructor is written, as `src/db.js:10`; null where V8 does not tell. */
  readonly place: string | null;
}

/** A reference from one object to another, through whatever V8 keeps between them. */
export interface ObjectReference {
  readonly from: HeapObject;
  readonly to: HeapObject;
  /** `.property`, `[0]`, `[key]`, `variable log`. */
  readonly label: string;
}

const IN_BATCHES = Symbol("in batches");

/** Asked about each of some objects. */
export type Question<Answer> = ((object: HeapObject) => Answer) & {
  /** Answers for many objects at once, where each call is dear. */
  readonly [IN_BATCHES]?: (objects: readonly HeapObject[]) => readonly Answer[];
};

/** A question whose answers are had for many objects at once. */
export function questionInBatches<Answer>(
  ask: (objects: readonly HeapObject[]) => readonly Answer[],
): Question<Answer> {
  const single = (object: HeapObject): Answer => ask([object])[0];
  return Object.assign(single, { [IN_BATCHES]: ask });
}

/** The answers for these objects, in their order. */
export function answersOf<Answer>(question: Question<Answer>, objects: readonly HeapObject[]): readonly Answer[] {
  const inBatches = question[IN_BATCHES];
  return inBatches === undefined ? objects.map((object) => question(object)) : inBatches(objects);
}
