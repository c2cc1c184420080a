import type { HeapGraph } from "../heap/index.js";
import { InputError } from "../input-error.js";
import { chainFrom, chainFromModule, chainTo, type Chain } from "./chains.js";
import { classesOf, countOfClass, requireObjectsOfClass } from "./classes.js";
import { backrefsGraph, branchGraph, chainGraph, refsGraph, type GraphOptions } from "./draw-graph.js";
import { duplicateTexts, type DuplicateText } from "./duplicates.js";
import {
  countsOf,
  growthBetween,
  newNodesOf,
  newObjectsSince,
  type ClassCounts,
  type ClassGrowth,
  type NewObjects,
} from "./growth.js";
import { answersOf, type HeapObject, type ObjectReference, type Question } from "./heap-object.js";
import type { ObjectGraph } from "./object-graph.js";
import { ObjectView, type ViewOptions } from "./object-view.js";
import {
  dominatorBranch,
  largestObjects,
  objectsOfHandles,
  retainedSizeOf,
  type BranchOptions,
  type DominatorBranch,
  type RetainedObject,
} from "./retained.js";
import { retainedSlices, type RetainedSlice } from "./slices.js";
import { summarize, type HeapSummary } from "./summary.js";
import { typeStatistics, type TypeOptions, type TypeStatistics } from "./type-statistics.js";

/** An object as methods take it: one they gave, or its id, as a number or `@123`. */
export type ObjectReferenceLike = HeapObject | number | string;

export interface ChainOptions {
  /** References on the way at most; 20 for searches by predicate unless told. */
  readonly maxDepth?: number;
}

const DEFAULT_CHAIN_DEPTH = 20;
const DEFAULT_LIMIT = 20;
const MOST_EXAMPLES = 3;

/** Whether an object is a module of the user's, as in `findBackrefChain(object, isModule)`. */
export function isModule({ kind }: HeapObject): boolean {
  return kind === "module";
}

/**
 * The questions of Marius Gedminas' objgraph on a heap of V8's, and those that it has no words for: sizes, dominators,
 * places. Objects are plain data; sizes are bytes. Nothing is computed before a question needs it.
 */
export class Heap {
  /** The typed arrays beneath. */
  readonly graph: HeapGraph;
  readonly #options: ViewOptions;
  #seen: ObjectView | null = null;

  constructor(graph: HeapGraph, options: ViewOptions = {}) {
    this.graph = graph;
    this.#options = options;
  }

  get #view(): ObjectView {
    return (this.#seen ??= new ObjectView(this.graph, this.#options));
  }

