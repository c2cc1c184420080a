import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parseCsv } from "../../runtime/record/csv.js";
import type { Sample } from "../../runtime/record/sample.js";
import { eventually, isRunning, project, repository, run, start } from "./command.js";

const growing = `
  const kept = [];
  export function iteration(i) { kept.push({ i, list: [i] }); }
`;
const flat = `export function iteration(i) { return { i, list: [i] }; }`;
/** A program that works for ever, and says when it has done something. */
const server = `
  const kept = [];
  console.log("pid " + process.pid);
  setInterval(() => { kept.push({}, {}); console.log("request " + kept.length / 2); }, 60);
`;

const samplesOf = (folder: string, name: string): Sample[] =>
  parseCsv(readFileSync(path.join(folder, name), "utf8"), name);
const marksOf = (samples: readonly Sample[]): Sample[] => samples.filter(({ iteration }) => iteration !== null);
const objectsOf = (samples: readonly Sample[]): (number | null)[] =>
  marksOf(samples).map(({ values }) => values.objects);
const steps = (values: readonly (number | null)[]): number[] =>
  values.slice(1).map((value, index) => (value ?? NaN) - (values[index] ?? NaN));

/** The first run of `--format json`. */
const firstRun = (text: string): Record<string, unknown> & { measures: unknown[] } => {
  const { runs } = JSON.parse(text) as { runs: [Record<string, unknown> & { measures: unknown[] }] };
  return runs[0];
};

/** Folders of recorders that are not tidied up. */
const leftOver = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith("leakproof-record-"));

