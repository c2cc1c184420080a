import { describe, expect, it } from "vitest";
import { findingOf, installPackages, project, run, verifyJson } from "./command.js";

const APP = `export const listeners = [];
export const sessions = new Map();
let last = 0;
export const listen = (listener) => void listeners.push(listener);
export const open = () => (sessions.set(++last, { id: last }), last);
export const close = (id) => sessions.delete(id);
`;

const closing = `import { afterEach, test } from "node:test";
import { close, open } from "../app.js";
let id;
afterEach(() => close(id));
test("closes what it opens", () => { id = open(); });
`;

const SUITE = {
  "package.json": '{ "type": "module" }\n',
  "app.js": APP,
  "test/listens.test.js": `import { test } from "node:test";
import { listen } from "../app.js";
test("listens", () => listen(() => {}));
`,
  "test/opens.test.js": `import { describe, it } from "node:test";
import { open } from "../app.js";
describe("sessions", () => { it("opens one", () => void open()); });
`,
  "test/closes.test.js": closing,
  "test/closes-again.test.js": closing,
  "test/waits.test.js": `import { test } from "node:test";
test("waits", async (t) => { await t.test("in it", () => new Promise((done) => setImmediate(done))); });
`,
  "test/common.test.cjs": `const { test } = require("node:test");
test("requires", () => {});
`,
};