  /** A heap at a glance. */
  summary(): HeapSummary {
    return summarize(this.#view);
  }

  /** Counts, shallow and retained sizes by class and place; `typestats` and `most_common_types` of objgraph. */
  types(options: TypeOptions = {}): TypeStatistics[] {
    return typeStatistics(this.#view, { limit: DEFAULT_LIMIT, ...options });
  }

  /** How many objects of a class there are; 0 for none. */
  count(className: string): number {
    return countOfClass(this.#view, className);
  }

  /**
   * The objects of a class, in the order of their ids; those of one function's name as `function load`.
   *
   * @throws {InputError} when there is none, with the names that come near
   */
  byType(className: string): HeapObject[] {
    return requireObjectsOfClass(this.#view, className).map((node) => this.#view.describe(node));
  }

  /** The object with this id. @throws {InputError} when there is none in this heap */
  at(id: number | string): HeapObject {
    return this.#view.describe(this.#nodeOf(id));
  }

  /** The objects for which the predicate holds, in the order of their ids. */
  find(holds: Question<boolean>): HeapObject[] {
    const objects = Array.from(classesOf(this.#view).nodes, (node) => this.#view.describe(node));
    const answers = answersOf(holds, objects);
    return objects.filter((_, index) => answers[index]).sort((left, right) => left.id - right.id);
  }

  /** What refers to an object directly (objgraph's and Python's `gc.get_referrers`). */
  referrers(object: ObjectReferenceLike): ObjectReference[] {
    return this.#view.referrers(this.#nodeOf(object)).map((reference) => this.#reference(reference));
  }

  /** What an object refers to directly (`gc.get_referents`). */
  references(object: ObjectReferenceLike): ObjectReference[] {
    return this.#view.references(this.#nodeOf(object)).map((reference) => this.#reference(reference));
  }

  /** Whether a module or, where none does, the runtime leads to it. */
  isReachable(object: ObjectReferenceLike): boolean {
    return chainFromModule(this.#view, this.#nodeOf(object)) !== null;
  }

  /**
   * Objects that no module of the user's leads to, and none of Node's: kept by handles of native code alone, or by
   * nothing that a snapshot shows (objgraph's `get_leaking_objects`). Those that keep the most first.
   */
  leakingObjects(limit = DEFAULT_LIMIT): RetainedObject[] {
    return objectsOfHandles(this.#view, limit);
  }

  /** Bytes that would be freed with an object. */
  retainedSize(object: ObjectReferenceLike): number {
    return retainedSizeOf(this.#view, this.#nodeOf(object));
  }

  /**
   * The shortest chain of references that ends at the object: from a module or, where none leads to it, from the runtime;
   * with a predicate, from an object for which it holds. Null where there is none.
   */
  findBackrefChain(object: ObjectReferenceLike, holds?: Question<boolean>, options: ChainOptions = {}): Chain | null {
    const node = this.#nodeOf(object);
    if (holds === undefined || holds === isModule) {
      const chain = chainFromModule(this.#view, node);
      const isTooLong = chain !== null && chain.references.length > (options.maxDepth ?? Infinity);
      const isModuleAsked = holds === isModule && chain !== null && chain.objects[0].kind !== "module";
      return isTooLong || isModuleAsked ? null : chain;
    }
    return chainFrom(this.#view, node, holds, options.maxDepth ?? DEFAULT_CHAIN_DEPTH);
  }

  /** The shortest chain of references from the object to one for which the predicate holds; null where there is none. */
  findRefChain(object: ObjectReferenceLike, holds: Question<boolean>, options: ChainOptions = {}): Chain | null {
    return chainTo(this.#view, this.#nodeOf(object), holds, options.maxDepth ?? DEFAULT_CHAIN_DEPTH);
  }

  /** What refers to the objects, and what to that, up to modules: for a picture. */
  backrefs(objects: ObjectReferenceLike | readonly ObjectReferenceLike[], options: GraphOptions = {}): ObjectGraph {
    return backrefsGraph(this.#view, this.#nodesOf(objects), options);
  }

  /** What the objects refer to, and what that does: for a picture. */
  refs(objects: ObjectReferenceLike | readonly ObjectReferenceLike[], options: GraphOptions = {}): ObjectGraph {
    return refsGraph(this.#view, this.#nodesOf(objects), options);
  }

  /** The objects of a chain: for a picture. */
  chain(chain: Chain, options: GraphOptions = {}): ObjectGraph {
    return chainGraph(this.#view, chain, options);
  }

  /** The objects that keep the most bytes. */
  largest(limit = DEFAULT_LIMIT): RetainedObject[] {
    return largestObjects(this.#view, limit);
  }

  /** What an object alone keeps, as a tree. */
  dominated(object: ObjectReferenceLike, options: BranchOptions = {}): DominatorBranch {
    return dominatorBranch(this.#view, this.#nodeOf(object), options);
  }

  /** The same tree: for a picture. */
  dominatedGraph(branch: DominatorBranch, options: Pick<GraphOptions, "highlight" | "extraInfo"> = {}): ObjectGraph {
    return branchGraph(branch, options);
  }

  /** Texts that are in the heap several times, the most bytes in copies first. */
  duplicates(limit = DEFAULT_LIMIT): DuplicateText[] {
    return duplicateTexts(this.graph, limit);
  }

  /** Small parts of large texts and buffers, with the chains that keep them. */
  slices(limit = DEFAULT_LIMIT): RetainedSlice[] {
    return retainedSlices(this.#view, limit);
  }

  /** How many objects of each class there are, to compare a later heap with. */
  counts(): ClassCounts {
    return countsOf(this.#view);
  }

  /** Classes with more objects than before (objgraph's `growth`), those that grew the most first. */
  growth(before: Heap | ClassCounts, limit = DEFAULT_LIMIT): ClassGrowth[] {
    return growthBetween(before instanceof Heap ? before.counts() : before, this.counts()).slice(0, limit);
  }

  /** Objects that an earlier heap of the same process had not (objgraph's `get_new_ids`), by class. */
  newObjects(before: Heap, { examples = MOST_EXAMPLES }: { readonly examples?: number } = {}): NewObjects[] {
    return newObjectsSince(before.#view, this.#view, examples);
  }

  /** Those of one class, in the order of their ids. */
  newOfType(before: Heap, className: string): HeapObject[] {
    return newNodesOf(before.#view, this.#view, className).map((node) => this.#view.describe(node));
  }

  #reference(reference: {
    readonly from: number;
    readonly to: number;
    readonly edges: readonly number[];
  }): ObjectReference {
    const { from, to } = reference;
    return { from: this.#view.describe(from), to: this.#view.describe(to), label: this.#view.labelOf(reference) };
  }

  #nodesOf(objects: ObjectReferenceLike | readonly ObjectReferenceLike[]): number[] {
    return (isList(objects) ? objects : [objects]).map((object) => this.#nodeOf(object));
  }

  #nodeOf(object: ObjectReferenceLike): number {
    const id = typeof object === "object" ? object.id : idOf(object);
    const node = this.graph.nodeOfId(id);
    if (node < 0) throw new InputError(`no object @${id} in this heap: it is gone, or the id is of another process`);
    return this.#view.standsFor(node);
  }
}

function isList<Item>(items: Item | readonly Item[]): items is readonly Item[] {
  return Array.isArray(items);
}

function idOf(text: number | string): number {
  const id = typeof text === "number" ? text : Number(text.replace(/^@/, ""));
  if (!Number.isSafeInteger(id) || id < 0)
    throw new InputError(`${JSON.stringify(text)} is no object id: ids are whole numbers, as in @1234`);
  return id;
}
