/** The child's end of the pipe: synchronous in both directions, so that nothing runs while it waits. */
import fs from "node:fs";
import { Atomics, Buffer, Error, Int32Array, JSON, SharedArrayBuffer } from "./natives.js";
import { encodeFrame, encodeMessage, FRAME_HEADER_BYTES, frameKind, type Command, type Message } from "./protocol.js";

const pause = new Int32Array(new SharedArrayBuffer(4));
// Taken before the workload can replace them, as fake file systems do.
const { readSync, writeSync } = fs;

/** What the runner talks over. */
export interface Channel {
  send: (message: Message) => void;
  sendSnapshotChunk: (chunk: string) => void;
  /** The next command: in place where the process stands still until it comes. */
  receive: () => Command | Promise<Command>;
}

/** Writes frames, and comes back when they are written. */
export class PipeWriter {
  protected readonly descriptor: number;
  protected readonly onParentGone: () => never;
  readonly #onLost: () => never;

  /** @param onLost called when the workload has closed the descriptor, or put another in its place */
  constructor(descriptor: number, onParentGone: () => never, onLost: () => never) {
    this.descriptor = descriptor;
    this.onParentGone = onParentGone;
    this.#onLost = onLost;
  }

  send(message: Message): void {
    this.write(encodeMessage(message));
  }

  sendSnapshotChunk(chunk: string): void {
    this.write(encodeFrame(frameKind.snapshotChunk, Buffer.from(chunk, "utf8")));
  }

  // Where the descriptor does not block, since it is a socket's or the workload has wrapped it, both calls answer EAGAIN.
  write(bytes: Uint8Array): void {
    for (let offset = 0; offset < bytes.length;) {
      try {
        offset += writeSync(this.descriptor, bytes, offset);
      } catch (error) {
        this.waitOrEnd(error);
      }
    }
  }

  protected waitOrEnd(error: unknown): void {
    if (["EPIPE", "ECONNRESET", "EOF"].some((code) => isCode(error, code))) this.onParentGone();
    if (!isCode(error, "EAGAIN")) this.#onLost();
    Atomics.wait(pause, 0, 0, 1);
  }
}

export class Pipe extends PipeWriter implements Channel {
  /** Waits for the next command. */
  receive(): Command {
    const header = this.#read(FRAME_HEADER_BYTES);
    return JSON.parse(this.#read(header.readUInt32LE(1)).toString("utf8")) as Command;
  }

  #read(length: number): Buffer {
    const bytes = Buffer.alloc(length);
    for (let offset = 0; offset < length;) {
      try {
        const count = readSync(this.descriptor, bytes, offset, length - offset, null);
        if (count === 0) this.onParentGone();
        offset += count;
      } catch (error) {
        this.waitOrEnd(error);
      }
    }
    return bytes;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
