/** Runs `leakproof verify` on one version of a case: what it says, and how long it took. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import type { VerificationResult } from "../../runtime/verdict/result.js";
import { siteFile, type Leak, type Version } from "./cases.js";
import { installCase } from "./install.js";

const cli = path.join(import.meta.dirname, "../../dist/runtime/cli.js");
const node = process.env["LEAKPROOF_NODE"] ?? process.execPath;
const TIME_LIMIT_MS = 240_000;

/** Where the time of a verification went. */
export interface Timings {
  readonly workloadMs: number;
  readonly captureMs: number;
  readonly analysisMs: number;
  readonly totalMs: number;
}

export type Result = VerificationResult & { readonly timings?: Timings };

export type Answer =
  | { readonly kind: "result"; readonly result: Result }
  /** The command had nothing to verify, and ended well. */
  | { readonly kind: "silent" }
  | { readonly kind: "failed"; readonly error: string };

export type Verification = Answer & { readonly seconds: number };

/** Verifies the modules of the leak sites; where a release moved them, the whole package. */
export async function verifyCase(leak: Leak, version: Version): Promise<Verification> {
  // A folder of its own: another run may verify the same case at the same time.
  const temporary = mkdtempSync(path.join(tmpdir(), "leakproof-corpus-"));
  let startedAt = performance.now();
  const secondsSoFar = (): number => (performance.now() - startedAt) / 1000;
  try {
    const directory = installCase(leak, version);
    startedAt = performance.now();
    const answer = await run(leak, directory, path.join(temporary, "report.json"));
    return { ...answer, seconds: secondsSoFar() };
  } catch (error) {
    return { kind: "failed", error: (error as Error).message.split("\n")[0] ?? "", seconds: secondsSoFar() };
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

async function run(leak: Leak, directory: string, report: string): Promise<Answer> {
  const outputs = ["--format", "json", "--output", report];
  const child = spawn(node, [cli, "verify", ...inputsOf(leak, directory), "--workload", "driver.mjs", ...outputs], {
    cwd: directory,
    env: { ...process.env, ...leak.env },
    stdio: ["ignore", "ignore", "pipe"],
    timeout: TIME_LIMIT_MS,
  });
  const [stderr, ending] = await Promise.all([text(child.stderr), once(child, "close")]);
  if (existsSync(report)) return { kind: "result", result: JSON.parse(readFileSync(report, "utf8")) as Result };
  const [code, signal] = ending as [number | null, NodeJS.Signals | null];
  if (code === 0) return { kind: "silent" };
  const endedBy = signal === null ? `exit code ${code ?? "unknown"}` : signal;
  return { kind: "failed", error: `${errorLine(stderr.replaceAll(directory, "."))} (${endedBy})` };
}

function inputsOf(leak: Leak, directory: string): readonly string[] {
  const files = new Set(leak.leakSites.map(({ file }) => siteFile(leak, file)));
  const inputs = [...files].filter((file) => existsSync(path.join(directory, file)));
  return inputs.length > 0 ? inputs : [`node_modules/${leak.package}`];
}

/** The line that the command ends with, above a stack trace of the workload's; the last one where there is none. */
function errorLine(stderr: string): string {
  const lines = stderr.trim().split("\n");
  return (lines.find((line) => line.startsWith("leakproof: ")) ?? lines.at(-1) ?? "").trim();
}
