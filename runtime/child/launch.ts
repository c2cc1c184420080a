/** The parent's side of the workload's process: starts it, talks to it, and sees that it ends. */
import { spawn, type ChildProcess } from "node:child_process";
import type { Duplex } from "node:stream";
import { fileURLToPath } from "node:url";
import type { HeapGraph } from "../heap/graph.js";
import { SnapshotParser } from "../heap/parse.js";
import { Descendants } from "./descendants.js";
import { explainEnding, WorkloadFailure, type KillReason } from "./ending.js";
import {
  decodeMessage,
  encodeMessage,
  FrameReader,
  frameKind,
  type Answer,
  type Command,
  type MemorySample,
  type NamedModule,
  type Notice,
  type WorkloadPhase,
} from "./protocol.js";

const PIPE_DESCRIPTOR = 3;
const STREAMS_OUTLIVE_MS = 1000;
/** Node has no longer ones. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;
const STDERR_TAIL_BYTES = 8192;
const isWindows = process.platform === "win32";

const agentUrl = new URL("./agent.js", import.meta.url).href;
const runnerFile = fileURLToPath(new URL("./runner.js", import.meta.url));

export interface LaunchOptions {
  readonly workingDirectory: string;
  /** Node options before the runner, such as a TypeScript loader. */
  readonly nodeOptions: readonly string[];
  /** Receives what the workload prints, on either of its streams. */
  readonly onOutput: (chunk: Uint8Array) => void;
  /** Milliseconds that a question may take which says nothing else: what is left of the run's time. */
  readonly limitMs: () => number;
  /** Called as each iteration begins. */
  readonly onProgress: (iteration: number) => void;
}

type AnswerTo<Type extends Answer["type"]> = Extract<Answer, { type: Type }>;

interface Waiting {
  readonly type: Answer["type"];
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A running workload. Each method rejects with `WorkloadFailure` when the process ends before it has answered.
 * One question at a time. Call `end` on every way out.
 */
export class WorkloadProcess {
  readonly #child: ChildProcess;
  readonly #limitMs: () => number;
  readonly #descendants = new Descendants();
  readonly #pipe: Duplex;
  readonly #notices: Notice[] = [];
  readonly #closed: Promise<void>;
  #waiting: Waiting | null = null;
  #parser: SnapshotParser | null = null;
  #parseError: Error | null = null;
  #killed: KillReason | null = null;
  #failure: WorkloadFailure | null = null;
  #stderrTail = "";
  #phase: WorkloadPhase | null = "import";
  #iteration = 0;

