/** A part of a heap as it is drawn: objects, references between them, and how many more there are. */

export type GraphNodeKind =
  /** The scope of a module of the user's. */
  | "module"
  | "function"
  | "object"
  | "text"
  /** What the runtime itself keeps things alive by: handles, lists of timers, Node's own modules. */
  | "root";

export interface GraphNode {
  /** V8's object id, unique in the graph. */
  readonly id: number;
  readonly kind: GraphNodeKind;
  /** What it is: `DB`, `function load`, `module src/errors.js`, `"a text"`. */
  readonly title: string;
  /** Where its function or constructor is written, as `src/db.js:10`; null where V8 does not tell. */
  readonly place: string | null;
  /** References between it and the nearest target, 0 for a target. */
  readonly depth: number;
  readonly isTarget: boolean;
  readonly isHighlighted: boolean;
  /** Bytes that would be freed with it; null where that was not asked for. */
  readonly retainedBytes: number | null;
  /** What the caller has to say about it (`extraInfo`); null for nothing. */
  readonly extraInfo: string | null;
  /** References on this node's far side that are not drawn, since there are too many. */
  readonly undrawn: number;
}

export interface GraphEdge {
  /** Ids of the object that refers and of the one that is referred to. */
  readonly from: number;
  readonly to: number;
  /** `.property`, `[0]`, `[key]`, `variable`. */
  readonly label: string;
}

export interface ObjectGraph {
  /** Whether it was followed from referrer to referrer or from what refers to what is referred to. */
  readonly direction: "backrefs" | "refs";
  /** In the order in which they were met, targets first. */
  readonly nodes: readonly GraphNode[];
  /** Always in the direction of the reference. */
  readonly edges: readonly GraphEdge[];
  /** The most references that were followed from a target. */
  readonly maxDepth: number;
}
