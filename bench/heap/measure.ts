/** Runs one engine on one snapshot, in a process of its own. */
import { spawnSync } from "node:child_process";
import { closeSync, openSync, readSync } from "node:fs";
import { loadavg } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Peers } from "./peers.js";

export type Subject = "scan" | "ours" | "memlab" | "devtools";

/** What was used up to the end of a step, from before the file was opened. */
export interface Step {
  readonly name: string;
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly peakMebibytes: number;
}

interface Found {
  readonly nodes: number;
  readonly edges: number;
  /** Bytes. */
  readonly rootRetained: number;
  readonly chainEdges: number;
}

export interface Measurement {
  readonly subject: Subject;
  readonly steps: readonly Step[];
  readonly found: Found;
  /** Over the minute before. */
  readonly load: number;
}

const built = path.join(import.meta.dirname, "../../dist/runtime/heap/index.js");

/**
 * @param nodesFile where a peer writes size, retained size and dominator of each node, as doubles
 * @throws when the process fails, with the end of what it said
 */
export function measure(subject: Subject, file: string, peers: Peers | undefined, nodesFile?: string): Measurement {
  const engine = subject === "ours" ? pathToFileURL(built).href : subject === "scan" ? undefined : peers?.[subject];
  const program = path.join(import.meta.dirname, "subjects", `${subject}.mjs`);
  const programArguments = [engine, file, nodesFile].filter((argument) => argument !== undefined);
  const [load] = loadavg();
  // DevTools' model needs more than the usual limit on large files; all get the same.
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    ["--max-old-space-size=16000", program, ...programArguments],
    { encoding: "utf8", maxBuffer: 1 << 26, env: { ...process.env, NODE_OPTIONS: "" } },
  );
  const lastLine = stdout.trimEnd().split("\n").at(-1) ?? "";
  if (status !== 0 || !lastLine.startsWith("{")) {
    throw new Error(`${subject} failed on ${path.basename(file)} (${signal ?? status}): ${stderr.trim().slice(-400)}`);
  }
  return { subject, load, ...(JSON.parse(lastLine) as Pick<Measurement, "steps" | "found">) };
}

/** Reads a file once, so that the disk has no part in what is measured next. */
export function intoPageCache(file: string): void {
  const buffer = new Uint8Array(1 << 22);
  const descriptor = openSync(file, "r");
  while (readSync(descriptor, buffer) > 0);
  closeSync(descriptor);
}
