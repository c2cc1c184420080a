import { Worker } from "node:worker_threads";
import { mutantOf } from "./mutant.js";
import { fuzzSeeds, type Seed } from "./seeds.js";
import type { Judged, Share } from "./worker.js";

/** A mutant takes a hundredth of a second, the largest a few tenths, on an idle machine. */
const HANG_MS = 30_000;
const HEAP_LIMIT_MB = 512;

/**
 * Judges `count` mutants. A thread that hangs or runs out of memory is ended, which is a violation of the mutant it was
 * at, and the next one starts after it.
 */
export async function runMutants(run: number, count: number, seeds: readonly Seed[] = fuzzSeeds()): Promise<Judged[]> {
  const judged: Judged[] = [];
  while (judged.length < count) {
    const from = judged.length;
    const failure = await runShare({ seeds, run, from, to: count }, (result) => judged.push(result));
    if (failure === undefined) continue;
    const index = judged.length;
    const { description } = mutantOf(seeds, run, index);
    judged.push({ index, description, outcome: { kind: "violation", reason: failure }, milliseconds: HANG_MS });
  }
  return judged;
}

/** Why the thread ended before its time; `undefined` if it did not. */
async function runShare(share: Share, onJudged: (judged: Judged) => void): Promise<string | undefined> {
  // A thread does not take over the loader of the one that starts it. The package is found from the working directory.
  const entry = new URL("worker.ts", import.meta.url).href;
  const start = `import("tsx/esm/api").then(({ register }) => { register(); return import("${entry}"); })`;
  const worker = new Worker(start, {
    eval: true,
    workerData: share,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: HEAP_LIMIT_MB },
  });
  let isStarted = false;
  let lastAt = performance.now();
  const watch = { reason: undefined as string | undefined };
  const timer = setInterval(() => {
    if (performance.now() - lastAt < HANG_MS) return;
    watch.reason = `no answer for ${HANG_MS / 1000} s`;
    void worker.terminate();
  }, 500);
  worker.on("message", (message: Judged | "started") => {
    lastAt = performance.now();
    isStarted = true;
    if (message !== "started") onJudged(message);
  });
  try {
    await new Promise<void>((resolve, reject) => {
      worker.on("exit", () => resolve());
      worker.on("error", reject);
    });
    return watch.reason;
  } catch (error) {
    if (!isStarted) throw error;
    return error instanceof Error ? error.message : String(error);
  } finally {
    clearInterval(timer);
  }
}
