import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { eventually, isRunning, project, run, start, type Ended } from "./command.js";

/** What each workload begins with, on one line: it notes its own process and one that it starts. */
const prelude = `import { keep } from "./leak.mjs"; import "./note-processes.mjs";\n`;
const noteProcesses = (stdio: "ignore" | "inherit") => `import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
const idle = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)"], { stdio: "${stdio}" });
idle.unref();
writeFileSync("pids.json", JSON.stringify([process.pid, idle.pid]));
`;
const files = {
  "leak.mjs": "const kept = [];\nexport const keep = (value) => kept.push({ value });\n",
  "note-processes.mjs": noteProcesses("ignore"),
  "temporary/.keep": "",
};

interface Failure {
  readonly what: string;
  readonly workload: string;
  /** The one line that tells the user. */
  readonly says: RegExp;
  /** The line of the workload that is shown. */
  readonly line?: number;
  readonly nodeOptions?: string;
}

const failures: readonly Failure[] = [
  {
    what: "throws while it is imported",
    workload: `export const iteration = (i) => keep(i);
throw new TypeError("no database");
`,
    says: /^leakproof: workload\.mjs: importing the workload threw TypeError: no database$/m,
    line: 3,
  },
  {
    what: "throws in setup",
    workload: `export const iteration = (i) => keep(i);
export function setup() {
  throw new TypeError("no database");
}
`,
    says: /^leakproof: workload\.mjs: setup\(\) threw TypeError: no database$/m,
    line: 4,
  },
  {
    what: "throws in an iteration",
    workload: `export function iteration(i) {
  if (i === 3) throw new TypeError("no database");
}
`,
    says: /^leakproof: workload\.mjs: iteration\(3\) threw TypeError: no database$/m,
    line: 3,
  },
  {
    what: "throws in afterEach",
    workload: `export const iteration = (i) => keep(i);
export function afterEach(i) {
  if (i === 3) throw new TypeError("no database");
}
`,
    says: /^leakproof: workload\.mjs: afterEach\(3\) threw TypeError: no database$/m,
    line: 4,
  },
  {
    what: "rejects with something that is no error",
    workload: `export const iteration = async (i) => {
  if (i === 3) return Promise.reject("out of paper");
};
`,
    says: /^leakproof: workload\.mjs: iteration\(3\) threw out of paper$/m,
  },
  {
    what: "waits for what cannot happen",
    workload: "export const iteration = (i) => (i === 3 ? new Promise(() => {}) : keep(i));\n",
    says: /^leakproof: workload\.mjs: iteration\(3\) never settled: .*$/m,
  },
  {
    what: "waits for what does not happen",
    workload: `setInterval(() => {}, 10);
export const iteration = (i) => (i === 3 ? new Promise(() => {}) : keep(i));
`,
    says: /^leakproof: workload\.mjs: iteration\(3\) did not settle within [\d.]+ s; the process was ended$/m,
  },
  {
    what: "waits for ever while it is imported",
    workload: `setInterval(() => {}, 10);
await new Promise(() => {});
export const iteration = (i) => keep(i);
`,
    says: /^leakproof: workload\.mjs: importing the workload did not settle within [\d.]+ s; the process was ended$/m,
  },
  {
    what: "waits for ever in setup",
    workload: `setInterval(() => {}, 10);
export const setup = () => new Promise(() => {});
export const iteration = (i) => keep(i);
`,
    says: /^leakproof: workload\.mjs: setup\(\) did not settle within [\d.]+ s; the process was ended$/m,
  },
  {
    what: "loops for ever",
    workload: `export function iteration(i) {
  while (i === 3) keep;
}
`,
    says: /^leakproof: workload\.mjs: iteration\(3\) did not settle within [\d.]+ s; the process was ended$/m,
  },
  {
    what: "loops for ever between two iterations",
    workload: `export function iteration(i) {
  if (i === 9) setTimeout(() => { for (;;) keep; }, 5);
}
`,
    says: /^leakproof: workload\.mjs: (?:iteration\(\d+\) did not settle|after iteration \d+, the process could not be measured) within [\d.]+ s.*; the process was ended$/m,
  },
  {
    what: "throws what answers no question",
    workload: `export function iteration(i) {
  const odd = { get message() { throw odd; }, get stack() { throw odd; }, toJSON() { throw odd; } };
  if (i === 3) throw odd;
}
`,
    says: /^leakproof: workload\.mjs: iteration\(3\) threw \{ message: \[Getter\], .*\}$/m,
  },
  {
    what: "throws an error of another realm",
    workload: `import { runInNewContext } from "node:vm";
export const iteration = (i) => i === 3 && runInNewContext('throw new TypeError("no database")');
`,
    says: /^leakproof: workload\.mjs: iteration\(3\) threw TypeError: no database$/m,
    line: 3,
  },
  {
    what: "throws a long message of many lines",
    workload: `export function iteration(i) {
  if (i === 3) throw new TypeError("no database\\nleakproof: all is well\\n" + "x".repeat(1e6));
}
`,
    says: /^leakproof: workload\.mjs: iteration\(3\) threw TypeError: no database leakproof: all is well x{500,1000}…$/m,
  },
  {
    what: "has stacks that are no text",
    workload: `Error.prepareStackTrace = (_, sites) => sites;
export function iteration(i) {
  if (i === 3) throw new TypeError("no database");
}
`,
    says: /^leakproof: workload\.mjs: iteration\(3\) threw TypeError: no database$/m,
  },
  {
    what: "throws, and throws again when the process ends",
    workload: `process.on("exit", () => { throw new Error("on exit"); });
export function iteration(i) {
  if (i === 3) throw new TypeError("no database");
}
`,
    says: /^leakproof: workload\.mjs: iteration\(3\) threw TypeError: no database$/m,
    line: 4,
  },
  {
    what: "throws in a timer after it has removed all listeners",
    workload: `export async function iteration(i) {
  process.removeAllListeners();
  if (i === 3) setTimeout(() => { throw new TypeError("no database"); });
  await new Promise((resolve) => setTimeout(resolve, 2));
}
`,
    says: /^leakproof: workload\.mjs: the workload's process ended with code 1 near iteration \d+: TypeError: no database$/m,
    line: 4,
  },
  {
    what: "closes a descriptor that it did not open",
    workload: `import { closeSync } from "node:fs";
export function iteration(i) {
  if (i === 3) closeSync(3);
}
`,
    says: /^leakproof: workload\.mjs: the workload closed, read or wrote file descriptor 3, /m,
  },
  {
    what: "writes to a descriptor that it did not open",
    workload: `import { writeSync } from "node:fs";
export function iteration(i) {
  if (i === 3) writeSync(3, Buffer.from([0, 4, 0, 0, 0, 110, 117, 108, 108]));
}
`,
    says: /^leakproof: workload\.mjs: the workload closed, read or wrote file descriptor 3, /m,
  },
  {
    what: "calls process.exit(0)",
    workload: `export function iteration(i) {
  if (i === 3) process.exit(0);
}
`,
    says: /^leakproof: workload\.mjs: the workload called process\.exit\(0\)$/m,
    line: 3,
  },
  {
    what: "throws in a timer",
    workload: `export async function iteration(i) {
  if (i === 3) setTimeout(() => { throw new TypeError("no database"); });
  await new Promise((resolve) => setTimeout(resolve, 2));
}
`,
    says: /^leakproof: workload\.mjs: uncaught exception during iteration \d+: TypeError: no database$/m,
    line: 3,
  },
  {
    what: "leaves a rejection unhandled",
    workload: `export async function iteration(i) {
  if (i === 3) Promise.reject(new TypeError("no database"));
}
`,
    says: /^leakproof: workload\.mjs: unhandled rejection during iteration \d+: TypeError: no database$/m,
    line: 3,
  },
  {
    what: "runs out of memory",
    workload: `const hoard = [];
export function iteration(i) {
  if (i === 3) for (;;) hoard.push(new Array(1000).fill(i));
}
`,
    says: /^leakproof: workload\.mjs: the workload ran out of memory near iteration \d+$/m,
    nodeOptions: "--max-old-space-size=64",
  },
  {
    what: "aborts",
    workload: `export function iteration(i) {
  if (i === 3) process.abort();
}
`,
    says: /^leakproof: workload\.mjs: the workload's process ended by SIGABRT near iteration \d+$/m,
    line: 3,
  },
  {
    what: "is killed",
    workload: `export function iteration(i) {
  if (i === 3) process.kill(process.pid, "SIGKILL");
}
`,
    says: /^leakproof: workload\.mjs: the workload's process ended by SIGKILL near iteration \d+$/m,
  },
];

