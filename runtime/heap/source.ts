import { open, type FileHandle } from "node:fs/promises";
import { SnapshotError } from "./error.js";
import type { HeapGraph } from "./graph.js";
import { SnapshotParser } from "./parse.js";

const READ_BYTES = 4 << 20;

/**
 * Parses a snapshot from chunks of bytes of any size.
 * @throws SnapshotError when they are not a snapshot, or a damaged one.
 */
export async function parseSnapshot(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<HeapGraph> {
  const parser = new SnapshotParser();
  for await (const chunk of chunks) parser.write(chunk);
  return parser.end();
}

/**
 * Parses a `.heapsnapshot` file of any size, through one buffer of 4 MiB.
 * @throws SnapshotError when the file cannot be read or is not a snapshot; the message starts with the path.
 */
export async function parseSnapshotFile(path: string): Promise<HeapGraph> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, "r");
    return await parseOpenFile(file);
  } catch (error) {
    if (error instanceof SnapshotError) throw new SnapshotError(`${path}: ${error.message}`, { cause: error });
    throw new SnapshotError(`${path}: cannot be read (${reason(error)})`, { cause: error });
  } finally {
    await file?.close();
  }
}

async function parseOpenFile(file: FileHandle): Promise<HeapGraph> {
  const parser = new SnapshotParser();
  const buffer = new Uint8Array(READ_BYTES);
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length);
    if (bytesRead === 0) return parser.end();
    parser.write(buffer.subarray(0, bytesRead));
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
