/** A worker thread that the main thread calls as if it were a module of its own: it waits for each answer. */
import { MessageChannel, Worker, type MessagePort, type ResourceLimits } from "node:worker_threads";
import { InputError } from "../input-error.js";
import { newCounters, SyncChannel, type ChannelEnd, type FunctionHandle } from "./sync-channel.js";
import { packError, unpackError, type ThreadError } from "./thread-error.js";

/** The writer waits while the reader is so far behind: neither may fill the memory with what lies between. */
const UNREAD_LIMIT_BYTES = 16 << 20;

type Callback = (object: unknown) => unknown;

/**
 * The main thread's end; the worker's is `serveCalls`. The worker keeps no process from ending. What it holds is in a
 * heap of its own, so a snapshot of the main thread shows nothing of it.
 */
export class SyncWorker {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #channel: SyncChannel;
  readonly #callbacks = new Map<number, Callback>();
  readonly #thrown = new Map<number, unknown>();
  #lastHandle = 0;
  #end: string | null = null;

  private constructor(worker: Worker, end: ChannelEnd) {
    this.#worker = worker;
    this.#port = end.port;
    this.#channel = new SyncChannel(end, () => this.#requireRunning());
    const fail = (error: Error): void => void (this.#end ??= `the analysis thread failed: ${error.message}`);
    worker.once("error", fail);
    worker.once("exit", () => {
      worker.removeListener("error", fail);
      this.#end ??= "the analysis thread has ended";
    });
  }

  /**
   * Starts a worker from a module, as built, that calls `serveCalls`.
   *
   * @param resourceLimits of the thread, where Node's own are not wanted
   * @throws what the module throws when it is loaded
   */
  static async start(module: URL, resourceLimits: ResourceLimits = {}): Promise<SyncWorker> {
    const { port1, port2 } = new MessageChannel();
    const counters = newCounters();
    // The process's own preloads and loaders are none of the worker's.
    const { NODE_OPTIONS: _, ...environment } = process.env;
    const workerData: ChannelEnd = { port: port2, counters, side: "worker" };
    const worker = new Worker(module, {
      workerData,
      transferList: [port2],
      execArgv: [],
      env: environment,
      resourceLimits,
    });
    await new Promise<void>((resolve, reject) => {
      const fail = (error: Error): void => {
        port1.close();
        reject(error);
      };
      const exit = (): void => fail(new Error(`${module.href} ended before it served calls`));
      worker.once("error", fail);
      worker.once("exit", exit);
      worker.once("message", () => {
        worker.removeListener("error", fail);
        worker.removeListener("exit", exit);
        resolve();
      });
    });
    worker.unref();
    return new SyncWorker(worker, { port: port1, counters, side: "main" });
  }

  /**
   * Calls a method of the worker and waits for its answer. Functions in the argument (in arrays and plain objects of
   * any depth) run in this thread, one object at a time, while the call waits; they may make calls themselves.
   *
   * @throws what the method throws (`InputError` and `SnapshotError` keep their class), what a function in the
   * argument throws, or Error when the worker has ended
   */
  call(method: string, argument?: unknown): unknown {
    this.#requireRunning();
    const before = this.#lastHandle;
    try {
      this.#channel.send({ type: "call", method, argument: this.#withHandles(argument) });
      for (;;) {
        const message = this.#channel.next();
        if (message.type === "answer") return message.value;
        if (message.type === "failure") throw this.#unpacked(message.error);
        if (message.type === "ask") this.#answer(message.handle, message.objects);
      }
    } finally {
      for (const handle of this.#callbacks.keys()) if (handle > before) this.#callbacks.delete(handle);
      this.#lastHandle = before;
      if (before === 0) this.#thrown.clear();
    }
  }

  /**
   * Has the worker do something in the course of which it asks this thread for work that takes turns of the event loop.
   * Between two questions this thread stands still.
   *
   * @param answer does the work; what it throws ends the conversation, and is thrown
   * @throws what the worker's part throws, or Error when the worker has ended
   */
  async converse(argument: unknown, answer: (question: unknown) => Promise<unknown>): Promise<unknown> {
    this.#requireRunning();
    this.#channel.send({ type: "call", method: "converse", argument });
    let thrown: { readonly error: unknown } | null = null;
    for (;;) {
      const message = this.#channel.next();
      if (message.type === "call") {
        try {
          this.#channel.send({ type: "answer", value: await answer(message.argument) });
        } catch (error) {
          thrown = { error };
          this.#channel.send({ type: "failure", error: packError(error) });
        }
      } else {
        if (thrown !== null) throw thrown.error;
        if (message.type === "answer") return message.value;
        if (message.type === "failure") throw this.#unpacked(message.error);
      }
    }
  }

  /**
   * Streams bytes to the worker, whose `receive` gets them before any later call. They are handed over, and empty here
   * afterwards. Waits when the worker is 16 MiB behind.
   */
  push(bytes: Uint8Array): void {
    this.#requireRunning();
    this.#channel.sendBytes(ownBuffer(bytes), UNREAD_LIMIT_BYTES);
  }

  /** Ends the worker. May be called again. */
  async close(): Promise<void> {
    this.#end ??= "it is closed";
    this.#port.close();
    await this.#worker.terminate();
  }

  #answer(handle: number, objects: readonly unknown[]): void {
    try {
      const callback = this.#callbacks.get(handle);
      if (callback === undefined) throw new Error("the function's call has returned already");
      const value = objects.map((object) => answerAtOnce(callback(object)));
      this.#channel.send({ type: "answer", value });
    } catch (error) {
      const number = this.#thrown.size;
      this.#thrown.set(number, error);
      this.#channel.send({ type: "failure", error: packError(error, number) });
    }
  }

  #unpacked(error: ThreadError): unknown {
    const { thrownByMain } = error;
    return thrownByMain !== null && this.#thrown.has(thrownByMain)
      ? this.#thrown.get(thrownByMain)
      : unpackError(error);
  }

  #withHandles(value: unknown): unknown {
    if (typeof value === "function") {
      this.#callbacks.set(++this.#lastHandle, value as Callback);
      return { leakproofFunction: this.#lastHandle } satisfies FunctionHandle;
    }
    if (Array.isArray(value)) return value.map((item: unknown) => this.#withHandles(item));
    if (!isPlainObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.#withHandles(item)]));
  }

  /** Asks Node itself: this thread may be waiting, and no event reaches it. */
  #requireRunning(): void {
    const isLoopOver = this.#end === null && this.#worker.performance.eventLoopUtilization().idle < 0;
    if (isLoopOver) this.#end = "the analysis thread has ended: it may have run out of memory";
    if (this.#end !== null) throw new Error(`the heap can no longer be asked: ${this.#end}`);
  }
}

function answerAtOnce(answer: unknown): unknown {
  if (!(answer instanceof Promise)) return answer;
  answer.catch(() => {});
  throw new InputError("a function given to a query must answer at once: an async one cannot be waited for");
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** A small Buffer is a view of a pool, which cannot be handed over. */
function ownBuffer(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  const isWhole = buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength;
  return isWhole ? new Uint8Array(buffer) : new Uint8Array(bytes);
}
