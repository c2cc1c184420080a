/** What the recorder and the agents in recorded processes say to each other, over a local socket. */
import { JSON, TextDecoder, TextEncoder } from "./natives.js";
import { encodeFrame, frameKind, type Notice } from "./protocol.js";

/** The environment variable by which a process knows that it is recorded: `RecordPlan` as JSON. */
export const RECORD_VARIABLE = "LEAKPROOF_RECORD";

export interface RecordPlan {
  /** Path of the recorder's socket. */
  readonly socket: string;
  /** Milliseconds between samples. */
  readonly intervalMs: number;
  /** Whether objects are counted at marks. */
  readonly countsObjects: boolean;
  /** Whether `performance.mark` in the program's code ends an iteration. */
  readonly watchesMarks: boolean;
  /** What the process runs in place of a program of its own; null for a command's processes. */
  readonly workload: { readonly file: string; readonly iterations: number; readonly untilMs: number } | null;
}

/** One measurement of a process: bytes and counts. */
export interface Gauge {
  readonly rss: number;
  readonly heapUsed: number;
  readonly external: number;
  readonly arrayBuffers: number;
  /** What keeps the event loop going. */
  readonly handles: number;
  /** Of all event emitters; null where objects were not counted. */
  readonly listeners: number | null;
  /** Alive; null where they were not counted. */
  readonly objects: number | null;
}

/** What an agent says. */
export type RecordNotice =
  | Notice
  | { readonly type: "hello"; readonly pid: number }
  /** `iteration`: the iterations that are over, at a mark; null on the clock. */
  | { readonly type: "gauge"; readonly iteration: number | null; readonly gauge: Gauge }
  /** The workload has run to its end. */
  | { readonly type: "done" };

/** What the recorder asks of an agent: a mark, now. */
export interface MarkCommand {
  readonly type: "mark";
  readonly iteration: number;
}

export function encodeRecordMessage(message: RecordNotice | MarkCommand): Uint8Array {
  return encodeFrame(frameKind.message, new TextEncoder().encode(JSON.stringify(message)));
}

/** The message in a frame; null where it is none: anybody can write to a socket. */
export function decodeRecordMessage(payload: Uint8Array): RecordNotice | MarkCommand | null {
  try {
    const message = JSON.parse(new TextDecoder().decode(payload)) as RecordNotice | MarkCommand | null;
    return typeof message?.type === "string" ? message : null;
  } catch {
    return null;
  }
}
