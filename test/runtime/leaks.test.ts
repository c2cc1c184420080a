import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { VerificationResult } from "../../runtime/verdict/result.js";
import { copyOfFixture, findingOf, installPackages, project, run, verifyJson } from "./command.js";

interface Leak {
  readonly file: string;
  readonly name: string;
  readonly what: string;
  readonly perIteration?: number;
  /** From the module to the holder. */
  readonly edges: readonly string[];
}

const leaks: readonly Leak[] = [
  { what: "a Map", file: "esm.mjs", name: "map", edges: ["map"] },
  { what: "a Set", file: "esm.mjs", name: "set", edges: ["set"] },
  { what: "an array", file: "esm.mjs", name: "array", edges: ["array"] },
  { what: "an object used as a table", file: "esm.mjs", name: "object", edges: ["object"] },
  { what: "an object without prototype", file: "esm.mjs", name: "bare", edges: ["bare"] },
  { what: "an exported array", file: "esm.mjs", name: "exported", edges: ["exported"] },
  { what: "an array copied into its successor", file: "esm.mjs", name: "reassigned", edges: ["reassigned"] },
  { what: "a static field", file: "esm.mjs", name: "Session.live", edges: ["Session", ".live"] },
  { what: "a private static field", file: "esm.mjs", name: "Session.#secret", edges: ["Session", ".#secret"] },
  { what: "a property of a function", file: "esm.mjs", name: "handler.calls", edges: ["handler", ".calls"] },
  {
    what: "a variable of a memoizing closure",
    file: "esm.mjs",
    name: "results",
    edges: ["square", "closure variable results"],
  },
  { what: "a global", file: "esm.mjs", name: "globalThis.leakedGlobally", edges: ["globalThis", ".leakedGlobally"] },
  { what: "a Map of three growing Maps", file: "esm.mjs", name: "byTenant", edges: ["byTenant"] },
  {
    what: "a leak of one object in 40 iterations",
    file: "esm.mjs",
    name: "slow",
    perIteration: 1 / 40,
    edges: ["slow"],
  },
  {
    what: "a queue drained by half of what it gets",
    file: "esm.mjs",
    name: "partlyDrained",
    perIteration: 0.5,
    edges: ["partlyDrained"],
  },
  { what: "a list of plain objects", file: "lists.mjs", name: "newest", edges: ["newest"] },
  { what: "a list of class instances", file: "lists.mjs", name: "newestEntry", edges: ["newestEntry"] },
  { what: "the value of a WeakMap's long-lived key", file: "weak.mjs", name: "notes", edges: ["notes"] },
  {
    what: "a property of exports",
    file: "exports-property.cjs",
    name: "module.exports.byId",
    edges: ["module.exports", ".byId"],
  },
  {
    what: "a property of module.exports",
    file: "exports-property.cjs",
    name: "module.exports.list",
    edges: ["module.exports", ".list"],
  },
  { what: "module.exports itself", file: "exports-itself.cjs", name: "module.exports", edges: ["module.exports"] },
  { what: "a CommonJS module's own array", file: "own.cjs", name: "pending", edges: ["pending"] },
];

