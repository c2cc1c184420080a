/** The worker's end of `SyncWorker.converse`: it asks, and its event loop goes on while it waits for answers. */
import { parentPort, workerData } from "node:worker_threads";
import { SyncChannel, type ChannelEnd, type ChannelMessage } from "./sync-channel.js";
import { packError, unpackError } from "./thread-error.js";

/** Asks the thread that began the conversation. */
export type AskForWork = (question: unknown) => Promise<unknown>;

export interface Conversation {
  /** Does what was asked for. */
  converse(argument: unknown, ask: AskForWork): Promise<unknown>;
  /** Takes bytes that come before an answer. */
  receive(bytes: Uint8Array): void;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Serves conversations, one at a time, for as long as the other thread likes. */
export function serveConversation(served: Conversation): void {
  const end = workerData as ChannelEnd;
  const channel = new SyncChannel(end);
  let waiting: Waiting | null = null;
  let received: { readonly error: Error } | null = null;

  const ask: AskForWork = (question) =>
    new Promise((resolve, reject) => {
      waiting = { resolve, reject };
      channel.send({ type: "call", method: "ask", argument: question });
    });

  const answered = (): Waiting | null => {
    const asker = waiting;
    waiting = null;
    return asker;
  };

  const begin = async (argument: unknown): Promise<void> => {
    received = null;
    try {
      channel.send({ type: "answer", value: await served.converse(argument, ask) });
    } catch (error) {
      channel.send({ type: "failure", error: packError(error) });
    }
  };

  // eslint-disable-next-line leakproof/no-leaked-listener -- for as long as the thread lives
  end.port.on("message", (message: ChannelMessage) => {
    switch (message.type) {
      case "bytes":
        channel.confirm(message.bytes.length);
        if (received !== null) return;
        try {
          served.receive(message.bytes);
        } catch (error) {
          received = { error: error instanceof Error ? error : new Error(String(error)) };
        }
        return;
      case "call":
        void begin(message.argument);
        return;
      case "answer": {
        const asker = answered();
        if (received === null) asker?.resolve(message.value);
        else asker?.reject(received.error);
        return;
      }
      case "failure":
        answered()?.reject(unpackError(message.error));
    }
  });
  parentPort?.postMessage("serving");
}
