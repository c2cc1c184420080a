/** Where a heap comes from: a file, a running Node process, or an inspector. */
import { fileURLToPath } from "node:url";
import { InputError } from "../input-error.js";
import { openInspectorUrl } from "./inspector-url.js";
import { attachToProcess } from "./node-process.js";
import { evaluateRemotely } from "./remote-evaluation.js";
import { RemoteHeap } from "./remote-heap.js";
import { requireSnapshotFile, takeSnapshotFile } from "./snapshot-file.js";
import type { TakenHeap } from "./taken-heap.js";
import type { InspectorConnection } from "./inspector-connection.js";

export type { TakenHeap } from "./taken-heap.js";

export interface Target {
  readonly kind: "file" | "process" | "inspector";
  /** As errors and reports call it: the path, the URL, or `process 4711`. */
  readonly name: string;
  /** The heap as it is now; of a file, as it was. May be asked again: object ids are then comparable. */
  take(): Promise<TakenHeap>;
  /** The value of an expression, as text. Files have none to ask. */
  evaluate?(expression: string): Promise<string>;
  /** Lets go of it, and leaves it as it was found. Call it on every way out. */
  close(): Promise<void>;
}

/**
 * Opens what the user names: a pid (digits), an inspector's URL (`ws:`, `http:`), or else a file. A file whose name is
 * a number is named as `./4711`.
 *
 * @throws InputError of one line when it cannot be opened: it names the input and the mend
 */
export async function openTarget(text: string): Promise<Target> {
  if (/^\d+$/.test(text)) return processTarget(Number(text));
  if (text.startsWith("file:")) return fileTarget(fileOf(text));
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(text)) {
    const connection = await openInspectorUrl(text);
    return remoteTarget("inspector", connection, () => connection.close());
  }
  return fileTarget(text);
}

async function fileTarget(path: string): Promise<Target> {
  await requireSnapshotFile(path);
  return { kind: "file", name: path, take: () => takeSnapshotFile(path), close: () => Promise.resolve() };
}

function fileOf(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (error) {
    throw new InputError(`${url}: not a file's URL (${error instanceof Error ? error.message : ""}): give a path`);
  }
}

async function processTarget(pid: number): Promise<Target> {
  const attached = await attachToProcess(pid);
  return remoteTarget("process", attached.connection, () => attached.close());
}

function remoteTarget(kind: Target["kind"], connection: InspectorConnection, close: () => Promise<void>): Target {
  const heap = new RemoteHeap(connection);
  return {
    kind,
    name: connection.name,
    take: () => heap.take(),
    evaluate: (expression) => evaluateRemotely(connection, expression),
    close,
  };
}
