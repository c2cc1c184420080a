import { describe, expect, it } from "vitest";
import { findingOf, project, run, verifyJson } from "./command.js";

const registry = "const kept = [];\nexport const keep = (value) => kept.push({ value });\n";
const idle = "export const iteration = () => {};\n";

describe("flagged code that never runs", () => {
  it("is not exercised; with nothing else to decide the run has failed, and says what to do", async () => {
    const folder = project({ "leak.mjs": registry, "workload.mjs": `import "./leak.mjs";\n${idle}` });
    const { code, stdout, stderr } = await run(["verify", "leak.mjs", "--workload", "workload.mjs"], { cwd: folder });
    expect(stdout).toContain("not-exercised  leak.mjs:1:7  the code that adds to kept never ran");
    expect(stderr).toBe(
      "leakproof: workload.mjs ran none of the flagged code: have it import and call the flagged modules\n",
    );
    expect(code).toBe(3);
  });

  it("is told from code beside it that does", async () => {
    const folder = project({
      "leak.mjs": `const often = [];
const never = [];
const sometimes = [];
export function keep(value) {
  often.push({ value });
  if (value < 0) never.push({ value });
  else if (value % 2 === 0) sometimes.push({ value });
}
`,
      "workload.mjs": 'import { keep } from "./leak.mjs";\nexport const iteration = (i) => keep(i);\n',
    });
    const result = await verifyJson(["leak.mjs", "--workload", "workload.mjs"], { cwd: folder });
    expect(findingOf(result, "often")?.verdict).toBe("confirmed");
    expect(findingOf(result, "never")).toMatchObject({ verdict: "not-exercised", chain: [] });
    expect(findingOf(result, "sometimes")).toMatchObject({ verdict: "confirmed", growth: { perIteration: 0.5 } });
    expect(result.code).toBe(1);
  });

  it("in a file that is never loaded is not exercised, and says so", async () => {
    const folder = project({ "leak.mjs": registry, "workload.mjs": idle });
    const result = await verifyJson(["leak.mjs", "--workload", "workload.mjs"], { cwd: folder });
    expect(result.findings).toMatchObject([
      { verdict: "not-exercised", reason: "the workload never loaded this file" },
    ]);
    expect(result.code).toBe(3);
  });

  it("fails nothing where something else was decided", async () => {
    const bounded = "export const recent = [];\nexport const add = (value) => recent.push(value);\n";
    const workload = `import "./leak.mjs";
import { add, recent } from "./bounded.mjs";
export function iteration(i) {
  add(i);
  if (recent.length > 20) recent.shift();
}
`;
    const folder = project({ "leak.mjs": registry, "bounded.mjs": bounded, "workload.mjs": workload });
    const result = await verifyJson(["*.mjs", "--workload", "workload.mjs"], { cwd: folder });
    expect(result.summary).toMatchObject({ "not-exercised": 1, refuted: 1, confirmed: 0 });
    expect(result.code).toBe(0);
  });
});

describe("a binding that nothing refers to once its module has loaded", () => {
  it("is unretained", async () => {
    const folder = project({
      "apply.cjs": "exports.apply = (callback) => [1, 2, 3].forEach(callback);\n",
      "table.cjs": `const { apply } = require("./apply.cjs");
const table = new Map();
const remember = (value) => { table.set(value, { value }); };
apply(remember);
exports.total = table.size;
`,
      "workload.mjs": 'import table from "./table.cjs";\nexport const iteration = () => table.total;\n',
    });
    const result = await verifyJson(["table.cjs", "--workload", "workload.mjs"], { cwd: folder });
    expect(result.findings).toMatchObject([{ verdict: "unretained", holder: { name: "table" } }]);
    expect(result.code).toBe(0);
  });
});

describe("a module that is loaded late", () => {
  it.each([
    { how: "import() in an iteration", file: "leak.mjs", text: registry, load: 'import("./leak.mjs")' },
    {
      how: "require() in an iteration",
      file: "leak.cjs",
      text: "const kept = [];\nexports.keep = (value) => kept.push({ value });\n",
      load: 'createRequire(import.meta.url)("./leak.cjs")',
    },
  ])("by $how is judged", async ({ file, text, load }) => {
    const workload = `import { createRequire } from "node:module";
export async function iteration(i) {
  if (i < 15) return;
  const { keep } = await ${load};
  keep(i);
}
`;
    const folder = project({ [file]: text, "workload.mjs": workload });
    const result = await verifyJson([file, "--workload", "workload.mjs"], { cwd: folder });
    expect(result.findings).toMatchObject([
      { verdict: "confirmed", holder: { name: "kept" }, growth: { perIteration: 1 } },
    ]);
  });

  it("by import() only after thousands of iterations is not taken for harmless", async () => {
    const workload = `export async function iteration(i) {
  if (i >= 3000) (await import("./late.mjs")).keep(i);
  else (await import("./leak.mjs")).keep(i);
}
`;
    const folder = project({ "leak.mjs": registry, "late.mjs": registry, "workload.mjs": workload });
    const { findings } = await verifyJson(["*.mjs", "--workload", "workload.mjs"], { cwd: folder });
    expect(findings.find(({ file }) => file === "late.mjs")?.verdict).not.toBe("refuted");
  });
});

describe("with no files named", () => {
  it("the modules that the workload loads are judged, but not the workload and not packages", async () => {
    const folder = project({
      "src/leak.mjs": registry,
      "src/unused.mjs": registry,
      "node_modules/dependency/package.json": '{ "name": "dependency", "type": "module", "main": "index.js" }',
      "node_modules/dependency/index.js": registry,
      "workload.mjs": `import { keep as keepToo } from "dependency";
import { keep } from "./src/leak.mjs";
const own = [];
export function iteration(i) {
  keep(i);
  keepToo(i);
  own.push({ i });
}
`,
    });
    const result = await verifyJson(["--workload", "workload.mjs"], { cwd: folder });
    expect(result.findings).toMatchObject([{ file: "src/leak.mjs", verdict: "confirmed" }]);
    const named = await verifyJson(["node_modules/dependency/index.js", "--workload", "workload.mjs"], { cwd: folder });
    expect(named.findings).toMatchObject([{ file: "node_modules/dependency/index.js", verdict: "confirmed" }]);
  });
});
