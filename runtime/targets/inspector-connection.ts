/** A client of the Chrome DevTools Protocol, as Node and Chromium speak it over a WebSocket. */
import { WebSocket, type RawData } from "ws";
import { InputError } from "../input-error.js";
import { requireLoopback } from "./loopback.js";

const HANDSHAKE_LIMIT_MS = 10_000;
const ANSWER_LIMIT_MS = 30_000;
const CLOSE_LIMIT_MS = 2000;
const MAX_MESSAGE_BYTES = 512 << 20;

/** The other side ended, or let go of the connection. */
export class TargetGone extends InputError {}

/** The other side refused a command. */
export class CommandRefused extends InputError {}

export interface SendOptions {
  /** Milliseconds without any message from the other side after which the command counts as failed. */
  readonly silenceLimitMs?: number;
}

type EventListener = (parameters: unknown) => void;

interface Waiting {
  readonly method: string;
  readonly silenceLimitMs: number;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  timer: NodeJS.Timeout;
}

/** Call `close` on every way out: an open connection keeps the process running. */
export class InspectorConnection {
  /** What errors call the other side, such as `process 4711`. */
  readonly name: string;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Map<string, Set<EventListener>>();
  readonly #closed: Promise<void>;
  #lastId = 0;
  #end: TargetGone | null = null;

  private constructor(socket: WebSocket, name: string) {
    this.#socket = socket;
    this.name = name;
    const receive = (data: RawData): void => this.#receive(data);
    const ignore = (): void => {}; // `close` follows an error
    socket.on("message", receive);
    socket.on("error", ignore);
    this.#closed = new Promise((resolve) => {
      socket.once("close", () => {
        socket.removeListener("message", receive);
        socket.removeListener("error", ignore);
        this.#fail(new TargetGone(`${name} closed the connection: it ended, or its inspector was closed`));
        resolve();
      });
    });
  }

  /**
   * Connects to an inspector.
   *
   * @param url `ws://127.0.0.1:9229/<id>`
   * @param name what errors call the other side
   * @throws InputError when it is not on this machine, or nobody answers there
   */
  static async open(url: string, name = url): Promise<InspectorConnection> {
    requireLoopback(new URL(url));
    const socket = new WebSocket(url, {
      perMessageDeflate: false,
      maxPayload: MAX_MESSAGE_BYTES,
      handshakeTimeout: HANDSHAKE_LIMIT_MS,
    });
    await new Promise<void>((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", (error) =>
        reject(new InputError(`${name}: no inspector answers at ${url} (${error.message})`)),
      );
    });
    return new InspectorConnection(socket, name);
  }

  /** Whether commands can still be sent. */
  get isOpen(): boolean {
    return this.#end === null;
  }

  /**
   * Sends a command and waits for its answer.
   *
   * @throws TargetGone when the other side ends first, CommandRefused when it answers with an error,
   * InputError when it stays silent for too long
   */
  send(method: string, parameters: object = {}, options: SendOptions = {}): Promise<unknown> {
    if (this.#end !== null) return Promise.reject(this.#end);
    const id = ++this.#lastId;
    const silenceLimitMs = options.silenceLimitMs ?? ANSWER_LIMIT_MS;
    return new Promise((resolve, reject) => {
      const timer = this.#silenceTimer(id, silenceLimitMs);
      this.#waiting.set(id, { method, silenceLimitMs, resolve, reject, timer });
      this.#socket.send(JSON.stringify({ id, method, params: parameters }));
    });
  }

  /** Calls `listener` with the parameters of each such event. It must not throw. Answers how to stop it. */
  on(event: string, listener: EventListener): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(event);
    };
  }

  /** Waits until the other side has let go. */
  async ended(): Promise<void> {
    await this.#closed;
  }

  /** Lets go of the connection; commands under way fail. */
  async close(): Promise<void> {
    this.#fail(new TargetGone(`${this.name}: the connection was closed`));
    this.#socket.close();
    const timer = setTimeout(() => this.#socket.terminate(), CLOSE_LIMIT_MS);
    try {
      await this.#closed;
    } finally {
      clearTimeout(timer);
    }
  }

  #silenceTimer(id: number, limitMs: number): NodeJS.Timeout {
    return setTimeout(() => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      const seconds = Math.round(limitMs / 1000);
      waiting?.reject(
        new InputError(
          `${this.name}: no answer to ${waiting.method} in ${seconds} s: its main thread is busy, stopped or at a breakpoint`,
        ),
      );
    }, limitMs);
  }

  #receive(data: RawData): void {
    const message = parseMessage(data);
    if (message === null) return;
    // Whatever arrives shows that the other side is at work.
    for (const { timer } of this.#waiting.values()) timer.refresh();
    if (typeof message.id === "number") this.#settle(message.id, message);
    else if (typeof message.method === "string") {
      for (const listener of this.#listeners.get(message.method) ?? []) listener(message.params);
    }
  }

  #settle(id: number, { result, error }: Message): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    if (error === undefined) waiting.resolve(result);
    else waiting.reject(new CommandRefused(`${this.name}: ${waiting.method} was refused (${String(error.message)})`));
  }

  #fail(error: TargetGone): void {
    this.#end ??= error;
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(this.#end);
    }
    this.#waiting.clear();
  }
}

interface Message {
  readonly id?: unknown;
  readonly method?: unknown;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message?: unknown };
}

function parseMessage(data: RawData): Message | null {
  try {
    const bytes = Array.isArray(data) ? Buffer.concat(data) : data instanceof ArrayBuffer ? Buffer.from(data) : data;
    const message: unknown = JSON.parse(bytes.toString("utf8"));
    return typeof message === "object" && message !== null ? message : null;
  } catch {
    return null;
  }
}
