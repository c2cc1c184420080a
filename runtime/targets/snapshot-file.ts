/** A heap from a `.heapsnapshot` file, as Node, Chrome and others write it, packed by gzip or not. */
import { stat } from "node:fs/promises";
import { performance } from "node:perf_hooks";
import { SnapshotError } from "../heap/error.js";
import { parseSnapshotFile } from "../heap/source.js";
import { InputError } from "../input-error.js";
import type { TakenHeap } from "./taken-heap.js";

/** What to do, by how the engine's message goes on after the path. */
const mends: readonly (readonly [RegExp, string])[] = [
  [/^truncated gzip/, "copy or pack it again"],
  [/^damaged gzip/, "copy or pack it again"],
  [/^truncated heap snapshot/, "the process may have ended while it was written: take it again"],
  [/^damaged heap snapshot/, "copy it again, or take it again"],
  [/^heap snapshot too large/, "analyse it on a machine with more memory"],
  [/^not a heap snapshot: empty/, "the process may have ended before it was written: take it again"],
  [/^not a heap snapshot: snapshot\.(?:meta|\w+_count|root_index)/, "if a newer V8 wrote it, update leakproof"],
  [/^not a heap snapshot/, "v8.writeHeapSnapshot() and Chrome's Memory panel write one"],
];

/**
 * Makes sure that a file can be opened, without reading it.
 *
 * @throws InputError when it is missing, not a file, or not ours to read
 */
export async function requireSnapshotFile(path: string): Promise<void> {
  try {
    if ((await stat(path)).isDirectory()) {
      throw new InputError(`${path}: a folder, not a heap snapshot: name a .heapsnapshot file in it`);
    }
  } catch (error) {
    throw asInputError(path, error);
  }
}

/**
 * Parses a heap snapshot file, which may be packed by gzip whatever its name.
 *
 * @throws InputError of one line when it cannot be read or is not a whole snapshot: it names the file and the mend
 */
export async function takeSnapshotFile(path: string): Promise<TakenHeap> {
  await requireSnapshotFile(path);
  const startedAt = performance.now();
  try {
    const graph = await parseSnapshotFile(path);
    return { graph, captureMs: 0, analysisMs: performance.now() - startedAt };
  } catch (error) {
    throw asInputError(path, error);
  }
}

function asInputError(path: string, error: unknown): unknown {
  if (error instanceof InputError) return error;
  const code = codeOf(error) ?? (error instanceof SnapshotError ? codeOf(error.cause) : undefined);
  if (code === "ENOENT" || code === "ENOTDIR") return new InputError(`${path}: there is no such file`);
  if (code === "EACCES" || code === "EPERM") {
    return new InputError(`${path}: no permission to read it: run leakproof as its owner, or change its mode`);
  }
  if (!(error instanceof SnapshotError)) {
    return error instanceof Error ? new InputError(`${path}: cannot be read (${error.message})`) : error;
  }
  const told = error.message.slice(path.length + 2);
  const mend = mends.find(([start]) => start.test(told))?.[1];
  return new InputError(mend === undefined ? error.message : `${error.message}; ${mend}`);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
