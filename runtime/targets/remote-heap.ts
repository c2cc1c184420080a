/** The heap at the other end of an inspector connection, parsed while it is still being written. */
import { performance } from "node:perf_hooks";
import { SnapshotParser } from "../heap/parse.js";
import { InputError } from "../input-error.js";
import type { InspectorConnection } from "./inspector-connection.js";
import { evaluateRemotely } from "./remote-evaluation.js";
import type { TakenHeap } from "./taken-heap.js";

const COLLECTIONS = 3;
/** V8 writes nothing while it walks the heap; its reports of progress break the silence. */
const SNAPSHOT_SILENCE_MS = 120_000;

export class RemoteHeap {
  readonly #connection: InspectorConnection;
  #last: Promise<unknown> = Promise.resolve();
  #needsLineEnds: boolean | null = null;

  constructor(connection: InspectorConnection) {
    this.#connection = connection;
  }

  /**
   * Brings the process to rest and takes its heap. Object ids of two heaps of one connection are comparable:
   * `HeapProfiler.disable`, after which V8 counts anew, is never sent. Asked again too early, it waits.
   *
   * @throws TargetGone when the process ends meanwhile, InputError when its heap cannot be read
   */
  take(): Promise<TakenHeap> {
    // Chunks carry no number, so that two snapshots at a time would mix.
    const taken = this.#last.then(() => this.#take());
    this.#last = taken.catch(() => {});
    return taken;
  }

  async #take(): Promise<TakenHeap> {
    const startedAt = performance.now();
    await this.#settle();
    await this.#cacheLineEnds();
    const reader = new ChunkReader();
    const stop = this.#connection.on("HeapProfiler.addHeapSnapshotChunk", (event) => reader.read(event));
    try {
      const parameters = { reportProgress: true };
      await this.#connection.send("HeapProfiler.takeHeapSnapshot", parameters, { silenceLimitMs: SNAPSHOT_SILENCE_MS });
      const graph = reader.end();
      return { graph, captureMs: performance.now() - startedAt - reader.busyMs, analysisMs: reader.busyMs };
    } catch (error) {
      if (error instanceof InputError || !(error instanceof Error)) throw error;
      throw new InputError(`${this.#connection.name}: its heap snapshot cannot be read: ${error.message}`);
    } finally {
      stop();
    }
  }

  async #settle(): Promise<void> {
    // What was logged is kept for DevTools to show.
    await this.#connection.send("Runtime.discardConsoleEntries");
    for (let i = 0; i < COLLECTIONS; i++) await this.#connection.send("HeapProfiler.collectGarbage");
  }

  /**
   * V8 before 11.5.130 (Node 20) computes a script's line ends anew for each location it writes. Starting and stopping
   * the CPU profiler makes it cache them and, unlike the debugger, leaves the speed of await alone.
   */
  async #cacheLineEnds(): Promise<void> {
    this.#needsLineEnds ??= (await evaluateRemotely(this.#connection, nodeVersion, { isAwaited: false })).startsWith(
      "20.",
    );
    if (!this.#needsLineEnds) return;
    for (const command of ["enable", "start", "stop", "disable"]) await this.#connection.send(`Profiler.${command}`);
  }
}

const nodeVersion = `typeof process === "object" && process !== null ? String(process.versions?.node) : ""`;

/** Parses chunks as they come, and keeps the first error, as an event's listener must not throw. */
class ChunkReader {
  /** Milliseconds spent here. */
  busyMs = 0;
  readonly #parser = new SnapshotParser();
  #error: Error | null = null;

  read(event: unknown): void {
    if (this.#error !== null) return;
    this.#timed(() => {
      try {
        // V8 escapes what is not ASCII.
        this.#parser.write(Buffer.from((event as { chunk: string }).chunk, "utf8"));
      } catch (error) {
        this.#error = error instanceof Error ? error : new Error(String(error));
      }
    });
  }

  end(): ReturnType<SnapshotParser["end"]> {
    if (this.#error !== null) throw this.#error;
    return this.#timed(() => this.#parser.end());
  }

  #timed<Result>(work: () => Result): Result {
    const startedAt = performance.now();
    try {
      return work();
    } finally {
      this.busyMs += performance.now() - startedAt;
    }
  }
}
