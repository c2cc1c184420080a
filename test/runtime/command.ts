/** Runs the built command as a user would, each time in a folder of its own. */
import { spawn, type ChildProcess } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import type { JudgedFinding, VerificationResult } from "../../runtime/verdict/result.js";

export const repository = path.resolve(import.meta.dirname, "../..");
const cli = path.join(repository, "dist/runtime/cli.js");
const fixtures = path.join(import.meta.dirname, "fixtures");

export interface RunOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds after which the command is killed: a hang is a failure, not a test that never ends. */
  readonly timeout?: number;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly pid: number;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

export function start(args: readonly string[], { cwd, env, timeout = 100_000 }: RunOptions): Started {
  const child = spawn(process.execPath, [cli, ...args], {
    cwd,
    env: { ...environment(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), timeout);
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
  const ended = new Promise<Ended>((resolve) => {
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, stdout, stderr, pid: child.pid ?? 0 });
    });
  });
  return { child, ended };
}

/** What `leakproof <args>` printed and how it ended. */
export function run(args: readonly string[], options: RunOptions): Promise<Ended> {
  return start(args, options).ended;
}

/** `leakproof verify … --format json`, parsed. Throws what the command printed when that is no report. */
export async function verifyJson(
  args: readonly string[],
  options: RunOptions,
): Promise<VerificationResult & { readonly code: number | null }> {
  const { code, stdout, stderr } = await run(["verify", ...args, "--format", "json"], options);
  try {
    return { ...(JSON.parse(stdout) as VerificationResult), code };
  } catch {
    throw new Error(`exit code ${code}, no report on stdout: ${stdout}\n${stderr}`);
  }
}

// Vitest's own settings are none of the command's.
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:VITEST|NODE_OPTIONS|NODE_ENV|TEST$)/.test(name)),
  );
}

/** A temporary folder with these files in it, gone when the test is over. */
export function project(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A copy of a folder under fixtures/; the caller removes it. */
export function copyOfFixture(name: string): string {
  const folder = temporaryFolder();
  cpSync(path.join(fixtures, name), folder, { recursive: true });
  return folder;
}

/** Real, since Node reports modules by their real path. */
function temporaryFolder(): string {
  return realpathSync(mkdtempSync(path.join(tmpdir(), "leakproof-test-")));
}

/** Gives a folder the packages that this repository has installed, as `npm install` would. */
export function installPackages(folder: string): void {
  const link = path.join(folder, "node_modules");
  if (!existsSync(link)) symlinkSync(path.join(repository, "node_modules"), link, "junction");
}

const growthRules = ["leakproof/no-grow-only-registry", "leakproof/no-unbounded-cache"];

/**
 * Writes an ESLint report that accuses each of the names, where it first stands in its file, of growing without bound,
 * as a registry and as a cache: one of the two is what the holder may be. Answers the report's name.
 */
export function accuse(
  folder: string,
  accused: Readonly<Record<string, readonly string[]>>,
  report = "accused.json",
): string {
  const results = Object.entries(accused).map(([file, names]) => ({
    filePath: path.join(folder, file),
    messages: names.flatMap((name) =>
      growthRules.map((ruleId) => ({ ruleId, severity: 2, message: name, ...placeOf(folder, file, name) })),
    ),
  }));
  writeFileSync(path.join(folder, report), JSON.stringify(results));
  return report;
}

/** Line and column, from 1, at which a text first stands in a file as words of its own. */
export function placeOf(folder: string, file: string, text: string): { line: number; column: number } {
  const words = new RegExp(`(?<![\\w$])${text.replace(/[$.#]/g, "\\$&")}(?![\\w$])`);
  const lines = readFileSync(path.join(folder, file), "utf8").split("\n");
  const index = lines.findIndex((line) => words.test(line));
  if (index < 0) throw new Error(`${file} does not mention ${text}`);
  return { line: index + 1, column: (lines[index] ?? "").search(words) + 1 };
}

/** The findings at the place where a text first stands in a file. */
export function findingsAt(
  { findings }: VerificationResult,
  folder: string,
  file: string,
  text: string,
): JudgedFinding[] {
  const { line, column } = placeOf(folder, file, text);
  return findings.filter((finding) => finding.file === file && finding.line === line && finding.column === column);
}

/** The finding on a holder, by the holder's name. */
export function findingOf({ findings }: VerificationResult, name: string): JudgedFinding | undefined {
  return findings.find(({ holder }) => holder?.name === name);
}

/** Whether a process is there. One that is dead and not yet fetched by its parent is not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const status = `/proc/${pid}/stat`;
  return !existsSync(status) || !/\) Z /.test(readFileSync(status, "utf8"));
}

/** Waits until a claim holds; false when it does not within that many milliseconds. */
export async function eventually(claim: () => boolean, withinMs: number): Promise<boolean> {
  const until = Date.now() + withinMs;
  while (!claim()) {
    if (Date.now() > until) return false;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return true;
}
