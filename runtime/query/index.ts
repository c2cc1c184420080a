/** Questions on a heap, after objgraph: a parsed snapshot in, plain data out. */
export { Heap, isModule, type ChainOptions, type ObjectReferenceLike } from "./heap.js";
export type { Chain } from "./chains.js";
export type { GraphOptions } from "./draw-graph.js";
export type { DuplicateText } from "./duplicates.js";
export type { ClassCounts, ClassGrowth, NewObjects } from "./growth.js";
export type { HeapObject, ObjectReference, Question } from "./heap-object.js";
export type { GraphEdge, GraphNode, GraphNodeKind, ObjectGraph } from "./object-graph.js";
export type { BranchOptions, DominatorBranch, RetainedObject } from "./retained.js";
export type { RetainedSlice } from "./slices.js";
export type { HeapSummary } from "./summary.js";
export type { TypeOptions, TypeOrder, TypeStatistics } from "./type-statistics.js";
export type { ViewOptions } from "./object-view.js";
