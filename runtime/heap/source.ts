import { open, type FileHandle } from "node:fs/promises";
import { SnapshotError } from "./error.js";
import type { HeapGraph } from "./graph.js";
import { SnapshotParser } from "./parse.js";

const READ_BYTES = 1 << 20;

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
 * Parses a `.heapsnapshot` file of any size, through two buffers of 1 MiB.
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

/** The next chunk is read by another thread while one is parsed. */
async function parseOpenFile(file: FileHandle): Promise<HeapGraph> {
  const parser = new SnapshotParser();
  let chunk = new Uint8Array(READ_BYTES);
  let spare = new Uint8Array(READ_BYTES);
  let reading = file.read(chunk, 0, READ_BYTES);
  for (;;) {
    const { bytesRead } = await reading;
    if (bytesRead === 0) return parser.end();
    reading = file.read(spare, 0, READ_BYTES);
    // When parsing fails nobody waits for what is being read.
    reading.catch(() => undefined);
    parser.write(chunk.subarray(0, bytesRead));
    [chunk, spare] = [spare, chunk];
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
