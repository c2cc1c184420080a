/** How the process that is measured is started: by Node with our runner, or in another way that is given. */
import { spawn, type ChildProcess } from "node:child_process";
import type { Duplex } from "node:stream";
import { fileURLToPath } from "node:url";
import { FrameReader } from "./protocol.js";

const PIPE_DESCRIPTOR = 3;
const agentUrl = new URL("./agent.js", import.meta.url).href;
const mainFile = fileURLToPath(new URL("./run-workload.js", import.meta.url));

export const isWindows = process.platform === "win32";

export interface StartOptions {
  readonly workingDirectory: string;
  /** What the process inherits. */
  readonly environment: NodeJS.ProcessEnv;
  /** Node options before the runner, such as a TypeScript loader. */
  readonly nodeOptions: readonly string[];
  /** Receives what the agent says, frame by frame. */
  readonly onFrame: (kind: number, payload: Uint8Array) => void;
  /** Ends the process, for this reason. */
  readonly fail: (error: Error) => void;
  /** Says that the process that is measured is gone, whatever else was started with it. */
  readonly onGone: () => void;
}

export interface Started {
  /** Leads a process group of its own, so that processes which it starts end with it. */
  readonly child: ChildProcess;
  /** What messages call it. */
  readonly subject: "workload" | "server";
  /** Sends the agent a command: now, or as soon as it is there. */
  readonly write: (frame: Uint8Array) => void;
  /** Why it ended, where it never came so far that its agent could tell; null where it did. */
  readonly explain: (ended: Ended) => Error | null;
  /** Settled when all of it has ended that its agents tell of; null where it is killed without a word. */
  readonly gone: Promise<void> | null;
  /** Worth a line on the side, when all was measured; null where nothing is. */
  readonly warning: () => string | null;
  /** Lets go of what was opened for it. Synchronous, since it is called as the command exits. */
  readonly close: () => void;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last few kilobytes of its standard error. */
  readonly stderrTail: string;
}

export type Launch = (options: StartOptions) => Started;

/** Node, with our runner as its main module, and a pipe that it inherits. */
export const startRunner: Launch = ({ workingDirectory, environment, nodeOptions, onFrame }) => {
  const child = spawn(process.execPath, ["--import", agentUrl, ...nodeOptions, mainFile], {
    cwd: workingDirectory,
    env: { ...environment, LEAKPROOF_PIPE: String(PIPE_DESCRIPTOR) },
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    detached: !isWindows,
  });
  const pipe = child.stdio[PIPE_DESCRIPTOR] as Duplex;
  const frames = new FrameReader(onFrame);
  pipe.on("data", (chunk: Uint8Array) => frames.push(chunk));
  pipe.on("error", () => {}); // the child is gone; its ending is told by `close`
  return {
    child,
    subject: "workload",
    write: (frame) => void pipe.write(frame),
    explain: () => null,
    gone: null,
    warning: () => null,
    close: () => {},
  };
};