  constructor(options: LaunchOptions) {
    this.#limitMs = options.limitMs;
    const parameters = ["--import", agentUrl, ...options.nodeOptions, runnerFile];
    this.#child = spawn(process.execPath, parameters, {
      cwd: options.workingDirectory,
      env: { ...process.env, ...this.#descendants.environment, LEAKPROOF_PIPE: String(PIPE_DESCRIPTOR) },
      stdio: ["ignore", "pipe", "pipe", "pipe"],
      // A group of its own, so that processes which the workload starts end with it.
      detached: !isWindows,
    });
    this.#pipe = this.#child.stdio[PIPE_DESCRIPTOR] as Duplex;
    const frames = new FrameReader((kind, payload) => this.#receive(kind, payload, options.onProgress));
    this.#pipe.on("data", (chunk: Uint8Array) => frames.push(chunk));
    this.#pipe.on("error", () => {}); // the child is gone; its ending is told by `close`
    this.#child.stdout?.on("data", options.onOutput);
    this.#child.stderr?.on("data", (chunk: Buffer) => {
      this.#stderrTail = (this.#stderrTail + chunk.toString()).slice(-STDERR_TAIL_BYTES);
      options.onOutput(chunk);
    });
    process.once("exit", this.#killNow);
    this.#closed = new Promise((resolve) => {
      this.#child.once("error", (error) =>
        this.#fail(new WorkloadFailure(`cannot start Node: ${error.message}`), resolve),
      );
      this.#child.once("close", (code, signal) => this.#fail(this.#explain(code, signal), resolve));
      // A process that the workload started may hold the streams open after it.
      this.#child.once("exit", () => {
        this.#killNow();
        setTimeout(() => this.#closeStreams(), STREAMS_OUTLIVE_MS).unref();
      });
    });
  }

  /** Imports the workload and runs its `setup`; `release` is then called after each iteration. */
  async load(command: Omit<Extract<Command, { type: "load" }>, "type">, limitMs: number): Promise<void> {
    await this.#ask({ type: "load", ...command }, "loaded", limitMs);
  }

  /** Runs up to `count` iterations, fewer if `untilMs` passes; ended as hung after `limitMs`. */
  run(command: Omit<Extract<Command, { type: "run" }>, "type">, limitMs: number): Promise<AnswerTo<"ran">> {
    return this.#ask({ type: "run", ...command }, "ran", limitMs);
  }

  async scripts(): Promise<AnswerTo<"scripts">["scripts"]> {
    return (await this.#ask({ type: "scripts" }, "scripts")).scripts;
  }

  /** Brings the process to rest: what can be collected is. */
  async settle(): Promise<MemorySample> {
    return (await this.#ask({ type: "settle" }, "settled")).memory;
  }

  /**
   * Settles the process and takes a heap snapshot, parsed while it is still being written.
   *
   * @returns the graph, and the milliseconds that V8 and the workload took of the time
   */
  async snapshot(): Promise<
    Pick<AnswerTo<"snapshot-end">, "memory" | "captureMs" | "workloadMs"> & { graph: HeapGraph }
  > {
    this.#parser = new SnapshotParser();
    this.#parseError = null;
    const { memory, captureMs, workloadMs } = await this.#ask({ type: "snapshot" }, "snapshot-end");
    const error = this.#parseError as Error | null;
    const parser = this.#parser;
    this.#parser = null;
    if (error !== null) throw new WorkloadFailure(`its heap snapshot could not be read: ${error.message}`);
    return { graph: parser.end(), memory, captureMs, workloadMs };
  }

  /** Replaces the holders that are read; their heap ids must be those of the last snapshot. */
  async track(holders: Extract<Command, { type: "track" }>["holders"]): Promise<void> {
    await this.#ask({ type: "track", holders }, "tracked");
  }

  async measure(options: { heapIds: boolean }): Promise<AnswerTo<"measured">["readings"]> {
    return (await this.#ask({ type: "measure", ...options }, "measured")).readings;
  }

  async coverage(urls: readonly string[]): Promise<AnswerTo<"coverage">["scripts"]> {
    return (await this.#ask({ type: "coverage", urls }, "coverage")).scripts;
  }

  /** Moves the clocks on, and fires the workload's timers that fall due. */
  async advanceClock(
    command: Omit<Extract<Command, { type: "advance-clock" }>, "type">,
    limitMs: number,
  ): Promise<void> {
    await this.#ask({ type: "advance-clock", ...command }, "clock-advanced", limitMs);
  }

  /** Holds objects of the newest snapshot weakly, to be asked for by `survivors`. */
  async sample(heapIds: readonly string[]): Promise<void> {
    await this.#ask({ type: "sample", heapIds }, "sampled");
  }

  /** The sampled objects that have not been collected; settle the process before. */
  async survivors(): Promise<ReadonlySet<string>> {
    return new Set((await this.#ask({ type: "survivors" }, "survivors")).heapIds);
  }

  /** The local variables of suspended functions, by the heap ids of the newest snapshot. */
  async suspendedFrames(heapIds: readonly string[]): Promise<AnswerTo<"locals">["frames"]> {
    return (await this.#ask({ type: "locals", heapIds }, "locals")).frames;
  }

  /**
   * Evaluates an expression with the exports of modules as names, however long it takes.
   *
   * @returns the value, or the error's text, as Node shows it
   */
  async evaluate(expression: string, modules: readonly NamedModule[]): Promise<string> {
    return (await this.#ask({ type: "evaluate", expression, modules }, "evaluated", LONGEST_TIMER_MS)).text;
  }

  /** Runs the workload's `teardown`. */
  async finish(limitMs: number): Promise<void> {
    await this.#ask({ type: "finish" }, "finished", limitMs);
  }

  /** Ends the process whatever it is doing, and waits until it is gone. */
  async end(reason: KillReason | null = null): Promise<void> {
    this.#killed ??= reason;
    this.#killNow();
    await this.#closed;
    process.removeListener("exit", this.#killNow);
  }

  #closeStreams(): void {
    for (const stream of this.#child.stdio) stream?.destroy();
  }

  readonly #killNow = (): void => {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(isWindows ? pid : -pid, "SIGKILL");
    } catch {
      // gone already
    }
    this.#descendants.kill();
  };

  #ask<Type extends Answer["type"]>(command: Command, type: Type, limitMs = this.#limitMs()): Promise<AnswerTo<Type>> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      const reason: KillReason = { kind: "hung", afterMs: limitMs, during: command.type };
      const timer = setTimeout(() => void this.end(reason), limitMs);
      this.#waiting = {
        type,
        resolve: (answer) => {
          clearTimeout(timer);
          resolve(answer as AnswerTo<Type>);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
      this.#pipe.write(encodeMessage(command));
    });
  }

  #receive(kind: number, payload: Uint8Array, onProgress: (iteration: number) => void): void {
    if (kind === frameKind.snapshotChunk) {
      if (this.#parser === null || this.#parseError !== null) return;
      try {
        this.#parser.write(payload);
      } catch (error) {
        this.#parseError = error instanceof Error ? error : new Error(String(error));
      }
      return;
    }
    const message = decodeMessage(payload);
    if (message === null) {
      void this.end({ kind: "garbled" });
      return;
    }
    const waiting = this.#waiting;
    if (waiting !== null && message.type === waiting.type) {
      this.#waiting = null;
      waiting.resolve(message);
    } else if (message.type === "progress") {
      this.#phase = message.phase;
      this.#iteration = message.iteration;
      onProgress(message.iteration);
    } else {
      this.#notices.push(message as Notice);
    }
  }

  #explain(code: number | null, signal: string | null): WorkloadFailure {
    return explainEnding({
      notices: this.#notices,
      code,
      signal,
      stderrTail: this.#stderrTail,
      killed: this.#killed,
      phase: this.#phase,
      iteration: this.#iteration,
    });
  }

  #fail(failure: WorkloadFailure, closed: () => void): void {
    this.#failure ??= failure;
    this.#waiting?.reject(this.#failure);
    this.#waiting = null;
    closed();
  }
}

/** What is measured, as the schedule sees it: a process, or the isolate of a test. */
export type MeasuredProgram = Pick<
  WorkloadProcess,
  | "run"
  | "scripts"
  | "settle"
  | "snapshot"
  | "track"
  | "measure"
  | "coverage"
  | "advanceClock"
  | "sample"
  | "survivors"
  | "suspendedFrames"
>;
