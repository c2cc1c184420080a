import { describe, expect, it } from "vitest";
import { project, run, verifyJson } from "./command.js";

const REGISTRY = `
const open = [];
export const add = (value) => void open.push(value);
export function clear() { open.length = 0; }
export async function clearLater() { await null; clear(); }
export async function fail() { throw new Error("no connection"); }
export const notCallable = 3;
`;

const WORKLOAD = `
import { add } from "./registry.mjs";
export const iteration = (i) => add({ i });
`;

const FILES = { "registry.mjs": REGISTRY, "workload.mjs": WORKLOAD };
const released = (name: string, file = "registry.mjs"): string[] => [
  ...["registry.mjs", "--workload", "workload.mjs", "--release", `${file}#${name}`],
];

describe("verify --release", () => {
  it.each(["clear", "clearLater"])("shows what calling %s() after each iteration changes", async (name) => {
    const result = await verifyJson(released(name), { cwd: project(FILES) });
    expect(result.code).toBe(1);
    expect(result.findings.map(({ verdict }) => verdict)).toEqual(["confirmed"]);
    expect(result.release).toMatchObject({
      module: "registry.mjs",
      export: name,
      entries: [{ name: "open", before: { verdict: "confirmed", perIteration: 1 }, after: { verdict: "refuted" } }],
    });
  });

  it("says where it changes nothing, also of growth that no finding explains", async () => {
    const folder = project({
      ...FILES,
      "node_modules/audit/package.json": '{ "name": "audit", "type": "module", "exports": "./index.js" }',
      "node_modules/audit/index.js": "const trail = []; export const note = (entry) => void trail.push(entry);",
      "workload.mjs": `import { note } from "audit"; ${WORKLOAD.replace("add({ i })", "(add({ i }), note({ i }))")}`,
    });
    const { code, stdout } = await run(["verify", ...released("clear")], { cwd: folder });
    expect(code).toBe(1);
    const table = stdout.slice(stdout.indexOf("with clear() of registry.mjs called"));
    expect(table).toMatch(/^ +open \(registry\.mjs:2\) +1 per iteration +→ flat$/m);
    expect(table).toMatch(/^ +trail \(node_modules\/audit\/index\.js:1\) +1 per iteration +→ 1 per iteration$/m);
  });

  it("does not call growth flat that the second run could not decide on", async () => {
    // With thin() called, it grows too slowly to tell.
    const folder = project({
      "node_modules/audit/package.json": '{ "name": "audit", "type": "module", "exports": "./index.js" }',
      "node_modules/audit/index.js": `
        const trail = [];
        let calls = 0;
        export const note = (entry) => void trail.push(entry);
        export function thin() { if (++calls % 300 !== 0) trail.pop(); }
      `,
      "workload.mjs": `import { note } from "audit"; export const iteration = (i) => note({ i });`,
    });
    const options = ["--workload", "workload.mjs", "--release", "node_modules/audit/index.js#thin"];
    const { release } = await verifyJson([...options, "--iterations", "4096"], { cwd: folder });
    expect(release?.entries).toMatchObject([{ name: "trail", after: { verdict: "inconclusive" } }]);
  });

  it.each([
    ["fail", /^leakproof: workload\.mjs: release\(0\) threw Error: no connection$/m],
    ["notCallable", /--release: registry\.mjs has no function notCallable \(it exports add, clear/],
    ["missing", /--release: registry\.mjs has no function missing \(it exports add, clear/],
  ])("ends with one line where %s cannot be called", async (name, line) => {
    const { code, stdout, stderr } = await run(["verify", ...released(name)], { cwd: project(FILES) });
    expect(code).toBe(3);
    expect(stdout).toBe("");
    expect(stderr).toMatch(line);
  });
});
