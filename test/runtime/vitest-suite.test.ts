import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { blocks } from "../pages.js";
import { installPackages, project, repository, run, verifyJson } from "./command.js";

const page = blocks(readFileSync(path.join(repository, "docs/test-suites.md"), "utf8"));
const commands = page.filter(({ language }) => language === "sh").map(({ code }) => code.trim());
/** The time is no figure of a verdict: enough for a busy machine. */
const TIME = ["--time-budget", "200"];

function shop(): string {
  const cwd = project({});
  const filter = (file: string): boolean => path.basename(file) !== "node_modules";
  cpSync(path.join(repository, "examples/shop-tests"), cwd, { recursive: true, filter });
  installPackages(cwd);
  return cwd;
}

describe("leakproof verify --vitest, as docs/test-suites.md tells it", () => {
  it("names exactly the three of thirty files that leave something behind, and none when they are mended", async () => {
    const cwd = shop();
    expect(commands[0]).toBe("leakproof verify --vitest");
    const { code, suite, findings, unflagged } = await verifyJson(["--vitest", ...TIME], { cwd, timeout: 300_000 });
    expect(suite?.failures).toEqual([]);
    expect(suite?.left.map(({ file, name, perRun, tearDown }) => [file, name, perRun, tearDown])).toEqual([
      ["test/audit-trail.test.ts", "log", 2, "reset"],
      ["test/checkout.test.ts", "sessions", 3, "clearSessions"],
      ["test/notifications.test.ts", "events", 1, null],
    ]);
    expect([code, suite?.files]).toEqual([1, 30]);
    const leaks = [...findings.filter(({ verdict }) => verdict === "confirmed"), ...unflagged];
    expect(leaks.map(({ chain }) => [chain[0]?.file, chain.find(({ flagged }) => flagged)?.type]).sort()).toEqual([
      ["src/audit.ts", "Array"],
      ["src/events.ts", "Array"],
      ["src/sessions.ts", "Map"],
    ]);

    for (const { code: text } of page.filter(({ language }) => language === "ts")) {
      const file = /^\/\/ (test\/\S+)$/m.exec(text)?.[1] ?? "";
      writeFileSync(path.join(cwd, file), text);
    }
    expect(commands[2]).toBe(commands[0]);
    // These, and one that fills a cache: the others have been seen to leave nothing.
    const filters = ["audit-trail", "checkout", "notifications", "prices"];
    const mended = await verifyJson(["--vitest", ...filters, ...TIME], { cwd, timeout: 300_000 });
    expect([mended.code, mended.suite]).toEqual([0, { files: 4, failures: [], left: [] }]);
    expect(mended.summary).toMatchObject({ confirmed: 0, unflagged: 0 });
  }, 600_000);

  it("runs files by parts of their names", async () => {
    expect(commands[1]).toBe("leakproof verify --vitest checkout prices --time-budget 120");
    const { suite, workload } = await verifyJson(["--vitest", "checkout", "prices", ...TIME], {
      cwd: shop(),
      timeout: 300_000,
    });
    expect(workload).toBe("vitest checkout prices");
    expect([suite?.files, suite?.left.map(({ file }) => file)]).toEqual([2, ["test/checkout.test.ts"]]);
  });

  it("plots the line before and after", async () => {
    const cwd = project({});
    cpSync(path.join(repository, "examples"), path.join(cwd, "examples"), { recursive: true });
    installPackages(cwd);
    const records = (commands[3] ?? "").split("\n");
    expect(records).toHaveLength(3);
    for (const command of records) {
      const { code, stderr } = await run(command.split(" ").slice(1), { cwd });
      expect([command, code, stderr]).toEqual([command, 0, expect.stringMatching(/wrote .*\.svg/)]);
    }
    expect(readFileSync(path.join(cwd, "fixed.svg"), "utf8")).toContain("before");
  });
});

