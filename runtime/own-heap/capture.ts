/** The heap of the process that asks, streamed away as it is written so that little of that stays in it. */
import inspector from "node:inspector";
import { performance } from "node:perf_hooks";

const COLLECTIONS = 3;
const TURNS_FOR_FINALIZERS = 3;
const isNode20 = process.versions.node.startsWith("20.");
const encoder = new TextEncoder();

/** One for good: V8 gives the objects new ids when the session ends. */
let session: inspector.Session | null = null;
let last: Promise<unknown> = Promise.resolve();

/**
 * Brings this thread to rest and takes a snapshot of its heap; other threads have heaps of their own. Object ids of
 * two snapshots are comparable. Asked again too early, it waits.
 *
 * Between the snapshot's bytes this thread stands still. To keep the analysis out of the next snapshot, hand each
 * chunk to `SyncWorker.push`.
 *
 * @param onChunk called in order with the bytes of the snapshot, each in a buffer of its own
 * @returns milliseconds from the first collection to the last byte, those of `onChunk` included
 * @throws the first error of `onChunk`
 */
export function captureOwnHeap(onChunk: (chunk: Uint8Array) => void): Promise<{ readonly captureMs: number }> {
  const captured = last.then(() => capture(onChunk));
  last = captured.catch(() => {});
  return captured;
}

async function capture(onChunk: (chunk: Uint8Array) => void): Promise<{ captureMs: number }> {
  const post = connected();
  const startedAt = performance.now();
  await settle(post);
  // V8 before 11.5.130 computes a script's line ends anew for each location, unless a profiler has cached them.
  if (isNode20) for (const command of ["enable", "start", "stop", "disable"]) await post(`Profiler.${command}`);
  await stream(post, onChunk);
  return { captureMs: performance.now() - startedAt };
}

interface FoundObject {
  readonly result?: { readonly objectId?: string };
}

const HAND_OVER = Symbol("leakproof hand-over");

/**
 * The object with an id of the last snapshot, or of one before it.
 *
 * @returns undefined when it is gone, or is none that the language can name
 */
export function liveObject(id: number): unknown {
  if (session === null) return undefined;
  const found = answerOf("HeapProfiler.getObjectByHeapObjectId", {
    objectId: `${id}`,
  }) as FoundObject | undefined;
  const objectId = found?.result?.objectId;
  if (objectId === undefined) return undefined;
  const handed: { value?: unknown } = {};
  Reflect.set(globalThis, HAND_OVER, (value: unknown) => void (handed.value = value));
  try {
    const receive = `function (object) { for (const key of Object.getOwnPropertySymbols(globalThis)) if (key.description === ${JSON.stringify(HAND_OVER.description)}) globalThis[key](this); }`;
    answerOf("Runtime.callFunctionOn", { objectId, functionDeclaration: receive, silent: true });
  } finally {
    Reflect.deleteProperty(globalThis, HAND_OVER);
    answerOf("Runtime.releaseObject", { objectId });
  }
  return handed.value;
}

/** V8 answers a session of the same thread in place. */
function answerOf(method: string, parameters: object): unknown {
  let answer: unknown;
  session?.post(method, parameters, (_, result) => void (answer = result));
  return answer;
}

type Post = (method: string, parameters?: object) => Promise<unknown>;

function connected(): Post {
  if (session === null) {
    session = new inspector.Session();
    session.connect();
  }
  const open = session;
  return (method, parameters = {}) =>
    new Promise((resolve, reject) => {
      open.post(method, parameters, (error, result) => (error === null ? resolve(result) : reject(error)));
    });
}

async function settle(post: Post): Promise<void> {
  await nextTurn();
  // What was logged is kept for DevTools to show.
  await post("Runtime.discardConsoleEntries");
  for (let i = 0; i < COLLECTIONS; i++) await post("HeapProfiler.collectGarbage");
  for (let i = 0; i < TURNS_FOR_FINALIZERS; i++) await nextTurn();
}

async function stream(post: Post, onChunk: (chunk: Uint8Array) => void): Promise<void> {
  // Node swallows what a listener throws, and the snapshot goes on.
  let failure: { readonly error: unknown } | null = null;
  const receive = ({ params }: { readonly params: { readonly chunk: string } }): void => {
    if (failure !== null) return;
    try {
      onChunk(encoder.encode(params.chunk));
    } catch (error) {
      failure = { error };
    }
  };
  session?.on("HeapProfiler.addHeapSnapshotChunk", receive);
  try {
    await post("HeapProfiler.takeHeapSnapshot", { reportProgress: false });
  } finally {
    session?.removeListener("HeapProfiler.addHeapSnapshotChunk", receive);
  }
  const failed = failure as { readonly error: unknown } | null;
  if (failed !== null) throw failed.error;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
