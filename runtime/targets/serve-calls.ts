/** The worker's end of `SyncWorker`. */
import { parentPort, workerData } from "node:worker_threads";
import { SyncChannel, type ChannelEnd, type ChannelMessage, type FunctionHandle } from "./sync-channel.js";
import { AskFailed, packError } from "./thread-error.js";

/**
 * Has a function of the main thread answer for each of some plain objects, in their order: one round trip for them
 * all, so ask for many at a time.
 */
export type Ask = (handle: FunctionHandle, objects: readonly unknown[]) => unknown[];

export interface ServedCalls {
  /** Answers a call. Functions in the argument are handles, to be asked by `ask` before it returns. */
  call(method: string, argument: unknown, ask: Ask): unknown;
  /** Takes bytes that were pushed. What it throws, the next call throws. */
  receive?(bytes: Uint8Array): void;
}

/** Serves calls of the thread that started this one, for as long as that likes. */
export function serveCalls(served: ServedCalls): void {
  const end = workerData as ChannelEnd;
  const channel = new SyncChannel(end);
  let received: { readonly error: unknown } | null = null;

  const serve = (message: ChannelMessage): void => {
    if (message.type === "bytes") {
      const { length } = message.bytes;
      try {
        if (received === null) served.receive?.(message.bytes);
      } catch (error) {
        received = { error };
      }
      channel.confirm(length);
    } else if (message.type === "call") {
      try {
        if (received !== null) {
          const { error } = received;
          received = null;
          throw error;
        }
        channel.send({ type: "answer", value: served.call(message.method, message.argument, ask) });
      } catch (error) {
        channel.send({ type: "failure", error: packError(error) });
      }
    }
  };

  const ask: Ask = ({ leakproofFunction: handle }, objects) => {
    channel.send({ type: "ask", handle, objects });
    for (;;) {
      const message = channel.next();
      if (message.type === "answer") return message.value as unknown[];
      if (message.type === "failure") throw new AskFailed(message.error.thrownByMain ?? -1, message.error.message);
      // The function itself makes a call.
      serve(message);
    }
  };

  // eslint-disable-next-line leakproof/no-leaked-listener -- for as long as the thread lives
  end.port.on("message", serve);
  parentPort?.postMessage("serving");
}

/** Whether a part of an argument stands for a function. */
export function isFunctionHandle(value: unknown): value is FunctionHandle {
  return typeof value === "object" && value !== null && "leakproofFunction" in value;
}
