/** What the runner beside a server talks over. */
import type { Socket } from "node:net";
import { Promise } from "./natives.js";
import { descriptorOf, writeInPlace } from "./parent-socket.js";
import { PipeWriter, type Channel } from "./pipe.js";
import { FrameReader, type Command } from "./protocol.js";
import { decodeServeCommand, encodeServeMessage, type ServeNotice } from "./serve-protocol.js";

/** Reads as the event loop turns, since the server runs in it; writes in place. */
export class SocketChannel extends PipeWriter implements Channel {
  onBegin: () => void = () => {};
  readonly #socket: Socket;
  readonly #commands: Command[] = [];
  #receive: ((command: Command) => void) | null = null;
  #driven: (() => void) | null = null;

  constructor(socket: Socket, onParentGone: () => never, onLost: () => never) {
    super(descriptorOf(socket), onParentGone, onLost);
    this.#socket = socket;
    if (this.descriptor < 0) writeInPlace(socket);
    const frames = new FrameReader((_, payload) => this.#take(payload));
    // eslint-disable-next-line leakproof/no-leaked-listener -- the socket goes with the process
    socket.on("data", (chunk: Uint8Array) => frames.push(chunk));
  }

  override write(bytes: Uint8Array): void {
    if (this.descriptor < 0) this.#socket.write(bytes);
    else super.write(bytes);
  }

  notify(notice: ServeNotice): void {
    this.write(encodeServeMessage(notice));
  }

  receive(): Command | Promise<Command> {
    return this.#commands.shift() ?? new Promise((resolve) => (this.#receive = resolve));
  }

  drive(iteration: number): Promise<void> {
    return new Promise((resolve) => {
      this.#driven = resolve;
      this.notify({ type: "drive", iteration });
    });
  }

  #take(payload: Uint8Array): void {
    const command = decodeServeCommand(payload);
    if (command === null) return;
    if (command.type === "begin") this.onBegin();
    else if (command.type === "driven") this.#driven?.();
    else if (this.#receive === null) this.#commands.push(command);
    else {
      const receive = this.#receive;
      this.#receive = null;
      receive(command);
    }
  }
}
