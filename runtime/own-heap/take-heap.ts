/** The heap of the running process, to be asked from inside it: in a debugger, at a prompt, in a test. */
import { MODULE_PREDICATE, type HeapHandle, type WorkerCall } from "./worker-calls.js";
import {
  isModule,
  type ClassCounts,
  type ClassGrowth,
  type Heap,
  type HeapObject,
  type NewObjects,
} from "../query/index.js";
import { captureOwnHeap, liveObject } from "./capture.js";
import { builtModule } from "../targets/built-module.js";
import { SyncWorker } from "../targets/sync-worker.js";

/** Questions that take no other heap. */
const QUESTIONS = [
  "summary",
  "types",
  "count",
  "byType",
  "at",
  "find",
  "referrers",
  "references",
  "isReachable",
  "leakingObjects",
  "retainedSize",
  "findBackrefChain",
  "findRefChain",
  "backrefs",
  "refs",
  "chain",
  "largest",
  "dominated",
  "dominatedGraph",
  "duplicates",
  "slices",
  "counts",
] as const satisfies readonly (keyof Heap)[];

/** A heap of this process: all that can be asked of a `Heap`, answered by another thread while the caller waits. */
export interface OwnHeap extends Pick<Heap, (typeof QUESTIONS)[number]> {
  readonly nodeCount: number;
  /** Milliseconds in which the process was brought to rest and wrote its heap, the parsing beside it included. */
  readonly captureMs: number;
  /** Milliseconds that the analysis took after that. */
  readonly analysisMs: number;
  /** Classes with more objects than before, those that grew the most first. */
  growth(before: OwnHeap | ClassCounts, limit?: number): ClassGrowth[];
  /** Objects that an earlier heap had not, by class. */
  newObjects(before: OwnHeap, options?: { readonly examples?: number }): NewObjects[];
  /** Those of one class. */
  newOfType(before: OwnHeap, className: string): HeapObject[];
  /** The object itself, alive in this process; undefined when it is gone. */
  value(object: HeapObject | number): unknown;
  /** Lets go of the heap. Needs not be called: the process ends without. */
  close(): void;
}

let worker: Promise<SyncWorker> | null = null;

/**
 * Takes the heap of this process, from a fresh turn of the event loop and after collections. It is parsed in a thread of
 * its own, whose memory is not in the picture. Ids of two heaps are comparable.
 *
 * @throws {Error} when the thread cannot be started or runs out of memory
 */
export async function takeHeap(): Promise<OwnHeap> {
  worker ??= SyncWorker.start(builtModule("./worker.js", import.meta.url));
  const started = worker;
  try {
    return await takeHeapBy(await started);
  } catch (error) {
    // It may have half a heap, or have ended: the next one begins anew.
    if (worker === started) worker = null;
    await started.then(
      (thread) => thread.close(),
      () => {},
    );
    throw error;
  }
}

async function takeHeapBy(thread: SyncWorker): Promise<OwnHeap> {
  const { captureMs } = await captureOwnHeap((chunk) => thread.push(chunk));
  const startedAt = performance.now();
  const finished = call(thread, { method: "finish", workingDirectory: process.cwd() });
  const { heap, nodeCount } = finished as { readonly heap: number; readonly nodeCount: number };
  const ask = (question: keyof Heap, parameters: readonly unknown[]): unknown =>
    call(thread, { method: "ask", heap, question, parameters: parameters.map(packed) });
  const questions = Object.fromEntries(
    [...QUESTIONS, "growth" as const, "newObjects" as const, "newOfType" as const].map((question) => [
      question,
      (...parameters: readonly unknown[]) => ask(question, parameters),
    ]),
  ) as unknown as Pick<OwnHeap, (typeof QUESTIONS)[number] | "growth" | "newObjects" | "newOfType">;
  const own: OwnHeap = {
    ...questions,
    nodeCount,
    captureMs,
    analysisMs: performance.now() - startedAt,
    value: (object) => liveObject(typeof object === "number" ? object : object.id),
    close: () => void call(thread, { method: "drop", heap }),
  };
  handles.set(own, { leakproofHeap: heap });
  return own;
}

const handles = new WeakMap<object, HeapHandle>();

function call(thread: SyncWorker, argument: WorkerCall): unknown {
  return thread.call(argument.method, argument);
}

// Functions go as handles; those that the thread knows itself, and heaps, by what stands for them.
function packed(value: unknown): unknown {
  if (value === isModule) return MODULE_PREDICATE;
  if (typeof value !== "object" || value === null) return value;
  const handle = handles.get(value);
  if (handle !== undefined) return handle;
  if (Array.isArray(value)) return value.map(packed);
  if (value instanceof Map) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, packed(item)]));
}