describe("leakproof record --workload", () => {
  it("counts the objects that stay, and draws them", async () => {
    const cwd = project({ "growing.mjs": growing });
    const args = ["record", "--workload", "growing.mjs", "--iterations", "12", "--output", "run"];
    const { code, stdout, stderr } = await run(args, { cwd });
    expect(stdout).toMatch(/^objects \+2\.0 per iteration over .*, p < 0\.001/);
    expect(stdout).toMatch(/leakproof verify proves\.\n$/);
    expect(stderr).toMatch(/^leakproof: wrote run\.csv, run\.svg, run\.html, run\.png\n$/);
    expect(code).toBe(0);
    const samples = samplesOf(cwd, "run.csv");
    expect(marksOf(samples).map(({ iteration }) => iteration)).toEqual(Array.from({ length: 13 }, (_, i) => i));
    // Exact: an object and its list, nothing of ours.
    expect(steps(objectsOf(samples)).slice(-6)).toEqual([2, 2, 2, 2, 2, 2]);
    expect(readFileSync(path.join(cwd, "run.png")).subarray(1, 4).toString()).toBe("PNG");
    expect(readFileSync(path.join(cwd, "run.svg"), "utf8")).toMatch(/^<svg [^]*objects[^]*<\/svg>\n$/);
  });

  it("draws a flat line of what keeps nothing, and compares the two", async () => {
    const cwd = project({ "growing.mjs": growing, "flat.mjs": flat });
    const [before, after] = await Promise.all(
      ["growing", "flat"].map((name) =>
        run(["record", "--workload", `${name}.mjs`, "--iterations", "10", "--output", name, "--format", "json"], {
          cwd,
        }),
      ),
    );
    const objects = (text: string): unknown => firstRun(text).measures[0];
    expect(objects(before.stdout)).toMatchObject({
      name: "objects",
      unit: "count",
      trend: { kind: "rises", slope: 2 },
    });
    expect(objects(after.stdout)).toMatchObject({ name: "objects", trend: { kind: "flat" } });
    expect(JSON.parse(after.stdout)).toMatchObject({
      schemaVersion: 1,
      runs: [{ status: "complete", iterations: 10, per: "iteration", processes: 1 }],
    });
    const compared = await run(["record", "--compare", "growing.csv", "flat.csv", "--output", "fix"], { cwd });
    expect(compared.stdout).toMatch(/^growing\.csv:\nobjects \+2\.0[^]*flat\.csv:\nobjects flat at/);
    expect(compared.code).toBe(0);
    const svg = readFileSync(path.join(cwd, "fix.svg"), "utf8");
    expect(svg).toContain("before: +2.0 per iteration");
    expect(svg).toContain("after: flat");
  });

  it("does not show in what it records", async () => {
    const cwd = project({
      "same.mjs": `
        import assert from "node:assert/strict";
        import { Worker } from "node:worker_threads";
        import { fork } from "node:child_process";
        import { once } from "node:events";
        export function setup() {
          assert.equal(process.env.LEAKPROOF_RECORD, undefined);
          assert.equal(process.send, undefined);
          assert.equal(globalThis.gc, undefined);
          assert.deepEqual(process.getActiveResourcesInfo().filter((name) => /Socket|TCP/.test(name)), []);
        }
        export async function iteration(i) {
          if (i > 1) return;
          const child = fork(new URL("./child.mjs", import.meta.url), { stdio: "ignore" });
          const worker = new Worker("process.exit(0)", { eval: true });
          assert.deepEqual((await Promise.all([once(child, "exit"), once(worker, "exit")])).map(([code]) => code), [0, 0]);
        }
      `,
      "child.mjs": "process.exitCode = 0;",
    });
    const { code, stderr } = await run(["record", "--workload", "same.mjs", "--iterations", "6", "--output", "run"], {
      cwd,
    });
    expect(stderr).toMatch(/^leakproof: wrote/);
    expect(code).toBe(0);
    const samples = samplesOf(cwd, "run.csv");
    expect(new Set(samples.map(({ pid }) => pid)).size).toBe(1);
    expect(steps(objectsOf(samples)).slice(-3)).toEqual([0, 0, 0]);
  });

  it.each<[name: string, source: string, said: RegExp, marks: number]>([
    [
      "throws",
      `export function iteration(i) { if (i === 7) throw new Error("seven\\nfold"); }`,
      /iteration\(7\) threw Error: seven fold\n {4}Error: seven\n[^]* at /,
      8,
    ],
    [
      "exits",
      `export function iteration(i) { if (i === 7) process.exit(0); }`,
      /the workload called process\.exit\(0\)\n/,
      8,
    ],
    ["hangs", `export function iteration(i) { if (i === 7) for (;;); }`, /iteration\(7\) did not settle within \d/, 8],
    [
      "waits for ever",
      `export function iteration(i) { if (i === 7) return new Promise(() => {}); }`,
      /iteration\(7\) never settled/,
      8,
    ],
    ["is none", `export const nothing = 1;`, /has no iteration: export a function `iteration\(i\)`/, 0],
    ["does not parse", `export function iteration( {`, /importing the workload threw SyntaxError/, 0],
  ])("keeps and plots what was recorded of a workload that %s", async (_, source, said, marks) => {
    const cwd = project({ "broken.mjs": source });
    const args = ["record", "--workload", "broken.mjs", "--iterations", "9", "--time-budget", "6", "--output", "run"];
    const { code, stderr } = await run(args, { cwd });
    expect(stderr).toMatch(new RegExp(`^leakproof: broken\\.mjs: ${said.source}`));
    expect(code).toBe(3);
    if (marks === 0) return;
    expect(marksOf(samplesOf(cwd, "run.csv"))).toHaveLength(marks);
    expect(existsSync(path.join(cwd, "run.svg"))).toBe(true);
  });

  it("stops when its time is over", async () => {
    const cwd = project({ "slow.mjs": `export const iteration = () => new Promise((done) => setTimeout(done, 150));` });
    const args = ["record", "--workload", "slow.mjs", "--iterations", "1000", "--time-budget", "4", "--format", "json"];
    const { code, stdout } = await run(args, { cwd });
    expect(code).toBe(0);
    const { iterations, status } = firstRun(stdout);
    expect([Number(iterations) > 0 && Number(iterations) < 27, status]).toEqual([true, "complete"]);
  });

  it("names a hostile workload without its markup", async () => {
    const name = `<script>alert(1)<\u2044script>&"\u001b[31m.mjs`;
    const cwd = project({ [name]: flat });
    const { stdout, stderr, code } = await run(["record", "--workload", name, "--iterations", "6", "--output", "run"], {
      cwd,
    });
    expect([code, stderr, stdout]).toEqual([
      0,
      expect.stringMatching(/^leakproof: wrote/),
      expect.not.stringContaining("\u001b"),
    ]);
    for (const file of ["run.svg", "run.html"]) {
      const text = readFileSync(path.join(cwd, file), "utf8");
      expect(text).not.toContain("<script>alert");
      expect(text).not.toContain("\u001b");
      expect(text).toContain("&#60;script&#62;alert(1)");
    }
  });
});

