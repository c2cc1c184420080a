/** Both ends of a channel between two threads on which each can wait for the other without its event loop. */
import { receiveMessageOnPort, type MessagePort, type Transferable } from "node:worker_threads";
import type { ThreadError } from "./thread-error.js";

/** Stands for a function of the main thread in what is sent to the worker; good until its call has returned. */
export interface FunctionHandle {
  readonly leakproofFunction: number;
}

export type ChannelMessage =
  | { readonly type: "call"; readonly method: string; readonly argument: unknown }
  | { readonly type: "ask"; readonly handle: number; readonly objects: readonly unknown[] }
  | { readonly type: "answer"; readonly value: unknown }
  | { readonly type: "failure"; readonly error: ThreadError }
  | { readonly type: "bytes"; readonly bytes: Uint8Array };

/** What a thread needs to be the other end. */
export interface ChannelEnd {
  readonly port: MessagePort;
  readonly counters: SharedArrayBuffer;
  readonly side: "main" | "worker";
}

/** Messages sent to either thread so far, and bytes on their way to the worker. */
const COUNTERS = { main: 0, worker: 1, unreadBytes: 2 };
const LOOK_AFTER_MS = 250;

export function newCounters(): SharedArrayBuffer {
  return new SharedArrayBuffer(Object.keys(COUNTERS).length * Int32Array.BYTES_PER_ELEMENT);
}

export class SyncChannel {
  readonly #port: MessagePort;
  readonly #counters: Int32Array;
  readonly #incoming: number;
  readonly #outgoing: number;
  readonly #requireOther: () => void;

  /** @param requireOther called now and then while waiting; throws when the other thread has ended */
  constructor({ port, counters, side }: ChannelEnd, requireOther: () => void = () => {}) {
    this.#port = port;
    this.#counters = new Int32Array(counters);
    this.#incoming = COUNTERS[side];
    this.#outgoing = COUNTERS[side === "main" ? "worker" : "main"];
    this.#requireOther = requireOther;
  }

  /** @throws DataCloneError when a part of the message cannot be copied */
  send(message: ChannelMessage, transferred: readonly Transferable[] = []): void {
    this.#port.postMessage(message, transferred);
    Atomics.add(this.#counters, this.#outgoing, 1);
    Atomics.notify(this.#counters, this.#outgoing);
  }

  /** Waits for the next message; nothing else runs in this thread meanwhile. */
  next(): ChannelMessage {
    for (;;) {
      // Read before looking, so that what arrives in between ends the wait.
      const seen = Atomics.load(this.#counters, this.#incoming);
      const received = receiveMessageOnPort(this.#port) as { message: ChannelMessage } | undefined;
      if (received !== undefined) return received.message;
      if (Atomics.wait(this.#counters, this.#incoming, seen, LOOK_AFTER_MS) === "timed-out") this.#requireOther();
    }
  }

  /** Hands over bytes, which are then gone here. Waits while more than `limit` of them are unread. */
  sendBytes(bytes: Uint8Array<ArrayBuffer>, limit: number): void {
    for (let unread = this.#unread(); unread > limit; unread = this.#unread()) {
      if (Atomics.wait(this.#counters, COUNTERS.unreadBytes, unread, LOOK_AFTER_MS) === "timed-out") {
        this.#requireOther();
      }
    }
    Atomics.add(this.#counters, COUNTERS.unreadBytes, bytes.length);
    this.send({ type: "bytes", bytes }, [bytes.buffer]);
  }

  /** Says that so many bytes were read. */
  confirm(bytes: number): void {
    Atomics.sub(this.#counters, COUNTERS.unreadBytes, bytes);
    Atomics.notify(this.#counters, COUNTERS.unreadBytes);
  }

  #unread(): number {
    return Atomics.load(this.#counters, COUNTERS.unreadBytes);
  }
}
