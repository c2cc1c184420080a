/** Node processes that the tests of targets attach to, each gone when its test is over. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import net from "node:net";
import path from "node:path";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";

const fixtures = path.join(import.meta.dirname, "../fixtures/targets");

export interface NodeServer {
  readonly pid: number;
  readonly child: ChildProcess;
  /** Where its inspector listened when it was started; undefined when it was not open. */
  readonly inspectorUrl: string | undefined;
  /** What it has printed on its standard error. */
  stderr(): string;
  /** Has it do something, and answers with how many objects it keeps. */
  ask(path?: string): Promise<number>;
}

// Vitest's own settings are none of theirs.
const { NODE_OPTIONS: _, ...environment } = process.env;

/** Starts a process; the caller's test ends it. */
export function startProcess(
  command: string,
  parameters: readonly string[],
  variables: NodeJS.ProcessEnv = {},
): ChildProcess & { readonly pid: number } {
  const child = spawn(command, parameters, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...environment, ...variables },
  });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`cannot start ${command}`);
  return Object.assign(child, { pid });
}

/** Starts the server; its modes are in the fixture. Its inspector, once asked for, opens at any free port. */
export async function startServer(
  modes: readonly string[] = [],
  nodeOptions: readonly string[] = ["--inspect-port=0"],
): Promise<NodeServer> {
  const child = startProcess(process.execPath, [...nodeOptions, path.join(fixtures, "server.mjs"), ...modes]);
  let stderr = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const { port, url } = JSON.parse(await firstLine(child)) as { port: number; url?: string };
  const ask = async (asked = "/"): Promise<number> => {
    const response = await fetch(`http://127.0.0.1:${port}${asked}`, { headers: { connection: "close" } });
    return Number(await response.text());
  };
  return { pid: child.pid, child, inspectorUrl: url, stderr: () => stderr, ask };
}

/** Starts a process that attaches to another and ends as named, and waits until it is attached. */
export async function startAttached(pid: number, ending: string): Promise<ChildProcess> {
  const child = startProcess(process.execPath, [path.join(fixtures, "attach.mjs"), String(pid), ending]);
  await firstLine(child);
  return child;
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error("no standard output");
  for await (const line of createInterface(child.stdout)) return line;
  throw new Error("it ended without a word");
}

/** Whether anything listens at a port of this machine. */
export function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host: "127.0.0.1" });
    socket.once("error", () => resolve(false));
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
  });
}
