/** The parent's side of the workload's process: starts it, talks to it, and sees that it ends. */
import { setTimeout as sleep } from "node:timers/promises";
import type { HeapGraph } from "../heap/graph.js";
import { SnapshotParser } from "../heap/parse.js";
import { Descendants } from "./descendants.js";
import { explainEnding, WorkloadFailure, type KillReason } from "./ending.js";
import {
  decodeMessage,
  encodeMessage,
  frameKind,
  type Answer,
  type Command,
  type MemorySample,
  type NamedModule,
  type Notice,
  type WorkloadPhase,
} from "./protocol.js";
import { isWindows, startRunner, type Launch, type Started } from "./start.js";

const STREAMS_OUTLIVE_MS = 1000;
/** Node has no longer ones. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;
const STDERR_TAIL_BYTES = 8192;
const GROUP_POLL_MS = 20;
/** Time for a server to end by itself when it is told to. */
const TERMINATION_MS = 2000;

export interface LaunchOptions {
  readonly workingDirectory: string;
  /** Node options before the runner, such as a TypeScript loader. */
  readonly nodeOptions: readonly string[];
  /** How it is started, where not by our runner. */
  readonly launch?: Launch;
  /** Milliseconds for processes that it has started, which end by themselves when it is gone; none by default. */
  readonly graceMs?: number;
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
  readonly #started: Started;
  readonly #limitMs: () => number;
  readonly #graceMs: number;
  readonly #descendants = new Descendants();
  readonly #notices: Notice[] = [];
  readonly #closed: Promise<void>;
  #waiting: Waiting | null = null;
  #parser: SnapshotParser | null = null;
  #parseError: Error | null = null;
  #killed: KillReason | null = null;
  #isToldToEnd = false;
  #failure: Error | null = null;
  #stderrTail = "";
  #phase: WorkloadPhase | null = "import";
  #iteration = 0;
  #file: string | null = null;

  constructor(options: LaunchOptions) {
    this.#limitMs = options.limitMs;
    this.#graceMs = options.graceMs ?? 0;
    this.#started = (options.launch ?? startRunner)({
      workingDirectory: options.workingDirectory,
      environment: { ...process.env, ...this.#descendants.environment },
      nodeOptions: options.nodeOptions,
      onFrame: (kind, payload) => this.#receive(kind, payload, options.onProgress),
      fail: (error) => {
        this.#failure ??= error;
        void this.end({ kind: "refused" });
      },
      onGone: () => void this.end({ kind: "gone" }),
    });
    const { child } = this.#started;
    child.stdout?.on("data", options.onOutput);
    child.stderr?.on("data", (chunk: Buffer) => {
      this.#stderrTail = (this.#stderrTail + chunk.toString()).slice(-STDERR_TAIL_BYTES);
      options.onOutput(chunk);
    });
    process.once("exit", this.#endAtOnce);
    this.#closed = new Promise((resolve) => {
      child.once("error", (error) => this.#fail(new WorkloadFailure(`cannot start Node: ${error.message}`), resolve));
      child.once("close", (code, signal) => this.#fail(this.#explain(code, signal), resolve));
      // A process that the workload started may hold the streams open after it.
      child.once("exit", () => {
        // What was told to end may still be at it when the shell or npm above it is gone.
        if (!this.#isToldToEnd) void this.#kill();
        setTimeout(() => this.#closeStreams(), STREAMS_OUTLIVE_MS + this.#graceMs).unref();
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

  /** The variables, but for global ones, that closures of the newest snapshot see. */
  async variables(closures: readonly string[]): Promise<AnswerTo<"variables">["scopes"]> {
    return (await this.#ask({ type: "variables", closures }, "variables")).scopes;
  }

  /**
   * Evaluates an expression with the exports of modules as names, however long it takes.
   *
   * @returns the value, or the error's text, as Node shows it
   */
  async evaluate(expression: string, modules: readonly NamedModule[]): Promise<string> {
    return (await this.#ask({ type: "evaluate", expression, modules }, "evaluated", LONGEST_TIMER_MS)).text;
  }

  /** The test files of a suite, and why others are not run. */
  suite(): Promise<AnswerTo<"suite">> {
    return this.#ask({ type: "suite" }, "suite");
  }

  /** Runs one iteration, and reads the holders after each test file; ended as hung after `limitMs`. */
  runApart(limitMs: number): Promise<AnswerTo<"ran-apart">> {
    return this.#ask({ type: "run-apart" }, "ran-apart", limitMs);
  }

  /** Has iterations run these test files alone; null for all. */
  async choose(files: readonly string[] | null): Promise<void> {
    await this.#ask({ type: "choose", files }, "chosen");
  }

  /** Runs the workload's `teardown`. */
  async finish(limitMs: number): Promise<void> {
    await this.#ask({ type: "finish" }, "finished", limitMs);
  }

  /** Worth a line on the side when all was measured; null where nothing is. */
  get warning(): string | null {
    return this.#started.warning();
  }

  /** Ends the process whatever it is doing, and waits until it is gone. */
  async end(reason: KillReason | null = null): Promise<void> {
    this.#killed ??= reason;
    if (reason === null || reason.kind === "interrupted") await this.#terminate();
    await this.#kill();
    await this.#closed;
    this.#started.close();
    process.removeListener("exit", this.#endAtOnce);
  }

  /** Lets a server run its own shutdown for a moment. */
  async #terminate(): Promise<void> {
    const { child, gone } = this.#started;
    if (gone === null || child.exitCode !== null || child.signalCode !== null || this.#isToldToEnd) return;
    this.#isToldToEnd = true;
    this.#signal("SIGTERM");
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([gone, new Promise((resolve) => (timer = setTimeout(resolve, TERMINATION_MS)))]);
    clearTimeout(timer);
  }

  #closeStreams(): void {
    for (const stream of this.#started.child.stdio) stream?.destroy();
  }

  readonly #endAtOnce = (): void => {
    this.#killNow();
    this.#started.close();
  };

  /** Ends it, and what it has started after its time of grace. */
  async #kill(): Promise<void> {
    const { child } = this.#started;
    if (this.#graceMs > 0 && !isWindows) {
      child.kill("SIGKILL");
      const until = performance.now() + this.#graceMs;
      while (this.#hasGroup() && performance.now() < until) await sleep(GROUP_POLL_MS);
    }
    this.#killNow();
  }

  /** Whether any process of its group is there. */
  #hasGroup(): boolean {
    const { pid } = this.#started.child;
    try {
      return pid !== undefined && process.kill(-pid, 0);
    } catch {
      return false;
    }
  }

  #killNow(): void {
    this.#signal("SIGKILL");
    this.#descendants.kill();
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.#started.child;
    if (pid === undefined) return;
    try {
      process.kill(isWindows ? pid : -pid, signal);
    } catch {
      // gone already
    }
  }

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
      this.#started.write(encodeMessage(command));
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
      this.#file = message.file ?? null;
      onProgress(message.iteration);
    } else {
      this.#notices.push(message as Notice);
    }
  }

  #explain(code: number | null, signal: NodeJS.Signals | null): Error {
    const stderrTail = this.#stderrTail;
    const isToldToEnd = this.#killed?.kind === "interrupted" || this.#isToldToEnd;
    return (
      (isToldToEnd ? null : this.#started.explain({ code, signal, stderrTail })) ??
      explainEnding({
        subject: this.#started.subject,
        notices: this.#notices,
        code,
        signal,
        stderrTail,
        killed: this.#killed,
        phase: this.#phase,
        iteration: this.#iteration,
        file: this.#file,
      })
    );
  }

  #fail(failure: Error, closed: () => void): void {
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
