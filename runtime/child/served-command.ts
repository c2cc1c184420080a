/**
 * The verifier's side of a server: starts the command, hears the agents in its Node processes, chooses the one that
 * listens, and has its iterations driven from here.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { InputError } from "../input-error.js";
import { Disconnected, secondsText, type Driver, type DriverFactory, type Origin } from "../serve/driver.js";
import { WorkloadFailure } from "./ending.js";
import { frameKind, FrameReader } from "./protocol.js";
import {
  chooseServer,
  explainSilence,
  type ListeningProcess,
  type ServerChoice,
  type TcpListener,
} from "./server-choice.js";
import {
  decodeServeNotice,
  encodeServeMessage,
  SERVE_VARIABLE,
  type Listener,
  type ServeNotice,
  type ServePlan,
} from "./serve-protocol.js";
import { isWindows, type Ended, type Launch, type Started, type StartOptions } from "./start.js";

const agentUrl = new URL("./serve-agent.js", import.meta.url).href;
/** Time for further servers of the command to listen, when one does. */
const CHOICE_MS = 300;
/** Time for a process to be seen to end, when its connections break. */
const ENDING_MS = 2000;
const COMMAND_NOT_FOUND = 127;

export interface ServedOptions {
  /** As for a shell. */
  readonly command: string;
  /** The port of the server that is driven; null for the one that is found. */
  readonly port: number | null;
  readonly listenLimitMs: number;
  readonly requestLimitMs: number;
  readonly driver: DriverFactory;
}

interface Agent extends ListeningProcess {
  readonly socket: Socket;
  pid: number;
  readonly listeners: Listener[];
}

/** Starts a command whose server is measured. */
export const startServer =
  (options: ServedOptions): Launch =>
  (start) =>
    new ServedCommand(options, start);

class ServedCommand implements Started {
  readonly subject = "server";
  readonly child: ChildProcess;
  readonly gone: Promise<void>;
  readonly #options: ServedOptions;
  readonly #start: StartOptions;
  readonly #folder: string;
  readonly #server: Server;
  readonly #agents = new Set<Agent>();
  readonly #listenLimit: NodeJS.Timeout;
  #choiceTimer: NodeJS.Timeout | undefined;
  /** Commands for a process that does not listen yet. */
  #unsent: Uint8Array[] = [];
  #chosen: ServerChoice<Agent> | null = null;
  #driver: Driver | null = null;
  #isClosed = false;
  #isOver: () => void = () => {};
  #hasExited = false;

