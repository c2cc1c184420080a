/** Measures a function in the isolate that runs it, by the same steps and with the same verdicts as `verify`. */
import { builtModule } from "../targets/built-module.js";
import { SyncWorker } from "../targets/sync-worker.js";
import { OwnIsolate } from "./own-isolate.js";
import { quietConsole } from "./quiet-console.js";
import type { Measured, MeasureRequest, Question } from "./questions.js";

export interface MeasureOptions {
  readonly iterations: number | null;
  readonly timeBudgetMs: number;
  /** Whose measurement it is: that of another owner, whose time is up, is ended. */
  readonly owner: unknown;
  /** Whether a method of the console is none of its own. */
  readonly isReplaced: (method: unknown) => boolean;
  /** Is called after the first iteration. */
  readonly onFirst: () => void;
}

interface Measurement {
  readonly owner: unknown;
  readonly isolate: OwnIsolate;
  /** Never rejects. */
  readonly ended: Promise<unknown>;
}

/** Another measurement is under way in this isolate, whose objects this one would count. */
export class IsolateBusy extends Error {}

/** What an owner whose time is up may take to end, beyond the iteration that it is in. */
const ENDING_MS = 1000;
// Taken before tests can fake it.
const startTimer = setTimeout;

let worker: Promise<SyncWorker> | null = null;
let current: Measurement | null = null;

/**
 * Runs a function again and again, and judges what it leaves in the heap. What it prints is shown for its first call.
 *
 * @throws {IsolateBusy} where another one is being measured
 * @throws what the function throws
 */
export async function measureInPlace(fn: () => unknown, options: MeasureOptions): Promise<Measured> {
  if (current !== null) await endOther(current, options.owner);
  let giveConsoleBack: (() => void) | null = null;
  const isolate = new OwnIsolate(fn, async () => {
    await fn();
    if (giveConsoleBack !== null) return;
    giveConsoleBack = quietConsole(options.isReplaced);
    options.onFirst();
  });
  const measured = converse(fn, isolate, options);
  const mine = { owner: options.owner, isolate, ended: measured.catch(() => {}) };
  current = mine;
  try {
    return await measured;
  } finally {
    isolate.end();
    (giveConsoleBack as (() => void) | null)?.();
    if (current === mine) current = null;
  }
}

async function converse(
  fn: () => unknown,
  isolate: OwnIsolate,
  { iterations, timeBudgetMs }: MeasureOptions,
): Promise<Measured> {
  worker ??= SyncWorker.start(builtModule("./worker.js", import.meta.url));
  const started = worker;
  try {
    const thread = await started;
    const request: MeasureRequest = {
      name: fn.name === "" ? "the function" : fn.name,
      workingDirectory: process.cwd(),
      iterations,
      timeBudgetMs,
    };
    const push = (bytes: Uint8Array): void => thread.push(bytes);
    return (await thread.converse(request, (question) => isolate.answer(question as Question, push))) as Measured;
  } catch (error) {
    // It may have half a heap, or have ended: the next one begins anew.
    if (worker === started) worker = null;
    void started.then(
      (thread) => thread.close(),
      () => {},
    );
    throw error;
  }
}

/** A test that has run out of time leaves its function running. */
async function endOther(other: Measurement, owner: unknown): Promise<void> {
  if (owner === undefined || other.owner === owner) throw new IsolateBusy();
  other.isolate.abort();
  await Promise.race([other.ended, new Promise((resolve) => startTimer(resolve, ENDING_MS))]);
  if (current !== null) throw new IsolateBusy();
}
