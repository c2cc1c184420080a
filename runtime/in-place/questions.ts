/** What the thread that judges and the thread that is measured say to each other. */
import type { Command, LoadedScript } from "../child/protocol.js";
import type { VerificationResult } from "../verdict/result.js";

/** What is to be measured, by the thread that runs it. */
export interface MeasureRequest {
  /** What reports call it. */
  readonly name: string;
  readonly workingDirectory: string;
  readonly timeBudgetMs: number;
  /** The most iterations to run, after which growth without a bound counts; null for as many as it takes. */
  readonly iterations: number | null;
}

/** Commands are those that a workload's process gets, but for its code and its coverage. */
export type Question =
  | Extract<
      Command,
      {
        type: "run" | "settle" | "snapshot" | "track" | "measure" | "advance-clock" | "sample" | "survivors" | "locals";
      }
    >
  /** The heap id of the function that is run, in the snapshot that was just taken: V8 follows no object before the first. */
  | { readonly type: "function-id" }
  /** The names of scripts as V8 knows them; answered by those that have a source map. */
  | { readonly type: "source-maps"; readonly names: readonly string[] };

/** The source maps of scripts, by V8's names of them. */
export type SourceMaps = ReadonlyMap<string, LoadedScript["sourceMap"]>;

export interface Measured {
  readonly result: VerificationResult;
  /** Growth of which more iterations would have to tell whether it ends, one line each. */
  readonly undecided: readonly string[];
  /** Whether there was time for the two snapshots without which nothing is seen to grow. */
  readonly isSeen: boolean;
}
