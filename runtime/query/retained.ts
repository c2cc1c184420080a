/** Who keeps the most alive: the dominator tree, as far as it is made of objects that users know. */
import { dominatorTreeOf, type DominatorTree } from "../heap/index.js";
import type { HeapObject } from "./heap-object.js";
import type { ObjectView } from "./object-view.js";
import { isOfHandles, isOfRuntime } from "./owners.js";

export interface RetainedObject {
  readonly object: HeapObject;
  /** Bytes that would be freed with it. */
  readonly retained: number;
}

export interface DominatorBranch extends RetainedObject {
  /** Objects that are kept by it alone, those that keep the most first. */
  readonly children: readonly DominatorBranch[];
  /** Objects like these that are left out, and the bytes they keep. */
  readonly others: { readonly count: number; readonly retained: number };
}

export interface BranchOptions {
  /** Levels below the object; 3 unless told. */
  readonly maxDepth?: number;
  /** Children of each object; 10 unless told. */
  readonly tooMany?: number;
}

/** Bytes that would be freed with an object: all nodes of a module together. */
export function retainedSizeOf(view: ObjectView, node: number): number {
  return dominatorTreeOf(view.graph).retainedSize(node);
}

/**
 * The objects that keep the most bytes; objects inside others among them are listed too. What only Node's own modules
 * lead to is left out: it is there in every program.
 */
export function largestObjects(view: ObjectView, limit: number): RetainedObject[] {
  return largest(view, limit, (node) => !isOfRuntime(view, node));
}

function largest(view: ObjectView, limit: number, isAsked: (node: number) => boolean): RetainedObject[] {
  const tree = dominatorTreeOf(view.graph);
  const nodes: number[] = [];
  for (const node of tree.order) if (view.isObject(node) && !view.isRoot(node) && isAsked(node)) nodes.push(node);
  return nodes
    .sort((left, right) => tree.retainedSize(right) - tree.retainedSize(left))
    .slice(0, limit)
    .map((node) => ({ object: view.describe(node), retained: tree.retainedSize(node) }));
}

/** Objects that only handles of native code lead to, those that keep the most bytes first. */
export function objectsOfHandles(view: ObjectView, limit: number): RetainedObject[] {
  return largest(view, limit, (node) => isOfHandles(view, node));
}

/** What an object keeps alone, and what that keeps, as a tree. */
export function dominatorBranch(view: ObjectView, node: number, options: BranchOptions = {}): DominatorBranch {
  const { maxDepth = 3, tooMany = 10 } = options;
  const tree = dominatorTreeOf(view.graph);
  const branch = (at: number, depth: number): DominatorBranch => {
    const children = depth === 0 ? [] : visibleChildren(view, tree, at);
    const shown = children.slice(0, tooMany);
    const rest = children.slice(tooMany);
    return {
      object: view.describe(at),
      retained: tree.retainedSize(at),
      children: shown.map((child) => branch(child, depth - 1)),
      others: { count: rest.length, retained: rest.reduce((sum, child) => sum + tree.retainedSize(child), 0) },
    };
  };
  return branch(node, maxDepth);
}

/** The nearest objects below a node in the dominator tree, through V8's own nodes. */
function visibleChildren(view: ObjectView, tree: DominatorTree, node: number): number[] {
  const found: number[] = [];
  const waiting = [...tree.children(node)];
  for (let child = waiting.pop(); child !== undefined; child = waiting.pop()) {
    if (view.isObject(child)) found.push(child);
    else waiting.push(...tree.children(child));
  }
  return found.sort((left, right) => tree.retainedSize(right) - tree.retainedSize(left));
}
