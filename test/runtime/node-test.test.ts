import { describe, expect, it } from "vitest";
import { findingOf, project, run, verifyJson } from "./command.js";

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
    const result = await verifyJson(["app.js", "--node-test", ".", "--time-budget", "90"], { cwd });
    expect(findingOf(result, "listeners")).toMatchObject({ verdict: "confirmed" });
    expect(result.unflagged.map(({ holder }) => holder?.name)).toEqual(["sessions"]);
    expect(result.code).toBe(1);
  });

  it("tells of a test that fails, and which", async () => {
    const cwd = project({
      ...SUITE,
      "test/fails.test.js": `import { test } from "node:test";
test("adds up", () => { throw new Error("1 is not 2"); });
`,
    });
    const { code, stdout, stderr } = await run(["verify", "--node-test", "test/*.test.js"], { cwd });
    expect([code, stdout]).toEqual([3, ""]);
    expect(stderr).toMatch(/test "adds up" of test.fails\.test\.js fails: 1 is not 2/);
  });

  it.each([
    [["--node-test", "spec/*.js"], /^leakproof: no test files: spec\/\*\.js/],
    [["--node-test", ".", "--workload", "app.js"], /--workload and --node-test both say what is to be run/],
  ])("refuses %j", async (parameters, message) => {
    const { code, stdout, stderr } = await run(["verify", ...parameters], { cwd: project(SUITE) });
    expect([code, stdout, stderr.trim().split("\n").length]).toEqual([2, "", 1]);
    expect(stderr).toMatch(message);
  });
});
