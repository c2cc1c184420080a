/** The recorder's side of what it records: starts it, hears its agents, and sees that all of it ends. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Descendants } from "./descendants.js";
import { explainEnding, WorkloadFailure, type KillReason } from "./ending.js";
import { treeRss } from "./process-tree.js";
import { FrameReader, type Notice, type WorkloadPhase } from "./protocol.js";
import {
  decodeRecordMessage,
  encodeRecordMessage,
  RECORD_VARIABLE,
  type Gauge,
  type RecordNotice,
  type RecordPlan,
} from "./record-protocol.js";

const isWindows = process.platform === "win32";
const agentUrl = new URL("./record-agent.js", import.meta.url).href;
const runnerFile = fileURLToPath(new URL("./record-runner.js", import.meta.url));
/** Time for a command to end by itself when it is told to. */
const TERMINATION_MS = 2000;
const STREAMS_OUTLIVE_MS = 1000;
const STDERR_TAIL_BYTES = 8192;

/** What is run: a workload by our runner, or any command as it is. */
export type Recorded =
  | {
      readonly kind: "workload";
      readonly plan: NonNullable<RecordPlan["workload"]>;
      readonly nodeOptions: readonly string[];
    }
  | {
      readonly kind: "command";
      readonly command: readonly string[];
      /** Whether `performance.mark` in its code ends an iteration. */
      readonly watchesMarks: boolean;
    };

export interface RecordedProcessOptions {
  readonly recorded: Recorded;
  readonly workingDirectory: string;
  readonly intervalMs: number;
  readonly countsObjects: boolean;
  readonly onGauge: (gauge: Gauge, pid: number, iteration: number | null) => void;
  readonly onOutput: (chunk: Uint8Array, stream: "stdout" | "stderr") => void;
}

interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** How it ended. `failure` is null where it ran to its end, or was ended because enough was recorded. */
export interface RecordedEnding {
  readonly failure: WorkloadFailure | null;
  /** Whether there was nothing to start by that name. */
  readonly isMissing: boolean;
}

/** What is being recorded. Call `end` on every way out. */
export class RecordedProcess {
  /** Settled when the process and its agents are gone. */
  readonly ended: Promise<RecordedEnding>;
  readonly #options: RecordedProcessOptions;
  readonly #folder: string;
  readonly #server: Server;
  readonly #child: ChildProcess;
  readonly #descendants = new Descendants();
  readonly #agents = new Map<Socket, number | null>();
  readonly #notices: Notice[] = [];
  #phase: WorkloadPhase | null = "import";
  #iteration = 0;
  #killed: KillReason | null = null;
  #isEnough = false;
  #isDone = false;
  #stderrTail = "";
  #startError: Error | null = null;