const verifyArguments = [
  "verify",
  "leak.mjs",
  "--workload",
  "workload.mjs",
  "--format",
  "json",
  "--output",
  "report.json",
];

async function expectNothingLeft(folder: string): Promise<void> {
  const pids = JSON.parse(readFileSync(path.join(folder, "pids.json"), "utf8")) as number[];
  expect(pids).toHaveLength(2);
  await eventually(() => !pids.some(isRunning), 3000);
  const left = pids.filter(isRunning);
  for (const pid of left) process.kill(pid, "SIGKILL");
  expect(left).toEqual([]);
  expect(readdirSync(path.join(folder, "temporary"))).toEqual([".keep"]);
}

describe("a workload that", () => {
  it.each(failures)("$what", async ({ workload, says, line, nodeOptions = "" }) => {
    const folder = project({ ...files, "workload.mjs": prelude + workload });
    const env = { TMPDIR: path.join(folder, "temporary"), NODE_OPTIONS: nodeOptions };
    const { code, stdout, stderr } = await run([...verifyArguments, "--time-budget", "2"], {
      cwd: folder,
      env,
      timeout: 30_000,
    });
    expect(stderr).toMatch(says);
    expect(stderr.match(/^leakproof: /gm)).toHaveLength(1);
    if (line !== undefined) expect(stderr).toContain(`workload.mjs:${line}`);
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(existsSync(path.join(folder, "report.json"))).toBe(false);
    await expectNothingLeft(folder);
  });

  it("throws, and has started a process that writes to the same streams, does not wait for that one", async () => {
    const throwing = 'export function iteration() {\n  throw new TypeError("no database");\n}\n';
    const folder = project({
      ...files,
      "note-processes.mjs": noteProcesses("inherit"),
      "workload.mjs": prelude + throwing,
    });
    const { code, stderr } = await run([...verifyArguments, "--time-budget", "2"], { cwd: folder, timeout: 30_000 });
    expect(stderr).toMatch(/^leakproof: workload\.mjs: iteration\(0\) threw TypeError: no database$/m);
    expect(code).toBe(3);
    await expectNothingLeft(folder);
  });

  it("throws, and has started a process of a group of its own, leaves none", async () => {
    const throwing = 'export function iteration() {\n  throw new TypeError("no database");\n}\n';
    const folder = project({
      ...files,
      "note-processes.mjs": noteProcesses("ignore").replace("{ stdio:", "{ detached: true, stdio:"),
      "workload.mjs": prelude + throwing,
    });
    const { code } = await run([...verifyArguments, "--time-budget", "2"], { cwd: folder, timeout: 30_000 });
    expect(code).toBe(3);
    if (process.platform === "linux") await expectNothingLeft(folder);
  });

  it("is too slow for its time budget ends in time, with a report that decides nothing", async () => {
    const slow = "export const iteration = () => new Promise((resolve) => setTimeout(resolve, 1200));\n";
    const folder = project({ "workload.mjs": slow });
    const options = ["--workload", "workload.mjs", "--time-budget", "8"];
    const startedAt = performance.now();
    const { code, stdout, stderr } = await run(["verify", ...options], { cwd: folder, timeout: 60_000 });
    expect(performance.now() - startedAt).toBeLessThan(30_000);
    expect(stdout).toContain("stopped by the time budget");
    expect(stderr).toMatch(
      /^leakproof: workload\.mjs: the time budget ended the run after \d iterations, too early to tell: .*$/m,
    );
    expect(code).toBe(3);
  });

  it("fails to tear down has been measured all the same", async () => {
    const teardown = `export const iteration = (i) => keep(i);
export const teardown = () => { throw new TypeError("no database"); };
`;
    const folder = project({ ...files, "workload.mjs": prelude + teardown });
    const { code, stderr } = await run(verifyArguments, { cwd: folder });
    expect(stderr).toMatch(/^leakproof: workload\.mjs: teardown\(\) threw TypeError: no database$/m);
    expect(code).toBe(1);
    expect(JSON.parse(readFileSync(path.join(folder, "report.json"), "utf8"))).toMatchObject({
      summary: { confirmed: 1 },
    });
  });
});

