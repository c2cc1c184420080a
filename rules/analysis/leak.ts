import type { TSESLint, TSESTree } from "@typescript-eslint/utils";
import type { ContainerKind, HolderKind } from "./facts.js";
import type { Node, SourceCode } from "./syntax.js";

/**
 * One suspicion of a rule whose holder is not a collection that the file names: a listener, a timer, a subscription,
 * a promise, a field of an instance. (Collections with a name are `growth/`'s suspects.)
 */
export interface Leak {
  readonly messageId: string;
  /** What the message's placeholders stand for. */
  readonly data: Readonly<Record<string, string>>;
  /** Where the report stands: the holder's name, or the name of the registration's method. */
  readonly place: Node;
  /** Whether the option `report: "likely"` reports it. */
  readonly isLikely: boolean;
  readonly suggestions?: readonly Suggestion[];
  readonly holder: LeakHolder;
  /** The code that adds: each node's running is one more object kept. */
  readonly acquisitions: readonly Node[];
  /** The code that would let go, as far as the file has any. */
  readonly releases: readonly Node[];
}

export interface Suggestion {
  readonly messageId: string;
  readonly data?: Readonly<Record<string, string>>;
  readonly fix: TSESLint.ReportFixFunction;
}

/** What keeps the objects. */
export interface LeakHolder {
  readonly kind: HolderKind;
  /** As the user would write it: `process`, `this.socket`, `setInterval()`, `Session.#requests`. */
  readonly name: string;
  readonly container: ContainerKind;
  /** The expression that evaluates to the holder, where one does: the receiver of `bus.on(…)`. */
  readonly expression: Node | null;
  /** For fields: the class, or the constructor function, whose instances have it. */
  readonly owner?: { readonly definition: Node; readonly properties: readonly string[] };
  /** Functions of the file whose closures it keeps: handlers, callbacks, executors. */
  readonly closures: readonly Node[];
}

/** Finds the leaks of one rule in a file. */
export type Detector = (sourceCode: SourceCode) => readonly Leak[];

/** An identifier's node includes its type annotation; the report's place does not. */
export function placeOf(node: Node): TSESTree.SourceLocation {
  if (node.type !== "Identifier") return node.loc;
  const { start } = node.loc;
  return { start, end: { line: start.line, column: start.column + node.name.length } };
}
