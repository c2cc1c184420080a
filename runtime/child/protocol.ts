/**
 * The framed messages on the one pipe between the verifier and the workload's process.
 *
 * A frame is one byte of kind, four bytes of length (little endian) and that many bytes. Both sides may write
 * without waiting for the other: the parent always reads, the child reads only when it has nothing to do.
 */

import { DataView, JSON, TextDecoder, TextEncoder, Uint8Array } from "./natives.js";

export const FRAME_HEADER_BYTES = 5;

/** Exit code of a process whose agent has lost the pipe to the verifier. */
export const PIPE_LOST = 71;

export const frameKind = { message: 0, snapshotChunk: 1 } as const;

/** Where a holder's root is to be found in the running process. Heap ids are those of the last snapshot. */
export type LiveRoot =
  | {
      readonly kind: "scope";
      readonly closure: string;
      readonly variable: string;
      readonly pick: "outermost" | "innermost";
      /** Whether the variable is never assigned again: its value is then looked up once. */
      readonly isConstant: boolean;
    }
  | { readonly kind: "object"; readonly heapId: string }
  | { readonly kind: "namespace"; readonly url: string; readonly name: string }
  | { readonly kind: "commonjs"; readonly file: string }
  | { readonly kind: "global" };

/** One holder to be read again and again: the first root that leads to a value is used. */
export interface TrackedHolder {
  readonly key: number;
  readonly roots: readonly LiveRoot[];
  readonly properties: readonly string[];
}

/** What one reading of a holder found. Sizes are entries, not bytes. */
export type Reading =
  | { readonly key: number; readonly state: "gone" }
  | {
      readonly key: number;
      readonly state: "read";
      /** Constructor name, or the primitive's type. */
      readonly type: string;
      /** Entries of the container itself; null where it has no count of its own (WeakMap). */
      readonly size: number | null;
      /** Entries of the container and of all plain containers it reaches; null when not asked for. */
      readonly reach: number | null;
      /** Heap id of the container; null for primitives and when not asked for. */
      readonly heapId: string | null;
    };

/** Sizes at one iteration. */
export interface SizeSample {
  readonly iteration: number;
  readonly readings: readonly Reading[];
}

/** Sizes after a test file. */
export interface FileReadings {
  /** Absolute. */
  readonly file: string;
  readonly readings: readonly Reading[];
}

export interface MemorySample {
  readonly iteration: number;
  readonly elapsedMs: number;
  readonly rss: number;
  readonly heapUsed: number;
}

/** A function's counted ranges, as V8's precise coverage reports them: `[start, end, count]`, outermost first. */
export interface FunctionCoverage {
  readonly ranges: readonly (readonly [start: number, end: number, count: number])[];
}

/** A variable that holds an object. */
export interface Variable {
  readonly name: string;
  readonly heapId: string;
}

/** A suspended generator or async function, and its local variables. */
export interface SuspendedFrame {
  readonly heapId: string;
  readonly functionName: string;
  readonly locals: readonly Variable[];
}

export interface ScriptCoverage {
  readonly scriptId: string;
  readonly url: string;
  readonly functions: readonly FunctionCoverage[];
}

/** Where the text of a script comes from. */
export interface ScriptOrigin {
  /** The source map where the process has one for it (TypeScript loaders), with the lengths of the script's lines. */
  readonly sourceMap: { readonly json: string; readonly lineLengths: readonly number[] } | null;
  /** Characters that a loader put before the module's text, and that V8's places leave out. */
  readonly wrapperLength: number;
}

export interface LoadedScript extends ScriptOrigin {
  readonly scriptId: string;
  /** `file:` URL. */
  readonly url: string;
  /** Whether a loader rewrote the file without leaving a map, so that its places say nothing about the file's. */
  readonly isRewritten: boolean;
}

/** A test, a hook or a module that failed. */
export interface TestFailure {
  /** Absolute. */
  readonly file: string;
  /** Null for a file that could not be loaded, or whose hook failed. */
  readonly test: string | null;
  /** One line. */
  readonly message: string;
}

/** A function that is called after each iteration, to see whether it lets go of what piles up. */
export interface ReleaseTarget {
  /** Absolute path. */
  readonly module: string;
  readonly export: string;
}

/** A module by the name that its exports have at the prompt. */
export interface NamedModule {
  readonly name: string;
  readonly url: string;
}

export type Command =
  /** `input` is for modules of ours, which make their workload from it. */
  | {
      readonly type: "load";
      readonly workload: string;
      readonly input: unknown;
      readonly release: ReleaseTarget | null;
    }
  | { readonly type: "run"; readonly count: number; readonly readEvery: number; readonly untilMs: number }
  | { readonly type: "scripts" }
  | { readonly type: "settle" }
  | { readonly type: "snapshot" }
  | { readonly type: "track"; readonly holders: readonly TrackedHolder[] }
  | { readonly type: "measure"; readonly heapIds: boolean }
  | { readonly type: "coverage"; readonly urls: readonly string[] }
  | {
      readonly type: "advance-clock";
      readonly milliseconds: number;
      /** Durations of the lists of timers, in milliseconds. */
      readonly timers: readonly number[];
      /** Ids of Node's own scripts, whose callbacks are not fired. */
      readonly nodeScripts: readonly string[];
    }
  | { readonly type: "locals"; readonly heapIds: readonly string[] }
  /** The variables that these closures see. */
  | { readonly type: "variables"; readonly closures: readonly string[] }
  /** Holds these objects weakly; answers by `survivors` which are still there. */
  | { readonly type: "sample"; readonly heapIds: readonly string[] }
  | { readonly type: "survivors" }
  | { readonly type: "evaluate"; readonly expression: string; readonly modules: readonly NamedModule[] }
  /** Which test files there are. */
  | { readonly type: "suite" }
  /** One iteration in which the holders are read after each test file. */
  | { readonly type: "run-apart" }
  /** Iterations are of these test files alone from now on; null for all. */
  | { readonly type: "choose"; readonly files: readonly string[] | null }
  | { readonly type: "finish" };