  /** Starts it. @throws {Error} where no socket can be opened in the folder for temporary files */
  static async start(options: RecordedProcessOptions): Promise<RecordedProcess> {
    // A folder that only this user may enter: whoever reaches the socket can have marks made.
    const folder = mkdtempSync(path.join(tmpdir(), "leakproof-record-"));
    const socket = isWindows ? `\\\\.\\pipe\\${path.basename(folder)}` : path.join(folder, "socket");
    const server = createServer();
    try {
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(socket, resolve);
      });
      return new RecordedProcess(options, folder, server, socket);
    } catch (error) {
      server.close();
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  private constructor(options: RecordedProcessOptions, folder: string, server: Server, socket: string) {
    this.#options = options;
    this.#folder = folder;
    this.#server = server;
    // eslint-disable-next-line leakproof/no-leaked-listener -- the server is closed when the process is gone
    server.on("connection", (agent) => this.#hear(agent));
    const [file, ...parameters] = commandOf(options.recorded);
    this.#child = spawn(file, parameters, {
      cwd: options.workingDirectory,
      env: { ...environmentFor(options, socket), ...this.#descendants.environment },
      // A terminal would stop a group that reads from it in the background.
      stdio: [process.stdin.isTTY || options.recorded.kind === "workload" ? "ignore" : "inherit", "pipe", "pipe"],
      detached: !isWindows,
    });
    this.#child.stdout?.on("data", (chunk: Buffer) => options.onOutput(chunk, "stdout"));
    this.#child.stderr?.on("data", (chunk: Buffer) => {
      this.#stderrTail = (this.#stderrTail + chunk.toString()).slice(-STDERR_TAIL_BYTES);
      options.onOutput(chunk, "stderr");
    });
    process.once("exit", this.#killNow);
    const exited = new Promise<Exit>((resolve) => {
      this.#child.once("error", (error) => {
        this.#startError = error;
        resolve({ code: null, signal: null });
      });
      this.#child.once("close", (code, signal) => resolve({ code, signal }));
      // A process that it started may hold the streams open after it.
      this.#child.once("exit", () => {
        this.#killNow();
        setTimeout(() => {
          for (const stream of [this.#child.stdout, this.#child.stderr]) stream?.destroy();
        }, STREAMS_OUTLIVE_MS).unref();
      });
    });
    this.ended = this.#untilGone(exited);
  }

  /** Has all agents make a mark, as soon as their programs let them. */
  mark(iteration: number): void {
    for (const agent of this.#agents.keys()) agent.write(encodeRecordMessage({ type: "mark", iteration }));
  }

  /** Bytes of the process and all that it started; null where they are not known. */
  async rss(): Promise<number | null> {
    return this.#child.pid === undefined ? null : treeRss(this.#child.pid);
  }

  /** Ends it because enough was recorded: told first, then killed. */
  async finish(): Promise<void> {
    this.#isEnough = true;
    this.#signal("SIGTERM");
    const timer = setTimeout(this.#killNow, TERMINATION_MS);
    try {
      await this.ended;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends it at once, and waits until it is gone. */
  async end(reason: KillReason | null = null): Promise<void> {
    this.#killed ??= reason;
    this.#killNow();
    await this.ended;
  }

  async #untilGone(exited: Promise<Exit>): Promise<RecordedEnding> {
    const { code, signal } = await exited;
    // What the agents said last may still be on its way.
    await Promise.all([...this.#agents.keys()].map(closed));
    this.#server.close();
    process.removeListener("exit", this.#killNow);
    rmSync(this.#folder, { recursive: true, force: true });
    const isMissing = this.#startError !== null && "code" in this.#startError && this.#startError.code === "ENOENT";
    return { failure: this.#failureOf(code, signal), isMissing };
  }

  #failureOf(code: number | null, signal: NodeJS.Signals | null): WorkloadFailure | null {
    if (this.#startError !== null) return new WorkloadFailure(`cannot be started: ${this.#startError.message}`);
    const { recorded } = this.#options;
    if (this.#killed === null) {
      if (this.#isEnough || this.#isDone) return null;
      if (recorded.kind === "command") return code === 0 ? null : new WorkloadFailure(endText(code, signal));
    }
    return explainEnding({
      subject: "workload",
      notices: this.#notices,
      code,
      signal,
      stderrTail: this.#stderrTail,
      killed: this.#killed,
      phase: this.#phase,
      iteration: this.#iteration,
    });
  }

  #hear(agent: Socket): void {
    this.#agents.set(agent, null);
    const frames = new FrameReader((_, payload) => {
      const notice = decodeRecordMessage(payload) as RecordNotice | null;
      if (notice === null) agent.destroy();
      else this.#take(notice, agent);
    });
    /* eslint-disable leakproof/no-leaked-listener -- the socket goes with the process at its other end */
    agent.on("data", (chunk: Uint8Array) => frames.push(chunk));
    agent.on("error", () => {}); // its process is gone
    /* eslint-enable leakproof/no-leaked-listener */
    agent.once("close", () => this.#agents.delete(agent));
  }

  #take(notice: RecordNotice, agent: Socket): void {
    if (notice.type === "hello") {
      this.#agents.set(agent, notice.pid);
    } else if (notice.type === "gauge") {
      const pid = this.#agents.get(agent);
      if (typeof pid === "number") this.#options.onGauge(notice.gauge, pid, notice.iteration);
    } else if (notice.type === "done") {
      this.#isDone = true;
    } else if (notice.type === "progress") {
      this.#phase = notice.phase;
      this.#iteration = notice.iteration;
    } else {
      this.#notices.push(notice);
    }
  }

  readonly #killNow = (): void => {
    this.#signal("SIGKILL");
    this.#descendants.kill();
  };

  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(isWindows ? pid : -pid, signal);
    } catch {
      // gone already
    }
  }
}

function commandOf(recorded: Recorded): readonly [string, ...string[]] {
  if (recorded.kind === "workload") {
    return [process.execPath, "--import", agentUrl, ...recorded.nodeOptions, runnerFile];
  }
  const [file = "", ...parameters] = recorded.command;
  return [file, ...parameters];
}

function environmentFor(
  { recorded, intervalMs, countsObjects }: RecordedProcessOptions,
  socket: string,
): NodeJS.ProcessEnv {
  const workload = recorded.kind === "workload" ? recorded.plan : null;
  const watchesMarks = recorded.kind === "command" && recorded.watchesMarks;
  const plan: RecordPlan = { socket, intervalMs, countsObjects, watchesMarks, workload };
  const environment = { ...process.env, [RECORD_VARIABLE]: JSON.stringify(plan) };
  if (recorded.kind === "workload") return environment;
  // Node processes anywhere below the command read it.
  return { ...environment, NODE_OPTIONS: `${process.env["NODE_OPTIONS"] ?? ""} --import=${agentUrl}`.trim() };
}

function endText(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `the command ended with code ${code}` : `the command was ended by ${signal}`;
}

function closed(socket: Socket): Promise<void> {
  if (socket.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => socket.destroy(), STREAMS_OUTLIVE_MS);
    socket.once("close", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
