import { open, type FileHandle } from "node:fs/promises";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { SnapshotError } from "./error.js";
import type { HeapGraph } from "./graph.js";
import { SnapshotParser } from "./parse.js";

const READ_BYTES = 1 << 20;
const UNPACKED_BYTES = 1 << 20;

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
 * Parses a `.heapsnapshot` file of any size, through two buffers of 1 MiB. A file that begins as gzip does is unpacked
 * on the way, whatever its name.
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
  // A pipe may give a byte at a time, and two tell gzip.
  let bytesRead = await readInto(file, chunk, 0);
  if (bytesRead === 1) bytesRead += await readInto(file, chunk, 1);
  if (isGzip(chunk)) return parseGzip(parser, chunk.slice(0, bytesRead), file);
  let spare = new Uint8Array(READ_BYTES);
  while (bytesRead > 0) {
    const reading = readInto(file, spare, 0);
    // When parsing fails nobody waits for what is being read.
    reading.catch(() => undefined);
    parser.write(chunk.subarray(0, bytesRead));
    [chunk, spare] = [spare, chunk];
    bytesRead = await reading;
  }
  return parser.end();
}

async function parseGzip(parser: SnapshotParser, start: Uint8Array, file: FileHandle): Promise<HeapGraph> {
  const packed = Readable.from(packedChunks(start, file), { objectMode: false });
  const unpacked = createGunzip({ chunkSize: UNPACKED_BYTES });
  packed.once("error", (error) => unpacked.destroy(error));
  try {
    for await (const chunk of packed.pipe(unpacked)) parser.write(chunk as Uint8Array);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "Z_BUF_ERROR") throw new SnapshotError("truncated gzip: it ends in the middle", { cause: error });
    if (code === "Z_DATA_ERROR") throw new SnapshotError(`damaged gzip: ${reason(error)}`, { cause: error });
    throw error;
  } finally {
    packed.destroy();
  }
  return parser.end();
}

/** A buffer of its own for each: zlib still reads the last while the next is read. */
async function* packedChunks(start: Uint8Array, file: FileHandle): AsyncGenerator<Uint8Array> {
  yield start;
  for (;;) {
    const buffer = new Uint8Array(UNPACKED_BYTES);
    const bytesRead = await readInto(file, buffer, 0);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

async function readInto(file: FileHandle, buffer: Uint8Array, offset: number): Promise<number> {
  return (await file.read(buffer, offset, buffer.length - offset)).bytesRead;
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
