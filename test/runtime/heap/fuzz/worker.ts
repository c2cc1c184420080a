/** Judges a share of the mutants in a thread of its own, so that one that hangs can be ended. */
import { parentPort, workerData } from "node:worker_threads";
import { parseSnapshot } from "../../../../runtime/heap/index.js";
import { askEverything } from "./ask.js";
import { judge, type Outcome } from "./judge.js";
import { mutantOf, type Mutant } from "./mutant.js";
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
  const outcome = await outcomeOf(mutant, index);
  const judged: Judged = {
    index,
    description: mutant.description,
    outcome,
    milliseconds: performance.now() - startedAt,
  };
  parentPort?.postMessage(judged);
}

/** What the engine makes of it and, where that is a graph, what the questions and pictures make of that. */
async function outcomeOf(mutant: Mutant, index: number): Promise<Outcome> {
  const outcome = judge(mutant, index);
  if (outcome.kind !== "graph") return outcome;
  try {
    await askEverything(await parseSnapshot([mutant.bytes]), index);
    return outcome;
  } catch (error) {
    return { kind: "violation", reason: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
