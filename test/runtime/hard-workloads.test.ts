import { describe, expect, it } from "vitest";
import { project, run, verifyJson } from "./command.js";

/** Workloads that misbehave and go on: the leak in them is confirmed all the same, and nothing else. */
const workloads: Readonly<Record<string, string>> = {
  "floods its standard output": `
    const line = "x".repeat(1000) + "\\n";
    export function iteration(i) { keep(i); for (let n = 0; n < 20; n++) process.stdout.write(line); }`,
  "replaces what is on the global object": `
    export function setup() {
      const broken = () => { throw new Error("was replaced"); };
      for (const name of ["WeakRef", "Map", "Set", "JSON", "Buffer", "Reflect", "Symbol", "TextEncoder", "Uint8Array"])
        globalThis[name] = broken;
      globalThis.setImmediate = globalThis.setTimeout = globalThis.queueMicrotask = broken;
      process.memoryUsage = broken;
      performance.clearResourceTimings = broken;
    }
    export const iteration = keep;`,
  "lets nothing be added to the global object": `
    Object.preventExtensions(globalThis);
    export const iteration = keep;`,
  "has a fake file system": `
    import fs from "node:fs";
    for (const name of ["readSync", "writeSync", "readFileSync", "writeFileSync"]) fs[name] = () => 0;
    export const iteration = keep;`,
  "fakes timers and clocks": `
    import { mock } from "node:test";
    mock.timers.enable({ apis: ["setTimeout", "setInterval", "setImmediate", "Date"], now: 0 });
    performance.now = () => 0;
    export function iteration(i) { keep(i); mock.timers.tick(10); }`,
  "has a watchdog that ends the process, and a timeout that nobody waits for": `
    setTimeout(() => process.exit(9), 600_000).unref();
    setTimeout(() => Promise.reject(new Error("timed out")), 300_000).unref();
    setTimeout(() => { throw new Error("timed out"); }, 120_000).unref();
    export const iteration = keep;`,
  "handles uncaught exceptions of any kind": `
    process.on("uncaughtException", () => {});
    const circular = { big: 10n };
    circular.self = circular;
    export function iteration(i) { keep(i); if (i === 100) setTimeout(() => { throw circular; }); }`,
  "removes all listeners of the process": `
    export function iteration(i) { keep(i); process.removeAllListeners(); }`,
  "takes the coverage's counts": `
    import { Session } from "node:inspector";
    const session = new Session();
    session.connect();
    session.post("Profiler.enable");
    export function iteration(i) { keep(i); session.post("Profiler.takePreciseCoverage"); }`,
  "starts workers that never end": `
    import { Worker } from "node:worker_threads";
    export const setup = () => void new Worker("for (;;);", { eval: true }).unref();
    export const iteration = keep;`,
};

const LEAK = `
  const kept = [];
  const recent = new Map();
  export function keep(i) {
    kept.push({ i });
    recent.set(i % 40, i);
  }
`;

describe("a workload that", () => {
  it.each(Object.entries(workloads))("%s is judged", async (_, code) => {
    const folder = project({
      "leak.mjs": LEAK,
      "workload.mjs": `import { keep } from "./leak.mjs";\n${code}\n`,
    });
    const {
      findings,
      unflagged,
      code: exitCode,
    } = await verifyJson(["leak.mjs", "--workload", "workload.mjs"], {
      cwd: folder,
    });
    const confirmed = findings.filter(({ verdict }) => verdict === "confirmed").map(({ holder }) => holder?.name);
    expect({ confirmed, unflagged, exitCode }).toEqual({ confirmed: ["kept"], unflagged: [], exitCode: 1 });
  });

  it("freezes the global object is not judged by a clock that stands still", async () => {
    const folder = project({
      "leak.mjs": LEAK,
      "workload.mjs":
        'import { keep } from "./leak.mjs";\nObject.freeze(globalThis);\nexport const iteration = keep;\n',
    });
    const { stdout, stderr, code } = await run(["verify", "leak.mjs", "--workload", "workload.mjs"], { cwd: folder });
    expect(stdout).toContain("kept grows, but its entries may expire, and the clock could not be moved on");
    expect(stderr).toMatch(/^leakproof: workload\.mjs: moving the clock on threw Error: Date cannot be replaced: .*$/m);
    expect(code).toBe(3);
  });
});
