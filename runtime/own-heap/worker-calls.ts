/** What is said to the thread in which heaps of the asking process are parsed. */
import type { Heap } from "../query/index.js";

/** What stands for a heap, or for `isModule`, among the parameters of a question. */
export interface HeapHandle {
  readonly leakproofHeap: number;
}

export const MODULE_PREDICATE = { leakproofPredicate: "isModule" } as const;

export type WorkerCall =
  | { readonly method: "finish"; readonly workingDirectory: string }
  | { readonly method: "drop"; readonly heap: number }
  | {
      readonly method: "ask";
      readonly heap: number;
      readonly question: keyof Heap;
      readonly parameters: readonly unknown[];
    };