describe("holders that leak", () => {
  let folder: string;
  let result: VerificationResult & { code: number | null };

  beforeAll(async () => {
    folder = copyOfFixture("leaks");
    result = await verifyJson(["*.{mjs,cjs}", "--workload", "workload.mjs"], { cwd: folder });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(leaks)("$what is confirmed: $name", ({ name, file }) => {
    expect(findingOf(result, name)).toMatchObject({ file, verdict: "confirmed", holder: { name, module: file } });
  });

  it.each(leaks)("the rate of $name is told in entries per iteration", ({ name, perIteration = 1 }) => {
    expect(findingOf(result, name)?.growth?.perIteration).toBeCloseTo(perIteration, 2);
  });

  it.each(leaks)("the chain leads from the module to $name", ({ name, file, edges }) => {
    const chain = findingOf(result, name)?.chain ?? [];
    expect(chain[0]).toMatchObject({ type: "module", file });
    const flagged = chain.findIndex((hop) => hop.flagged);
    expect(chain.slice(1, flagged + 1).map((hop) => hop.edge)).toEqual(edges);
    expect(chain.filter((hop) => hop.flagged)).toHaveLength(1);
  });

  it.each(leaks)("and on to what $name keeps", ({ name }) => {
    const chain = findingOf(result, name)?.chain ?? [];
    expect(chain.at(-1)).toMatchObject({ flagged: false });
    expect(chain.at(-1)?.retainedBytes).toBeGreaterThan(0);
  });

  it("an array of numbers leaks, and keeps no objects", () => {
    const finding = findingOf(result, "numbers");
    expect(finding).toMatchObject({ verdict: "confirmed", growth: { perIteration: 1 } });
    expect(finding?.chain.at(-1)).toMatchObject({ edge: "numbers", flagged: true });
  });

  it("the class of what is kept is named, with its place", () => {
    expect(findingOf(result, "Session.live")?.chain.at(-1)).toMatchObject({
      type: "Session",
      file: "esm.mjs",
      line: 18,
    });
  });

  it("the report says what was run, and fails a build", () => {
    expect(result).toMatchObject({
      schemaVersion: 1,
      node: process.version,
      workload: "workload.mjs",
      status: "complete",
    });
    expect(result.iterations).toBeGreaterThanOrEqual(4096);
    expect(result.series.length).toBeGreaterThan(2);
    expect(result.summary.confirmed).toBe(result.findings.length);
    expect(result.code).toBe(1);
  });
});

describe("TypeScript", () => {
  it("modules and workload are run, and places are those of the source", async () => {
    const folder = copyOfFixture("leaks");
    try {
      installPackages(folder);
      const result = await verifyJson(["typed/registry.ts", "--workload", "typed/workload.ts"], { cwd: folder });
      expect(findingOf(result, "sessions")).toMatchObject({ verdict: "confirmed", file: "typed/registry.ts", line: 5 });
      const chain = findingOf(result, "Store.byId")?.chain;
      expect(chain?.slice(0, 3)).toMatchObject([
        { type: "module", file: "typed/registry.ts" },
        { edge: "Store", file: "typed/registry.ts", line: 7 },
        { edge: ".byId", type: "Map", flagged: true },
      ]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it.each([
    { how: "named", args: ["registry.ts"], type: "module" },
    { how: "found by what is loaded", args: [], type: "module" },
    { how: "in a package that is CommonJS by default", args: ["registry.ts"], type: "commonjs" },
  ])("modules of a JavaScript workload are run and judged, $how", async ({ args, type }) => {
    const folder = project({
      "package.json": JSON.stringify({ type }),
      "registry.ts": "const sessions: number[] = [];\nexport const open = (id: number): number => sessions.push(id);\n",
      "workload.mjs": 'import { open } from "./registry.ts";\nexport const iteration = (i) => open(i);\n',
    });
    installPackages(folder);
    const result = await verifyJson([...args, "--workload", "workload.mjs"], { cwd: folder });
    expect(result.findings).toMatchObject([
      { verdict: "confirmed", file: "registry.ts", line: 1, holder: { name: "sessions" } },
    ]);
  });

  const stripsTypes = "typescript" in process.features && process.features.typescript !== false;
  it.skipIf(stripsTypes)("without a loader, on a Node that cannot read it: one line says what to install", async () => {
    const folder = project({ "leak.mjs": leak, "workload.ts": `${esModule}\nexport type Unused = string;\n` });
    const { code, stdout, stderr } = await run(["verify", "leak.mjs", "--workload", "workload.ts"], { cwd: folder });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^leakproof: workload\.ts is TypeScript.*install tsx.*\n$/);
  });
});

const leak = "const kept = [];\nexport const keep = (value) => kept.push({ value });\n";
const esModule = 'import { keep } from "./leak.mjs";\nexport const iteration = (i) => { keep(i); };\n';
const commonJs = `let leak;
exports.setup = async () => { leak = await import("./leak.mjs"); };
exports.iteration = (i) => { leak.keep(i); };
`;

describe("a workload may be", () => {
  it.each([
    { what: "an ES module", file: "workload.mjs", text: esModule },
    { what: "a .js file of a package of ES modules", file: "workload.js", text: esModule, type: "module" },
    { what: "CommonJS", file: "workload.cjs", text: commonJs },
    { what: "a .js file of a CommonJS package", file: "workload.js", text: commonJs, type: "commonjs" },
    {
      what: "a default function",
      file: "workload.mjs",
      text: 'import { keep } from "./leak.mjs";\nexport default (i) => { keep(i); };\n',
    },
    {
      what: "an object as default export",
      file: "workload.mjs",
      text: 'import { keep } from "./leak.mjs";\nexport default { iteration(i) { keep(i); } };\n',
    },
    {
      what: "one that leaks in setup's module, awaited, with afterEach and teardown",
      file: "workload.mjs",
      text: `import { setTimeout } from "node:timers/promises";
let leak;
export async function setup() { await setTimeout(1); leak = await import("./leak.mjs"); }
export async function iteration() { await null; }
export function afterEach(i) { leak.keep(i); }
export async function teardown() { await setTimeout(1); }
`,
    },
  ])("$what", async ({ file, text, type }) => {
    const manifest = type === undefined ? "{}" : JSON.stringify({ type });
    const folder = project({ "package.json": manifest, "leak.mjs": leak, [file]: text });
    const result = await verifyJson(["leak.mjs", "--workload", file], { cwd: folder });
    expect(result.findings).toMatchObject([
      { verdict: "confirmed", holder: { name: "kept" }, growth: { perIteration: 1 } },
    ]);
    expect(result.workload).toBe(file);
  });
});