describe("leakproof verify --node-test", () => {
  it("finds what two of six files leave behind, and nothing of the runner's own", async () => {
    const cwd = project(SUITE);
    const result = await verifyJson(["--node-test", ".", "--time-budget", "90"], { cwd });
    expect(findingOf(result, "listeners")).toMatchObject({ verdict: "confirmed" });
    expect(findingOf(result, "sessions")).toMatchObject({ verdict: "confirmed" });
    expect(result.unflagged).toEqual([]);
    expect(result.code).toBe(1);
    expect(result.suite).toMatchObject({
      files: 6,
      failures: [],
      left: [
        { file: "test/listens.test.js", name: "listeners", perRun: 1 },
        { file: "test/opens.test.js", name: "sessions", perRun: 1 },
      ],
    });
  });

  it("tells of a test that fails, and passes its file over", async () => {
    const cwd = project({
      ...SUITE,
      "test/fails.test.js": `import { test } from "node:test";
test("adds up", () => { throw new Error("1 is not 2"); });
`,
    });
    const { code, stdout, stderr } = await run(["verify", "--node-test", "test/{fails,waits}.test.js"], { cwd });
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain(
      "passed over  test/fails.test.js  fails in one process with the others, or when it is run again: adds up: 1 is not 2",
    );
    const alone = await run(["verify", "--node-test", "test/fails.test.js"], { cwd });
    expect([alone.code, alone.stdout]).toEqual([3, ""]);
    expect(alone.stderr).toContain("each of the 1 test files fails");
  });

  it("gives each file the hooks of a helper, be it an ES module, CommonJS or TypeScript", async () => {
    const helper = (start: string, name: string): string => `${start}
const open = new Set();
afterEach(() => open.clear());
${name} = () => { open.add({}); };
`;
    const uses = `it("opens", () => { open(); open(); });\n`;
    const cwd = project({
      "esm/helper.mjs": helper(`import { afterEach } from "node:test";\nexport let use;`, "use"),
      "esm/a.test.mjs": `import { it } from "node:test";\nimport { use as open } from "./helper.mjs";\n${uses}`,
      "esm/b.test.mjs": `import { it } from "node:test";\nimport { use as open } from "./helper.mjs";\n${uses}`,
      "cjs/helper.cjs": helper(`const { afterEach } = require("node:test");`, "exports.use"),
      "cjs/c.test.cjs": `const { it } = require("node:test");\nconst { use: open } = require("./helper.cjs");\n${uses}`,
      "cjs/d.test.cjs": `const { it } = require("node:test");\nconst { use: open } = require("./helper.cjs");\n${uses}`,
      "ts/helper.mts": helper(`import { afterEach } from "node:test";\nexport let use: () => void;`, "use"),
      "ts/e.test.mts": `import { it } from "node:test";\nimport { use as open } from "./helper.mts";\n${uses}`,
    });
    installPackages(cwd);
    const { code, suite, summary } = await verifyJson(["--node-test", "**/*.test.*", "--iterations", "100"], {
      cwd,
      timeout: 300_000,
    });
    expect([code, suite]).toEqual([0, { files: 5, failures: [], left: [] }]);
    expect(summary).toMatchObject({ confirmed: 0, unflagged: 0 });
  });

  it("passes over a file that never ends, and goes on with the next", async () => {
    const cwd = project({
      ...SUITE,
      "test/a-never.test.js": `import { test } from "node:test";
setInterval(() => {}, 1000);
test("waits for ever", () => new Promise(() => {}));
`,
    });
    const parameters = ["--node-test", "test/a-never.test.js", "test/opens.test.js", "--time-budget", "30"];
    const result = await verifyJson(parameters, { cwd });
    expect(findingOf(result, "sessions")).toMatchObject({ verdict: "confirmed" });
    const { files, failures } = result.suite ?? {};
    expect(files).toBe(1);
    expect(new Set(failures?.map(({ file }) => file))).toEqual(new Set(["test/a-never.test.js"]));
    expect(failures?.map(({ message }) => message)).toContain("test timed out after 6000ms");
  });

  it("names a file that keeps the process busy for ever", async () => {
    const cwd = project({
      ...SUITE,
      "test/busy.test.js": `import { test } from "node:test";\ntest("spins", () => { for (;;); });\n`,
    });
    const parameters = ["verify", "--node-test", "test/opens.test.js", "test/busy.test.js", "--time-budget", "5"];
    const { code, stdout, stderr } = await run(parameters, { cwd });
    expect([code, stdout]).toEqual([3, ""]);
    expect(stderr).toMatch(
      /^leakproof: node --test .*the test files did not end within .* \(the last that was begun is test\/busy\.test\.js\)/,
    );
  });

  it("sees in CommonJS of TypeScript what is left behind, and accuses no mock, no test to do and no source map", async () => {
    const cwd = project({
      "package.json": "{}\n",
      "app.ts": `interface Job { readonly id: number }
export const jobs: Job[] = [];
export const mailer = { send: (job: Job): number => job.id };
export const queue = (job: Job): void => void jobs.push(job);
`,
      "queues.test.ts": `import { test } from "node:test";
import { queue } from "./app.ts";
test("queues", () => queue({ id: 1 }));
`,
      "mocks.test.ts": `import { afterEach, mock, test } from "node:test";
import { mailer } from "./app.ts";
afterEach(() => mock.restoreAll());
test("sends", () => { mock.method(mailer, "send", () => 2); mailer.send({ id: 1 }); });
test("sends later", { todo: true }, () => { throw new Error("not yet"); });
`,
    });
    installPackages(cwd);
    const result = await verifyJson(["--node-test"], { cwd });
    expect(findingOf(result, "jobs")).toMatchObject({ verdict: "confirmed", line: 2 });
    expect(result.unflagged).toEqual([]);
    expect(result.suite).toMatchObject({ failures: [], left: [{ file: "queues.test.ts", name: "jobs", perRun: 1 }] });
  });

  it("hears of a failing test where what it imports is TypeScript", async () => {
    const cwd = project({
      "package.json": '{ "type": "module" }\n',
      "lib.ts": "export enum Answer { Right = 2 }\n",
      "sum.test.js": `import { test } from "node:test";
import { Answer } from "./lib.ts";
test("adds up", () => { throw new Error("1 is not " + Answer.Right); });
`,
    });
    installPackages(cwd);
    const { code, stdout, stderr } = await run(["verify", "--node-test", "sum.test.js"], { cwd });
    expect([code, stdout]).toEqual([3, ""]);
    expect(stderr).toContain("adds up: 1 is not 2");
  });

  it.each([
    [["--node-test", "spec/*.js"], /^leakproof: no test files: spec\/\*\.js/],
    [
      ["--node-test", "test/opens.test.js", "test/opened.test.js"],
      /^leakproof: no such test file: test\/opened\.test\.js/,
    ],
    [["--node-test", ".", "--workload", "app.js"], /--workload and --node-test at once/],
  ])("refuses %j", async (parameters, message) => {
    const { code, stdout, stderr } = await run(["verify", ...parameters], { cwd: project(SUITE) });
    expect([code, stdout, stderr.trim().split("\n").length]).toEqual([2, "", 1]);
    expect(stderr).toMatch(message);
  });
});