  constructor(options: ServedOptions, start: StartOptions) {
    this.#options = options;
    this.#start = start;
    this.gone = new Promise((resolve) => (this.#isOver = resolve));
    // A folder that only this user may enter: whoever reaches the socket can have the server measured.
    this.#folder = mkdtempSync(path.join(tmpdir(), "leakproof-serve-"));
    const socket = isWindows ? `\\\\.\\pipe\\${path.basename(this.#folder)}` : path.join(this.#folder, "socket");
    this.#server = createServer((agent) => this.#hear(agent));
    this.#server.once("error", (error) =>
      start.fail(new WorkloadFailure(`no socket can be opened in ${this.#folder}: ${error.message}`)),
    );
    this.#server.listen(socket);
    this.child = spawn(options.command, {
      cwd: start.workingDirectory,
      env: { ...start.environment, ...environmentFor(socket) },
      shell: true,
      stdio: ["ignore", "pipe", "pipe"],
      detached: !isWindows,
    });
    this.child.once("exit", () => {
      this.#hasExited = true;
      this.#noteEnd();
    });
    this.#listenLimit = setTimeout(() => start.fail(this.#explainSilence()), options.listenLimitMs);
  }

  write(frame: Uint8Array): void {
    if (this.#chosen === null) this.#unsent.push(frame);
    else this.#chosen.process.socket.write(frame);
  }

  explain({ code, signal, stderrTail }: Ended): Error | null {
    if (this.#chosen !== null) return null;
    const said = lastErrorLine(stderrTail);
    if (code === COMMAND_NOT_FOUND) {
      return new InputError(`--serve ${JSON.stringify(this.#options.command)}: command not found${said}`);
    }
    const how = signal === null ? `ended with code ${code}` : `was ended by ${signal}`;
    return new WorkloadFailure(`the command ${how} before it listened on a port${said}`);
  }

  warning(): string | null {
    return this.#driver?.warning() ?? null;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#listenLimit);
    clearTimeout(this.#choiceTimer);
    this.#driver?.close();
    this.#server.close();
    for (const { socket } of this.#agents) socket.destroy();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #hear(socket: Socket): void {
    const agent: Agent = { socket, pid: 0, listeners: [] };
    this.#agents.add(agent);
    const frames = new FrameReader((kind, payload) => {
      const notice = kind === frameKind.message ? decodeServeNotice(payload) : null;
      if (notice !== null) this.#take(notice, agent);
      else if (this.#chosen?.process === agent) this.#start.onFrame(kind, payload);
    });
    /* eslint-disable leakproof/no-leaked-listener -- the socket goes with the process at its other end */
    socket.on("data", (chunk: Uint8Array) => frames.push(chunk));
    socket.on("error", () => {}); // its process is gone
    /* eslint-enable leakproof/no-leaked-listener */
    socket.once("close", () => {
      this.#agents.delete(agent);
      this.#noteEnd();
      // What the process said last was heard; how the command ends tells more, where it ends with it.
      if (this.#chosen?.process === agent && !this.#isClosed) setTimeout(this.#start.onGone, ENDING_MS).unref();
    });
  }

  #noteEnd(): void {
    if (this.#hasExited && this.#agents.size === 0) this.#isOver();
  }

  #take(notice: ServeNotice, agent: Agent): void {
    switch (notice.type) {
      case "hello":
        agent.pid = notice.pid;
        break;
      case "listening":
        agent.listeners.push(notice.listener);
        if (this.#chosen === null) this.#chooseSoon();
        else this.#chooseAgain();
        break;
      case "drive":
        if (this.#chosen?.process === agent) void this.#drive(notice.iteration);
    }
  }

  #chooseSoon(): void {
    clearTimeout(this.#choiceTimer);
    this.#choiceTimer = setTimeout(() => void this.#choose(), CHOICE_MS);
  }

  /** The same is said of a second process however long after the first it listens. */
  #chooseAgain(): void {
    const found = chooseServer([...this.#agents], this.#options.port);
    if (found instanceof Error) this.#start.fail(found);
  }

  async #choose(): Promise<void> {
    const found = chooseServer([...this.#agents], this.#options.port);
    if (found instanceof Error) {
      this.#start.fail(found);
      return;
    }
    if (found === null) return;
    const { process: agent, listener } = found;
    const origin: Origin = { ...listener, host: await reachableHost(listener) };
    if (this.#isClosed || this.#chosen !== null) return;
    clearTimeout(this.#listenLimit);
    this.#driver = this.#options.driver(origin, this.#options.requestLimitMs);
    this.#chosen = found;
    agent.socket.write(encodeServeMessage({ type: "begin" }));
    for (const frame of this.#unsent) agent.socket.write(frame);
    this.#unsent = [];
  }

  #explainSilence(): Error {
    const { port, listenLimitMs } = this.#options;
    return explainSilence([...this.#agents], port, secondsText(listenLimitMs));
  }

  async #drive(iteration: number): Promise<void> {
    try {
      await this.#driver?.drive(iteration);
      this.write(encodeServeMessage({ type: "driven" }));
    } catch (error) {
      if (error instanceof Disconnected) await this.#fallBehind(error);
      else this.#start.fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Fails for a broken connection, unless the process turns out to be gone, which says more. */
  async #fallBehind({ message }: Disconnected): Promise<void> {
    const until = performance.now() + ENDING_MS;
    while (performance.now() < until) {
      if (this.#hasExited || this.#chosen === null || !this.#agents.has(this.#chosen.process)) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    this.#start.fail(new WorkloadFailure(message));
  }
}

/** Node processes anywhere below the command read it. */
function environmentFor(socket: string): NodeJS.ProcessEnv {
  const nodeOptions = process.env["NODE_OPTIONS"];
  const plan: ServePlan = { socket, nodeOptions: nodeOptions ?? null };
  return { [SERVE_VARIABLE]: JSON.stringify(plan), NODE_OPTIONS: `${nodeOptions ?? ""} --import=${agentUrl}`.trim() };
}

/** An address of this machine's own at which the server is reached: one that listens on all does so on loopback. */
async function reachableHost({ host, port }: TcpListener): Promise<string> {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host !== "::") return host;
  return (await isReachable("127.0.0.1", port)) ? "127.0.0.1" : "::1";
}

function isReachable(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    socket.once("connect", () => resolve(true));
    socket.once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

/** The line that says most: npm goes on about its own log after it. */
function lastErrorLine(stderrTail: string): string {
  const error = /^\w*(?:Error|Exception)\b.*$|^npm (?:error|ERR!) \w.*$/m.exec(stderrTail)?.[0];
  const line = error ?? stderrTail.trimEnd().split("\n").at(-1) ?? "";
  return line === "" ? "" : `: ${line.trim()}`;
}
