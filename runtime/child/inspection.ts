/** A same-thread inspector session: no port, and nothing the workload can see. */
import inspector from "node:inspector";
import { performance } from "node:perf_hooks";

const OBJECT_GROUP = "leakproof";
const COLLECTIONS = 3;
const TURNS_FOR_FINALIZERS = 3;
const isNode20 = process.versions.node.startsWith("20.");
const nextTurn = setImmediate;

export interface RemoteObject {
  readonly type: string;
  readonly subtype?: string;
  readonly className?: string;
  readonly description?: string;
  readonly value?: unknown;
  readonly objectId?: string;
}

export interface RemoteProperty {
  readonly name: string;
  readonly value?: RemoteObject;
}

interface Properties {
  readonly result: readonly RemoteProperty[];
  readonly internalProperties?: readonly RemoteProperty[];
  readonly privateProperties?: readonly RemoteProperty[];
}

export class Inspection {
  readonly #session = new inspector.Session();
  #sink: ((chunk: string) => void) | null = null;
  #sinkError: unknown = null;

  constructor() {
    this.#session.connect();
    // An exception in a notification listener is swallowed by Node and the snapshot goes on, so it is kept here.
    this.#session.on("HeapProfiler.addHeapSnapshotChunk", (message) => {
      if (this.#sink === null || this.#sinkError !== null) return;
      try {
        this.#sink(message.params.chunk);
      } catch (error) {
        this.#sinkError = error;
      }
    });
  }

  /** Sends a command whose answer may come in a later turn. */
  post(method: string, params: object = {}): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#session.post(method, params, (error, result) => (error === null ? resolve(result) : reject(error)));
    });
  }

  /** Sends a command that V8 answers in place. Throws when it fails or did not answer at once. */
  postNow(method: string, params: object = {}): unknown {
    let outcome: { error: Error | null; result: unknown } | null = null;
    this.#session.post(method, params, (error, result) => {
      outcome = { error, result };
    });
    const settled = outcome as { error: Error | null; result: unknown } | null;
    if (settled === null) throw new Error(`${method} did not answer in place`);
    if (settled.error !== null) throw settled.error;
    return settled.result;
  }

  /** Brings the process to rest: console entries and timing records dropped, handles released, garbage collected. */
  async settle(): Promise<void> {
    await new Promise<void>((resolve) => nextTurn(() => resolve()));
    this.forgetConsole();
    performance.clearResourceTimings();
    this.release();
    for (let i = 0; i < COLLECTIONS; i++) await this.post("HeapProfiler.collectGarbage");
    // Finalizers run in turns of their own.
    for (let i = 0; i < TURNS_FOR_FINALIZERS; i++) await new Promise<void>((resolve) => nextTurn(() => resolve()));
  }

  /** Lets go of what was logged. */
  forgetConsole(): void {
    this.postNow("Runtime.discardConsoleEntries");
  }

  /**
   * Streams a heap snapshot to `sink`. Rethrows the first error of `sink`.
   *
   * V8 before 11.5.130 computes a script's line ends anew for each location it writes. Starting and stopping the CPU
   * profiler makes it cache them (22 s become 1 s with the TypeScript compiler loaded) and, unlike
   * `Debugger.enable`, leaves block coverage and the speed of await alone.
   */
  async snapshot(sink: (chunk: string) => void): Promise<void> {
    if (isNode20) {
      this.#session.post("Profiler.start");
      this.#session.post("Profiler.stop");
    }
    this.#sink = sink;
    this.#sinkError = null;
    try {
      await this.post("HeapProfiler.takeHeapSnapshot", { reportProgress: false, captureNumericValue: true });
    } finally {
      this.#sink = null;
    }
    if (this.#sinkError !== null) throw this.#sinkError;
  }

  evaluate(expression: string): RemoteObject {
    return (
      this.postNow("Runtime.evaluate", { expression, objectGroup: OBJECT_GROUP, silent: true }) as {
        result: RemoteObject;
      }
    ).result;
  }

  properties(objectId: string): Properties {
    return this.postNow("Runtime.getProperties", {
      objectId,
      ownProperties: true,
      generatePreview: false,
    }) as Properties;
  }

  call(objectId: string, functionDeclaration: string): RemoteObject {
    const params = { objectId, functionDeclaration, objectGroup: OBJECT_GROUP, silent: true, returnByValue: true };
    return (this.postNow("Runtime.callFunctionOn", params) as { result: RemoteObject }).result;
  }

  /** The object of that heap id, or null when it is gone. About 25 ms: V8 walks the heap. */
  objectOfHeapId(heapId: string): RemoteObject | null {
    try {
      const params = { objectId: heapId, objectGroup: OBJECT_GROUP };
      return (this.postNow("HeapProfiler.getObjectByHeapObjectId", params) as { result: RemoteObject }).result;
    } catch {
      return null;
    }
  }

  heapIdOf(objectId: string): string {
    return (this.postNow("HeapProfiler.getHeapObjectId", { objectId }) as { heapSnapshotObjectId: string })
      .heapSnapshotObjectId;
  }

  /** Remote objects are GC roots until they are released. */
  release(): void {
    this.postNow("Runtime.releaseObjectGroup", { objectGroup: OBJECT_GROUP });
  }
}