describe("leakproof record -- command", () => {
  it("takes marks that the code makes, in a loop without a pause too", async () => {
    const cwd = project({
      "loop.cjs": `
        const kept = [];
        for (let i = 0; i < 20; i++) { kept.push({}); performance.mark("leakproof:iteration"); }
        if (performance.getEntriesByType("mark").length > 0) process.exit(9);
      `,
    });
    const { code, stdout } = await run(["record", "--output", "run", "--", "node", "loop.cjs"], { cwd });
    expect(stdout).toMatch(/^objects \+1\.0 per iteration/);
    expect(code).toBe(0);
    // Something of Node's own may be born between two marks, and go.
    const last = steps(objectsOf(samplesOf(cwd, "run.csv"))).slice(-12);
    expect(last.toSorted((left, right) => left - right)[6]).toBe(1);
  });

  it("finds the program below npm and a shell", async () => {
    const cwd = project({
      "package.json": JSON.stringify({ name: "x", scripts: { work: "node work.mjs" } }),
      "work.mjs": `const kept = [];
        for (let i = 0; i < 20; i++) {
          await new Promise((done) => setTimeout(done, 20));
          kept.push({}, {}, {});
          performance.mark("leakproof:iteration");
        }`,
    });
    const { code, stdout } = await run(["record", "--format", "json", "--", "npm", "run", "work"], { cwd });
    const { measures, processes } = firstRun(stdout);
    expect(measures[0]).toMatchObject({ name: "objects", trend: { kind: "rises", slope: 3 } });
    expect(processes).toBeGreaterThan(1);
    expect(code).toBe(0);
  });

  it("takes marks from lines of the output, and ends a server after so many", async () => {
    const cwd = project({ "server.mjs": server });
    const args = [
      "record",
      "--mark",
      "^request \\d+",
      "--iterations",
      "20",
      "--output",
      "run",
      "--",
      "node",
      "server.mjs",
    ];
    const { code, stdout, stderr } = await run(args, { cwd });
    // On a busy machine, a server goes on before its objects are counted: few marks would not make a trend.
    expect(stdout).toMatch(/^objects \+\d/);
    expect(code).toBe(0);
    const marks = marksOf(samplesOf(cwd, "run.csv")).filter(({ pid }) => pid !== null);
    expect(marks.map(({ iteration }) => iteration)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(isRunning(Number(/pid (\d+)/.exec(stderr)?.[1]))).toBe(false);
  });

  it.skipIf(process.platform === "win32")("records the memory of what is not Node", async () => {
    const cwd = project({});
    const { code, stdout } = await run(["record", "--interval", "50", "--", "sh", "-c", "sleep 1.5"], { cwd });
    expect(stdout).toMatch(/^RSS /);
    expect(code).toBe(0);
  });

  it("tells the code of a command that fails, and keeps what it recorded", async () => {
    const cwd = project({ "fails.mjs": `setTimeout(() => process.exit(4), 400);` });
    const { code, stderr } = await run(["record", "--output", "run", "--", "node", "fails.mjs"], { cwd });
    expect(stderr).toMatch(/^leakproof: node fails\.mjs: the command ended with code 4\n/);
    expect(code).toBe(3);
    expect(samplesOf(cwd, "run.csv").length).toBeGreaterThan(1);
    expect(existsSync(path.join(cwd, "run.html"))).toBe(true);
  });

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("ends on %s with all written and nobody left", async (signal, wanted) => {
    const cwd = project({ "server.mjs": server });
    const { child, ended } = start(["record", "--output", "run", "--", "node", "server.mjs"], { cwd });
    await eventually(
      () =>
        existsSync(path.join(cwd, "run.csv")) &&
        readFileSync(path.join(cwd, "run.csv"), "utf8").split("\n").length > 12,
      20_000,
    );
    child.kill(signal);
    const { code, stderr } = await ended;
    expect(code).toBe(wanted);
    expect(isRunning(Number(/pid (\d+)/.exec(stderr)?.[1]))).toBe(false);
    expect(readFileSync(path.join(cwd, "run.csv"), "utf8")).toMatch(/\n$/);
    expect(existsSync(path.join(cwd, "run.svg"))).toBe(true);
  });
});

describe("a recorder that is killed", () => {
  it("leaves a recording that can be plotted, and no process", async () => {
    const cwd = project({
      "slow.mjs": `
        console.log("pid " + process.pid);
        export const iteration = () => new Promise((done) => setTimeout(done, 30));
      `,
    });
    const known = leftOver();
    const { child, ended } = start(["record", "--workload", "slow.mjs", "--iterations", "500", "--output", "run"], {
      cwd,
    });
    const file = path.join(cwd, "run.csv");
    expect(await eventually(() => existsSync(file) && /\n\d+,7,/.test(readFileSync(file, "utf8")), 30_000)).toBe(true);
    child.kill("SIGKILL");
    const { stderr } = await ended;
    expect(await eventually(() => !isRunning(Number(/pid (\d+)/.exec(stderr)?.[1])), 5000)).toBe(true);
    expect(await eventually(() => leftOver().every((name) => known.includes(name)), 5000)).toBe(true);
    // As if the kill had come in the middle of a line.
    writeFileSync(file, readFileSync(file, "utf8").replace(/.{5}\n$/, ""));
    const plotted = await run(["record", "--plot", "run.csv"], { cwd });
    expect(plotted.stdout).toMatch(/^objects flat at/);
    expect(plotted.stderr).toMatch(/^leakproof: wrote run\.svg, run\.html/);
    expect(plotted.code).toBe(0);
  });
});

// A limit on the size of files fails as a full disk does, where there is such a limit.
describe.skipIf(process.platform === "win32")("a disk that is full", () => {
  it("ends the files and not the recording", () => {
    const cwd = project({ "workload.mjs": growing });
    const command = [process.execPath, path.join(repository, "dist/runtime/cli.js"), "record", "--output", "run"];
    const { status, stdout, stderr } = spawnSync(
      "sh",
      ["-c", 'ulimit -f 1 && exec "$@"', "sh", ...command, "--workload", "workload.mjs", "--iterations", "40"],
      { cwd, encoding: "utf8" },
    );
    expect([status, stderr.trim().split("\n").length]).toEqual([2, 1]);
    expect(stderr).toMatch(/^leakproof: cannot write run\.svg: .+: name another --output/);
    expect(stdout).toMatch(/^objects \+\d/);
    expect(samplesOf(cwd, "run.csv").length).toBeGreaterThan(4);
  });
});

describe("bad input", () => {
  it.each<[parameters: string[], text: RegExp]>([
    [[], /nothing to record: name a --workload <module>, or a command after --/],
    [["--workload", "missing.mjs"], /no such workload: missing\.mjs/],
    [["--workload", "."], /no such workload: \./],
    [["--wrkload", "x"], /Unknown option '--wrkload' \(leakproof record --help/],
    [["--"], /no command after --/],
    [["--", "no-such-program-here"], /no such command: no-such-program-here/],
    [["node", "x.mjs"], /unexpected node: a command stands after --/],
    [["--workload", "x.mjs", "--", "node"], /--workload and -- <command> at once/],
    [["--workload", "flat.mjs", "--iterations", "1.5"], /--iterations takes a whole number/],
    [["--workload", "flat.mjs", "--interval", "1"], /--interval takes 10 ms or more/],
    [["--workload", "flat.mjs", "--mark", "x"], /--mark is for a command after --/],
    [["--mark", "(", "--", "node"], /--mark takes a regular expression/],
    [["--workload", "flat.mjs", "--format", "xml"], /unknown format: xml \(known: text, json\)/],
    [["--workload", "flat.mjs", "--output", "no/such/run"], /no such folder to write no\/such\/run to/],
    [["--workload", "flat.mjs", "--output", "./"], /--output takes a name for files/],
    [["--plot", "missing.csv"], /cannot read missing\.csv: no such file/],
    [["--plot", "."], /cannot read \.: it is a folder/],
    [["--plot", "foreign.csv"], /foreign\.csv is no recording: its first line is not time_ms,/],
    [["--compare", "one.csv"], /--compare takes two recordings/],
    [["--workload", "flat.mjs", "--output", "taken"], /cannot write taken\.csv: it is a folder/],
  ])("%j is one line, and exit code 2", async (parameters, text) => {
    const cwd = project({ "flat.mjs": flat, "foreign.csv": "a,b\n1,2\n", "taken.csv/x": "" });
    const { code, stdout, stderr } = await run(["record", ...parameters], { cwd });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(new RegExp(`^leakproof: .*${text.source}.*\n$`));
  });

  it("shows its options", async () => {
    const { code, stdout } = await run(["record", "--help"], { cwd: project({}) });
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^Usage: leakproof record --workload/)]);
  });
});

describe.skipIf(process.platform !== "linux")("a terminal", () => {
  it("shows the line while it runs", () => {
    const cwd = project({ "growing.mjs": growing });
    const cli = path.resolve(import.meta.dirname, "../../dist/runtime/cli.js");
    const command = `${process.execPath} ${cli} record --workload growing.mjs --iterations 6`;
    const shown = execFileSync("script", ["-qec", command, "/dev/null"], {
      cwd,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    expect(shown).toMatch(/leakproof: iteration 6 of 6 · \d s · objects [\d,]+ [▁-█]+ · heap used [\d.]+ MB [▁-█]+/);
  });
});
