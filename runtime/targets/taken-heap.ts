import type { HeapGraph } from "../heap/graph.js";

/** A heap at one moment, and what it took to get it. */
export interface TakenHeap {
  readonly graph: HeapGraph;
  /** Milliseconds in which the process was brought to rest and wrote its heap; 0 for a file. */
  readonly captureMs: number;
  /** Milliseconds in which the snapshot was parsed. */
  readonly analysisMs: number;
}
