/** A same-thread inspector session: no port, and nothing the workload can see. */
import inspector from "node:inspector";
import { performance } from "node:perf_hooks";
import { Error, Object, Promise, Reflect, Symbol } from "./natives.js";

const OBJECT_GROUP = "leakproof";
const COLLECTIONS = 3;
const TURNS_FOR_FINALIZERS = 3;
const isNode20 = process.versions.node.startsWith("20.");
// Taken before the workload can replace them.
const nextTurn = setImmediate;
const clearResourceTimings = performance.clearResourceTimings.bind(performance);
const ownPost: unknown = Reflect.get(inspector.Session.prototype, "post");
const post = ownPost as (
  this: inspector.Session,
  method: string,
  params: object,
  callback?: (error: Error | null, result: unknown) => void,
) => void;
/** Objects of ours that the inspector knows for the whole run. */
const OWN_GROUP = "leakproof.own";
const HOOK = "leakproof.hand-over";

// `node:vm` realms have global objects of their own, and the test runners' all have this one process.
const HOOKED = `process[Symbol.for("${HOOK}")]`;

/** Does something while code that the inspector evaluates can call the function. */
function hooked<Result>(callback: (value?: unknown) => unknown, work: () => Result): Result {
  const registered = Symbol.for(HOOK);
  Object.defineProperty(process, registered, { value: callback, configurable: true });
  try {
    return work();
  } finally {
    Reflect.deleteProperty(process, registered);
  }
}

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
  /** What is on its way to the inspector, or has come from it. */
  #handed: unknown = undefined;
  readonly #receiver: string;
  readonly #giver: string;

  constructor() {
    this.#session.connect();
    this.#receiver = this.#show((value) => void (this.#handed = value));
    this.#giver = this.#show(() => this.#handed);
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

  /** Counts how often each block runs from now on. */
  startCoverage(): void {
    this.postNow("Profiler.enable");
    this.postNow("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  }

  /** Sends a command whose answer may come in a later turn. */
  post(method: string, params: object = {}): Promise<unknown> {
    return new Promise((resolve, reject) => {
      post.call(this.#session, method, params, (error, result) => (error === null ? resolve(result) : reject(error)));
    });
  }

  /** Sends a command that V8 answers in place. Throws when it fails or did not answer at once. */
  postNow(method: string, params: object = {}): unknown {
    let outcome: { error: Error | null; result: unknown } | null = null;
    post.call(this.#session, method, params, (error, result) => {
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
    clearResourceTimings();
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
      post.call(this.#session, "Profiler.start", {});
      post.call(this.#session, "Profiler.stop", {});
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

  properties(objectId: string): Properties {
    return this.postNow("Runtime.getProperties", {
      objectId,
      ownProperties: true,
      generatePreview: false,
    }) as Properties;
  }

  /** The real object behind a remote one. */
  handOver(remote: RemoteObject): unknown {
    if (remote.objectId === undefined) return remote.value;
    this.#handed = undefined;
    const { objectId } = remote;
    try {
      this.#call(objectId, "function (receive) { receive(this); }", [{ objectId: this.#receiver }]);
    } catch {
      // Functions and objects of different realms do not meet as arguments.
      hooked(
        (value) => void (this.#handed = value),
        () => this.#call(objectId, `function () { ${HOOKED}(this); }`, []),
      );
    }
    const received = this.#handed;
    this.#handed = undefined;
    return received;
  }

  /** The id by which the inspector knows an object, until `release()`. */
  remoteOf(object: object): string {
    this.#handed = object;
    const remote = this.#call(this.#giver, "function () { return this(); }", []);
    this.#handed = undefined;
    return remote.objectId ?? "";
  }

  #call(objectId: string, functionDeclaration: string, parameters: readonly { objectId: string }[]): RemoteObject {
    const params = { objectId, functionDeclaration, arguments: parameters, objectGroup: OBJECT_GROUP, silent: true };
    return (this.postNow("Runtime.callFunctionOn", params) as { result: RemoteObject }).result;
  }

  // Shown once, before the workload is loaded.
  #show(callback: (value?: unknown) => unknown): string {
    return hooked(callback, () => {
      const params = { expression: HOOKED, objectGroup: OWN_GROUP };
      return (this.postNow("Runtime.evaluate", params) as { result: RemoteObject }).result.objectId ?? "";
    });
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
