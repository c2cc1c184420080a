/** What the operating system tells of a process before anything is done to it. */
import { execFile } from "node:child_process";
import { readFile, readlink } from "node:fs/promises";
import { constants } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

export interface ProcessFacts {
  /** The program's file name, without folders; "" where that is not told. */
  readonly program: string;
  /** Command line and NODE_OPTIONS, as words. */
  readonly options: readonly string[];
  /** What it does with SIGUSR1; Node catches it, which is how its inspector is asked for. */
  readonly debugSignal: "caught" | "blocked" | "ignored" | "deadly" | "unknown";
  /** The process whose thread this is, where it is not the process itself. */
  readonly processOfThread: number | null;
  /** What it knows itself as: another number in a container. */
  readonly ownPid: number;
  /** Whether it has ended, and waits for its parent to notice. */
  readonly isEnded: boolean;
  /** Whether it has a network of its own, whose loopback is out of reach. */
  readonly hasOwnNetwork: boolean;
}

/**
 * Looks at a process.
 *
 * @throws the system's error (`ENOENT`, `EACCES`) when it is gone or may not be looked at
 */
export async function factsOf(pid: number): Promise<ProcessFacts> {
  if (process.platform === "linux") return factsOnLinux(pid);
  const isWindows = process.platform === "win32";
  return {
    program: isWindows ? "" : path.basename((await askPs(pid, "comm")).trim()),
    options: isWindows ? [] : (await askPs(pid, "command")).trim().split(/\s+/),
    debugSignal: "unknown",
    processOfThread: null,
    ownPid: pid,
    isEnded: false,
    hasOwnNetwork: false,
  };
}

async function factsOnLinux(pid: number): Promise<ProcessFacts> {
  const folder = `/proc/${pid}`;
  const status = await readFile(`${folder}/status`, "utf8");
  const isEnded = /^State:\s+[ZX]/m.test(status);
  const program = isEnded ? "" : await readlink(`${folder}/exe`);
  const commandLine = await readFile(`${folder}/cmdline`, "utf8").catch(() => "");
  const environment = await readFile(`${folder}/environ`, "utf8").catch(() => "");
  const nodeOptions = environment.split("\0").find((entry) => entry.startsWith("NODE_OPTIONS="));
  const threadGroup = Number(/^Tgid:\s+(\d+)/m.exec(status)?.[1] ?? pid);
  return {
    // An update may have put another file in its place since.
    program: path.basename(program.replace(/ \(deleted\)$/, "")),
    options: [...commandLine.split("\0"), ...(nodeOptions ?? "").slice("NODE_OPTIONS=".length).split(/\s+/)],
    debugSignal: debugSignalOf(status),
    processOfThread: threadGroup === pid ? null : threadGroup,
    ownPid: Number(/^NSpid:.*\s(\d+)$/m.exec(status)?.[1] ?? pid),
    isEnded,
    hasOwnNetwork: (await namespaceOf(pid)) !== (await namespaceOf("self")),
  };
}

const namespaceOf = (pid: number | "self"): Promise<string> => readlink(`/proc/${pid}/ns/net`).catch(() => "");

function debugSignalOf(status: string): ProcessFacts["debugSignal"] {
  const has = (mask: string): boolean => {
    const digits = new RegExp(`^${mask}:\\s+([0-9a-f]+)$`, "m").exec(status)?.[1] ?? "0";
    return ((BigInt(`0x${digits}`) >> BigInt(constants.signals.SIGUSR1 - 1)) & 1n) === 1n;
  };
  if (has("SigCgt")) return has("SigBlk") ? "blocked" : "caught";
  if (has("SigBlk")) return "blocked";
  return has("SigIgn") ? "ignored" : "deadly";
}

async function askPs(pid: number, column: string): Promise<string> {
  return (await promisify(execFile)("ps", ["-ww", "-o", `${column}=`, "-p", String(pid)], { timeout: 10_000 })).stdout;
}