export type WorkloadPhase = "timer" | "clock" | "import" | "setup" | "iteration" | "afterEach" | "release" | "teardown";

export type Answer =
  | { readonly type: "loaded" }
  | {
      readonly type: "ran";
      readonly done: number;
      readonly samples: readonly SizeSample[];
      readonly memory: MemorySample;
    }
  | { readonly type: "scripts"; readonly scripts: readonly LoadedScript[] }
  | { readonly type: "settled"; readonly memory: MemorySample }
  | {
      readonly type: "snapshot-end";
      readonly memory: MemorySample;
      /** Milliseconds in which V8 collected garbage and made the snapshot, and those given to the workload after it. */
      readonly captureMs: number;
      readonly workloadMs: number;
    }
  | { readonly type: "tracked" }
  | { readonly type: "measured"; readonly readings: readonly Reading[] }
  | { readonly type: "coverage"; readonly scripts: readonly ScriptCoverage[] }
  | { readonly type: "clock-advanced" }
  | { readonly type: "locals"; readonly frames: readonly SuspendedFrame[] }
  /** In the order of the closures; of those that are gone there are none. */
  | { readonly type: "variables"; readonly scopes: readonly (readonly Variable[])[] }
  | { readonly type: "sampled" }
  | { readonly type: "survivors"; readonly heapIds: readonly string[] }
  | { readonly type: "evaluated"; readonly text: string; readonly isError: boolean }
  | { readonly type: "suite"; readonly files: readonly string[]; readonly failures: readonly TestFailure[] }
  | {
      readonly type: "ran-apart";
      readonly done: number;
      readonly before: readonly Reading[];
      readonly files: readonly FileReadings[];
    }
  | { readonly type: "chosen" }
  | { readonly type: "finished" };

/** What the child says without being asked. */
export type Notice =
  | {
      readonly type: "progress";
      readonly phase: WorkloadPhase | null;
      readonly iteration: number;
      /** The test file that is being run (absolute), where the workload is a suite. */
      readonly file?: string;
    }
  | { readonly type: "not-a-workload"; readonly exports: readonly string[] }
  | { readonly type: "nothing-to-release"; readonly target: ReleaseTarget; readonly exports: readonly string[] }
  | {
      readonly type: "workload-error";
      readonly phase: WorkloadPhase;
      readonly iteration: number;
      readonly message: string;
      readonly stack: string;
    }
  | {
      readonly type: "uncaught";
      readonly origin: string;
      readonly iteration: number;
      readonly message: string;
      readonly stack: string;
    }
  | { readonly type: "exit-called"; readonly code: number | null; readonly stack: string }
  /** The last word; `phase` is what the workload was in, null between iterations. */
  | { readonly type: "exit"; readonly code: number; readonly phase: WorkloadPhase | null; readonly iteration: number }
  | { readonly type: "agent-error"; readonly message: string };

export type Message = Answer | Notice;

/** One frame as bytes. */
export function encodeFrame(kind: number, payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(FRAME_HEADER_BYTES + payload.length);
  frame[0] = kind;
  new DataView(frame.buffer).setUint32(1, payload.length, true);
  frame.set(payload, FRAME_HEADER_BYTES);
  return frame;
}

/** A message as a frame. */
export function encodeMessage(message: Message | Command): Uint8Array {
  return encodeFrame(frameKind.message, new TextEncoder().encode(JSON.stringify(message)));
}

/** A message from a frame's bytes; null where they are none, since the workload has written to the pipe. */
export function decodeMessage(payload: Uint8Array): Message | null {
  try {
    const message = JSON.parse(new TextDecoder().decode(payload)) as Message | null;
    return typeof message?.type === "string" ? message : null;
  } catch {
    return null;
  }
}

/** Cuts a byte stream into frames; bytes of a frame that is not whole yet are kept. */
export class FrameReader {
  #pending: Uint8Array[] = [];
  #available = 0;
  readonly #onFrame: (kind: number, payload: Uint8Array) => void;

  constructor(onFrame: (kind: number, payload: Uint8Array) => void) {
    this.#onFrame = onFrame;
  }

  push(chunk: Uint8Array): void {
    this.#pending.push(chunk);
    this.#available += chunk.length;
    while (this.#available >= FRAME_HEADER_BYTES) {
      const header = this.#peek(FRAME_HEADER_BYTES);
      const length = new DataView(header.buffer, header.byteOffset).getUint32(1, true);
      if (this.#available < FRAME_HEADER_BYTES + length) return;
      const frame = this.#take(FRAME_HEADER_BYTES + length);
      this.#onFrame(frame[0] ?? 0, frame.subarray(FRAME_HEADER_BYTES));
    }
  }

  #peek(length: number): Uint8Array {
    const first = this.#pending[0];
    if (first !== undefined && first.length >= length) return first;
    this.#pending = [concatenate(this.#pending, this.#available)];
    return this.#pending[0] ?? new Uint8Array();
  }

  #take(length: number): Uint8Array {
    const whole = this.#peek(length);
    this.#pending[0] = whole.subarray(length);
    if (this.#pending[0].length === 0) this.#pending.shift();
    this.#available -= length;
    return whole.subarray(0, length);
  }
}

function concatenate(chunks: readonly Uint8Array[], total: number): Uint8Array {
  const all = new Uint8Array(total);
  let offset = 0;
  for (const chunk of chunks) {
    all.set(chunk, offset);
    offset += chunk.length;
  }
  return all;
}
