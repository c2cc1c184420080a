/** What a verification answers: the data behind every report, and the JSON contract (docs/report-schema.json). */

export const verdicts = ["confirmed", "refuted", "inconclusive", "not-exercised", "unretained"] as const;

/**
 * `confirmed`: grew to the end with no bound seen. `refuted`: stopped, or shrinks by itself. `inconclusive`: the run
 * could not tell. `not-exercised`: none of the code that grows the holder ran. `unretained`: the binding does not
 * exist at run time.
 */
export type Verdict = (typeof verdicts)[number];

/** One hop of a chain of references. */
export interface ChainHop {
  /** How the hop is reached from the one before: a name, `.property`, `[0]`, `closure variable x`. */
  readonly edge: string;
  /** The object's constructor, `function name`, or `module`. */
  readonly type: string;
  /** Where the function or constructor is written; null where V8 does not say. */
  readonly file: string | null;
  readonly line: number | null;
  /** Entries, for the holder at the end of the run; null for the other hops. */
  readonly size: number | null;
  /** How many siblings have this shape, itself included. */
  readonly count: number;
  /** Bytes freed if the object were, in the snapshot that the chain was taken from; null for modules. */
  readonly retainedBytes: number | null;
  /** Whether this is the holder that the finding is about. */
  readonly flagged: boolean;
}

export interface Checkpoint {
  readonly iteration: number;
  readonly size: number;
}

export interface Growth {
  /** Entries per iteration over the second half of the run. */
  readonly perIteration: number;
  /** Bytes retained per iteration, from the snapshots; null where they could not be tied to the holder. */
  readonly bytesPerIteration: number | null;
  readonly checkpoints: readonly Checkpoint[];
}

export interface HolderSummary {
  readonly kind: string;
  readonly name: string;
  readonly module: string;
  /** Constructor at run time; null where the holder was not found. */
  readonly type: string | null;
  /** Entries at the end of the run. */
  readonly size: number | null;
}

export interface JudgedFinding {
  readonly ruleId: string;
  /** Relative to the working directory, with `/`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly verdict: Verdict;
  /** Why, in one line. */
  readonly reason: string;
  readonly holder: HolderSummary | null;
  readonly growth: Growth | null;
  /** From the module to what the holder keeps; empty unless confirmed. */
  readonly chain: readonly ChainHop[];
  /** Removal code that never ran: what a tear-down could call. Null where there is none. */
  readonly note: string | null;
  /** For what is confirmed, one line that says what would free the objects; else null. */
  readonly advice: string | null;
  readonly fingerprint: string | null;
  /**
   * Fingerprints of all growth in the heap that this is. By them a leak is known again where another run has it as
   * `unflagged`, or by another part of it.
   */
  readonly heapFingerprints: readonly string[];
}

/** Growth that no finding explains. */
export interface UnflaggedGrowth extends Omit<JudgedFinding, "ruleId" | "file" | "line" | "column"> {
  /** The module that the chain begins at, or the place of the first function on it; null where there is neither. */
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
}

/** How fast a holder grows in one of two runs. */
export interface Rate {
  /** `confirmed` also for growth that no finding explains; `refuted` where none was left of it. */
  readonly verdict: Verdict;
  readonly perIteration: number;
  /** Entries at the end; null where none were counted. */
  readonly size: number | null;
}

/** A second run with an export of the user's called after each iteration. */
export interface ReleaseComparison {
  /** Relative to the working directory, with `/`. */
  readonly module: string;
  readonly export: string;
  readonly iterations: number;
  /** What the first run confirmed, in its order. */
  readonly entries: readonly {
    readonly fingerprint: string | null;
    readonly name: string;
    readonly file: string | null;
    readonly line: number | null;
    readonly before: Rate;
    readonly after: Rate;
  }[];
}

/** What became of the leaks of an earlier report (`--baseline`). */
export interface BaselineComparison {
  /** The earlier report, as it was named. */
  readonly file: string;
  /** Fingerprints of the leaks of this run that were known: they fail nobody. */
  readonly known: readonly string[];
  /** Leaks of the earlier report that this run did not confirm. */
  readonly gone: readonly {
    readonly fingerprint: string;
    readonly name: string;
    readonly file: string | null;
    readonly line: number | null;
  }[];
}

/** Which part of all findings a run judged (`--shard`). */
export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly count: number;
  /** Findings of all shards together. */
  readonly findings: number;
  /** A hash of the places of all findings: shards that agree on what there is to judge have the same. */
  readonly digest: string;
}

/** Of a run of test files (`--vitest`). */
export interface SuiteResult {
  /** Test files that were run again and again. */
  readonly files: number;
  /** Why others were not: they failed without isolation, or when they were run again. */
  readonly failures: readonly {
    /** Relative to the working directory, with `/`. */
    readonly file: string;
    /** Null for a file that could not be loaded, or whose hook failed. */
    readonly test: string | null;
    readonly message: string;
  }[];
  /** What each file leaves behind, by file. */
  readonly left: readonly {
    readonly file: string;
    /** Of the leak, which is among `findings` or `unflagged`. */
    readonly fingerprint: string | null;
    readonly name: string;
    readonly module: string;
    /** Entries that stay of one run of the file. */
    readonly perRun: number;
    /** An export of the module that would take them out, and that the file does not call; null where none was found. */
    readonly tearDown: string | null;
  }[];
}

/** What the time of a run was spent on, in milliseconds. */
export interface Timings {
  /** The workload's own work. */
  readonly workloadMs: number;
  /** V8 collecting garbage, writing snapshots and looking objects up in the heap. */
  readonly captureMs: number;
  /** Reading snapshots, attribution, verdicts. */
  readonly analysisMs: number;
  readonly totalMs: number;
}

export interface SeriesPoint {
  readonly iteration: number;
  readonly elapsedMs: number;
  readonly rss: number;
  readonly heapUsed: number;
  /** JavaScript objects in the snapshot taken at this point; null where none was taken. */
  readonly objects: number | null;
}

export interface VerificationResult {
  readonly schemaVersion: 1;
  readonly node: string;
  readonly workload: string;
  /** Iterations that were run. */
  readonly iterations: number;
  /** `time-budget` and `heap-limit`: stopped early, so some verdicts may be inconclusive. */
  readonly status: "complete" | "time-budget" | "heap-limit";
  readonly summary: Readonly<Record<Verdict | "unflagged", number>>;
  /** Iteration at which the snapshot that chains are read from was taken. */
  readonly chainsTakenAt: number;
  readonly findings: readonly JudgedFinding[];
  /** Those that keep the most bytes per iteration first. */
  readonly unflagged: readonly UnflaggedGrowth[];
  readonly series: readonly SeriesPoint[];
  readonly timings: Timings;
  /** Null where no export was to be called. */
  readonly release: ReleaseComparison | null;
  /** Null without `--baseline`. */
  readonly baseline: BaselineComparison | null;
  /** Null where all findings were judged. */
  readonly shard: Shard | null;
  /** Null where no test files were run. */
  readonly suite: SuiteResult | null;
}