describe("leakproof verify --vitest with other files", () => {
  // In one piece, Vitest would take it for this file's.
  const ENVIRONMENT = ["@vitest", "environment"].join("-");
  const quiet = `import { expect, it } from "vitest"; it("adds", () => expect(1 + 1).toBe(2));`;

  it("passes over what fails without isolation or when it is run again, and says so", async () => {
    const cwd = project({
      "src/counter.ts": "let count = 0;\nexport const next = (): number => ++count;\n",
      "test/fresh.test.ts": `import { expect, it } from "vitest";
import { next } from "../src/counter";
it("begins with one", () => expect(next()).toBe(1));`,
      "test/quiet.test.ts": quiet,
    });
    installPackages(cwd);
    const { stdout, stderr, code } = await run(["verify", "--vitest", ...TIME], { cwd, timeout: 300_000 });
    expect(stdout).toMatch(/passed over {2}test\/fresh\.test\.ts {2}fails .*begins with one: .*expected 2 to be 1/);
    expect([code, stderr]).toEqual([0, ""]);
  });

  it("accuses nothing that hooks of an imported module, or another file, clears; and lets global set-ups tear down", async () => {
    const mounts = `import { expect, it } from "vitest";
import { mount, mounted } from "../src/mounts";
it("mounts", () => { mount(); expect(mounted.size).toBe(1); });`;
    const cwd = project({
      "vitest.config.ts": `export default { test: { globals: true, globalSetup: "./global-setup.ts" } };`,
      "global-setup.ts": `import { rmSync, writeFileSync } from "node:fs";
export function setup() { writeFileSync("up", ""); }
export function teardown() { rmSync("up"); }`,
      "src/mounts.ts": `export const mounted = new Set<object>();
export function mount() { mounted.add({}); }
afterEach(() => mounted.clear());`,
      "src/list.ts": "export const list: object[] = [];",
      "test/first.test.ts": mounts,
      "test/second.test.ts": mounts,
      "test/adds.test.ts": `import { expect, it } from "vitest";
import { list } from "../src/list";
it("adds", () => { for (let i = 0; i < 10; i++) list.push({ i }); expect(list).not.toEqual([]); });`,
      "test/clears.test.ts": `import { expect, it } from "vitest";
import { list } from "../src/list";
it("clears what has become large", () => { if (list.length > 1000) list.length = 0; expect(list.length).toBeLessThan(1001); });`,
    });
    installPackages(cwd);
    const { code, suite, summary } = await verifyJson(["--vitest", ...TIME], { cwd, timeout: 300_000 });
    expect([code, suite]).toEqual([0, { files: 4, failures: [], left: [] }]);
    expect(summary).toMatchObject({ confirmed: 0, unflagged: 0 });
    expect(existsSync(path.join(cwd, "up"))).toBe(false);
  });

  it("runs what vm pools are configured for in one context, and says so", async () => {
    const cwd = project({
      "vitest.config.ts": `export default { test: { pool: "vmThreads" } };`,
      "test/quiet.test.ts": quiet,
    });
    installPackages(cwd);
    const { stderr, code } = await run(["verify", "--vitest", ...TIME], { cwd, timeout: 300_000 });
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/the pool vmThreads gives each file a context of its own/),
    ]);
  });

  it.each([
    ["no Vitest", {}, [], /no vitest is installed here/],
    [
      "an old Vitest",
      { "node_modules/vitest/package.json": `{ "name": "vitest", "version": "3.2.4" }` },
      [],
      /takes Vitest 4 or later, and 3\.2\.4 is installed/,
    ],
    ["no file of that name", { "a.test.ts": quiet, linked: "" }, ["orders"], /no test file whose path contains orders/],
    [
      "two environments",
      { "a.test.ts": quiet, "b.test.ts": `// ${ENVIRONMENT} jsdom\n${quiet}`, linked: "" },
      [],
      /these are of 2: name the files of one: node \(a\.test\.ts\); jsdom \(b\.test\.ts\)/,
    ],
    [
      "a configuration that throws",
      { "a.test.ts": quiet, "vitest.config.mjs": `throw new Error("no such plugin");`, linked: "" },
      [],
      /Vitest cannot start: .*no such plugin/,
    ],
    ["--release", { "a.test.ts": quiet, "m.ts": "" }, ["--release", "m.ts#clear"], /--release needs a workload/],
    ["a workload too", { "a.test.ts": quiet }, ["--workload", "a.test.ts"], /--workload and --vitest at once/],
  ])("tells of %s in one line", async (_, files: Record<string, string>, parameters, message) => {
    const cwd = project(files);
    if ("linked" in files) {
      rmSync(path.join(cwd, "linked"));
      installPackages(cwd);
    }
    const { code, stdout, stderr } = await run(["verify", "--vitest", ...parameters], { cwd });
    expect(stderr).toMatch(message);
    expect([code, stdout, stderr.trim().split("\n").length]).toEqual([2, "", 1]);
  });
});
