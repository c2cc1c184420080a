/** What was measured of one finding's holder: the input of every verdict. */
import type { Patience } from "./thresholds.js";
import type { Facts } from "../../rules/analysis/facts.js";
import type { Finding } from "../findings.js";
import type { HeapDecision } from "./decide-heap.js";
import type { Sample } from "./growth.js";
import type { HeapSuspect } from "./heap-suspect.js";

/** What one snapshot says of a holder instance. */
export interface HeapMark {
  readonly iteration: number;
  /** Bytes only the holder retains. */
  readonly retainedBytes: number;
  /** JavaScript objects only the holder retains. */
  readonly objects: number;
}

/** One holder object at run time, watched over the run. */
export interface InstanceEvidence {
  /** Constructor name. */
  readonly type: string;
  /** Entries, read live between iterations. */
  readonly sizes: readonly Sample[];
  /** Slots in the holder and the plain containers below it, read live. */
  readonly reach: readonly Sample[];
  /** Entries or slots read at rest, after collection: the only sizes that count for weak collections. */
  readonly rested: readonly Sample[];
  readonly isWeak: boolean;
  readonly marks: readonly HeapMark[];
  /** Whether it was still there at the last reading. */
  readonly isAlive: boolean;
}

/** How far the clock was moved on. */
export type Horizon = "an hour" | "two days";

/** Size before and after the clock was moved on. */
export interface Expiry {
  readonly before: number;
  readonly after: number;
  readonly horizon: Horizon;
  /** Whether a few objects were asked after, of which some may go and the leak stay. */
  readonly isSampled: boolean;
}

/** What piles up in the heap under a finding's holder. */
export interface TiedGrowth {
  readonly suspect: HeapSuspect;
  readonly decision: HeapDecision;
}

export interface Evidence {
  readonly finding: Finding;
  readonly facts: Facts;
  /** Whether the workload loaded the holder's module. */
  readonly isLoaded: boolean;
  /** How often the operations that grow the holder ran; null where coverage cannot tell. */
  readonly growRuns: number | null;
  /** The same, after warm-up. */
  readonly growRunsAfterWarmUp: number | null;
  readonly instances: readonly InstanceEvidence[];
  /** How many instances of a factory were seen in all; those that died are not among `instances`. */
  readonly instancesSeen: number;
  /** How often the holder's module was evaluated. */
  readonly timesLoaded: number;
  readonly iterations: number;
  readonly expiry: Expiry | "impossible" | null;
  /** Whether the run was ended because the heap had grown too far. */
  readonly isHeapFull: boolean;
  /** Whether the time budget ended the run. */
  readonly isTimeOver: boolean;
  readonly patience: Patience;
  /** Whether no more iterations will be run. */
  readonly isOver: boolean;
  /** Numbers written in the holder's file that may be its limit by a way that no comparison shows. */
  readonly writtenLimits: readonly number[];
  /** Removal code in a timer that never fired in the run. */
  readonly hasUnfiredTimer: boolean;
  /** What the finding explains of what piles up in the heap. */
  readonly tied: readonly TiedGrowth[];
  /** Iterations run at the newest snapshot. */
  readonly lastSnapshotAt: number;
}
