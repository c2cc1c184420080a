/** Judges a share of the mutants in a thread of its own, so that one that hangs can be ended. */
import { parentPort, workerData } from "node:worker_threads";
import { judge, type Outcome } from "./judge.js";
import { mutantOf } from "./mutant.js";
import type { Seed } from "./seeds.js";

export interface Share {
  readonly seeds: readonly Seed[];
  readonly run: number;
  readonly from: number;
  readonly to: number;
}

export interface Judged {
  readonly index: number;
  readonly description: string;
  readonly outcome: Outcome;
  readonly milliseconds: number;
}

const { seeds, run, from, to } = workerData as Share;
parentPort?.postMessage("started");
for (let index = from; index < to; index++) {
  const startedAt = performance.now();
  const mutant = mutantOf(seeds, run, index);
  const outcome = judge(mutant, index);
  const judged: Judged = {
    index,
    description: mutant.description,
    outcome,
    milliseconds: performance.now() - startedAt,
  };
  parentPort?.postMessage(judged);
}
