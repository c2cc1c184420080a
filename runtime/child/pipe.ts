/** The child's end of the pipe: synchronous in both directions, so that nothing runs while it waits. */
import fs from "node:fs";
import { encodeFrame, encodeMessage, FRAME_HEADER_BYTES, frameKind, type Command, type Message } from "./protocol.js";

const pause = new Int32Array(new SharedArrayBuffer(4));

export class Pipe {
  readonly #descriptor: number;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  send(message: Message): void {
    this.#write(encodeMessage(message));
  }

  sendSnapshotChunk(chunk: string): void {
    this.#write(encodeFrame(frameKind.snapshotChunk, Buffer.from(chunk, "utf8")));
  }

  /** Waits for the next command; null when the parent has closed its end. */
  receive(): Command | null {
    const header = this.#read(FRAME_HEADER_BYTES);
    if (header === null) return null;
    const payload = this.#read(header.readUInt32LE(1));
    return payload === null ? null : (JSON.parse(payload.toString("utf8")) as Command);
  }

  // The workload may turn the descriptor non-blocking by wrapping it; then both calls answer EAGAIN.
  #write(bytes: Uint8Array): void {
    for (let offset = 0; offset < bytes.length; ) {
      try {
        offset += fs.writeSync(this.#descriptor, bytes, offset);
      } catch (error) {
        waitOrThrow(error);
      }
    }
  }

  #read(length: number): Buffer | null {
    const bytes = Buffer.alloc(length);
    for (let offset = 0; offset < length; ) {
      try {
        const count = fs.readSync(this.#descriptor, bytes, offset, length - offset, null);
        if (count === 0) return null;
        offset += count;
      } catch (error) {
        if (isCode(error, "EOF") || isCode(error, "ECONNRESET")) return null;
        waitOrThrow(error);
      }
    }
    return bytes;
  }
}

function waitOrThrow(error: unknown): void {
  if (!isCode(error, "EAGAIN")) throw error;
  Atomics.wait(pause, 0, 0, 1);
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