describe("the command, while the workload runs,", () => {
  const endless = `${prelude}export async function iteration(i) {
  if (i === 3) console.log("well under way");
  await new Promise((resolve) => setTimeout(resolve, 5));
}
`;

  async function startAndInterrupt(signal: NodeJS.Signals): Promise<{ ended: Ended; folder: string; tookMs: number }> {
    const folder = project({ ...files, "workload.mjs": endless });
    const env = { TMPDIR: path.join(folder, "temporary") };
    const { child, ended } = start(verifyArguments, { cwd: folder, env, timeout: 30_000 });
    const isUnderWay = new Promise<void>((resolve) =>
      child.stderr?.on("data", (text: string) => text.includes("well under way") && resolve()),
    );
    await Promise.race([isUnderWay, ended]);
    const since = Date.now();
    child.kill(signal);
    return { ended: await ended, folder, tookMs: Date.now() - since };
  }

  it.each([
    { signal: "SIGINT", code: 130 },
    { signal: "SIGTERM", code: 143 },
  ] as const)("ends with code $code at $signal", async ({ signal, code }) => {
    const { ended, folder, tookMs } = await startAndInterrupt(signal);
    expect(ended).toMatchObject({ code, stdout: "", stderr: "well under way\n" });
    expect(tookMs).toBeLessThan(3000);
    expect(existsSync(path.join(folder, "report.json"))).toBe(false);
    await expectNothingLeft(folder);
  });

  it("takes the workload with it when it is killed", async () => {
    const { ended, folder } = await startAndInterrupt("SIGKILL");
    expect(ended.signal).toBe("SIGKILL");
    await expectNothingLeft(folder);
  });
});
