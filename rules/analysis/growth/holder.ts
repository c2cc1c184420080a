import type { ContainerKind, CollectionKind } from "../facts.js";
import type { FunctionNode, Node, Variable } from "../syntax.js";

/** Where running code finds a holder: a variable, the module's exports, the global object, or each instance of a class. */
export type HolderRoot =
  | { readonly kind: "variable"; readonly variable: Variable }
  | { readonly kind: "exports" }
  | { readonly kind: "global" }
  | { readonly kind: "instance"; readonly definition: Node };

/** An operation on a holder. `depth` 0: on the collection itself; more: on a collection kept in it. */
export interface Operation {
  readonly operation: string;
  readonly node: Node;
  readonly receiver: Node;
  readonly depth: number;
  readonly key: Node | null;
  readonly values: readonly Node[];
}

/** Something that lives longer than the calls that add to it, with all that the file does to it. */
export interface Holder {
  readonly kind: CollectionKind;
  readonly name: string;
  readonly container: ContainerKind;
  readonly root: HolderRoot;
  readonly properties: readonly string[];
  /** Where the report stands. */
  readonly place: Node;
  /** The function each run of which makes such a holder; null where it is made once, at load. */
  readonly boundary: FunctionNode | null;
  readonly isExported: boolean;
  readonly initialisers: readonly Node[];
  readonly growths: readonly Operation[];
  readonly removals: readonly Operation[];
  readonly empties: readonly Operation[];
  readonly reads: readonly Operation[];
  readonly measures: readonly Node[];
  readonly iterations: readonly Node[];
  readonly escapes: readonly Node[];
}

/** Where a holder hangs: a variable, the module's exports or the global object, before any property of it. */
export interface Root {
  readonly root: HolderRoot;
  readonly name: string;
  readonly boundary: FunctionNode | null;
  readonly isImported: boolean;
  readonly declaration: Node | null;
}
