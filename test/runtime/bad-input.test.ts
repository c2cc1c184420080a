import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { project, repository, run, verifyJson, type Ended } from "./command.js";

const leak = "const kept = [];\nexport const keep = (value) => kept.push({ value });\n";
const files = {
  "leak.mjs": leak,
  "workload.mjs": 'import { keep } from "./leak.mjs";\nexport const iteration = (i) => keep(i);\n',
};

const finding = { ruleId: "leakproof/no-grow-only-registry", severity: 2, line: 1, column: 7, message: "…" };
const reportOn = (filePath: string): string => JSON.stringify([{ filePath, messages: [finding] }]);

interface Case {
  readonly what: string;
  /** After `leakproof verify`. */
  readonly args: readonly string[];
  readonly with?: Readonly<Record<string, string>>;
  readonly says: RegExp;
}

const workload = ["--workload", "workload.mjs"];

const unusable: readonly Case[] = [
  {
    what: "a workload that is not there",
    args: ["leak.mjs", "--workload", "gone.mjs"],
    says: /no such workload: gone\.mjs \(.*--write-workload/,
  },
  {
    what: "a directory as workload",
    args: ["leak.mjs", "--workload", "src"],
    with: { "src/a.mjs": "" },
    says: /no such workload: src /,
  },
  { what: "a source that is not there", args: ["gone.mjs", ...workload], says: /no such file: gone\.mjs/ },
  {
    what: "a glob that matches nothing",
    args: ["src/**/*.mjs", ...workload],
    says: /no file matches src\/\*\*\/\*\.mjs/,
  },
  {
    what: "a source that does not parse",
    args: ["broken.mjs", ...workload],
    with: { "broken.mjs": "export {};\nconst x = ;\n" },
    says: /broken\.mjs does not parse: Unexpected token ; \(2:11\)/,
  },
  {
    what: "an unknown option",
    args: ["leak.mjs", "--wrokload", "w.mjs"],
    says: /Unknown option '--wrokload' \(leakproof verify --help/,
  },
  {
    what: "an option without its value",
    args: ["leak.mjs", "--workload"],
    says: /--workload.*missing \(leakproof verify --help/,
  },
  {
    what: "an unknown rule",
    args: ["leak.mjs", ...workload, "--only", "no-leaks"],
    says: /unknown rule: no-leaks \(known: .*no-grow-only-registry/,
  },
  {
    what: "an unknown rule, with no files",
    args: [...workload, "--only", "no-leaks"],
    says: /unknown rule: no-leaks \(known: /,
  },
  {
    what: "an unknown format",
    args: ["leak.mjs", ...workload, "--format", "xml"],
    says: /unknown format: xml \(known: .*json/,
  },
  {
    what: "a format that every object has",
    args: ["leak.mjs", ...workload, "--format", "toString"],
    says: /unknown format: toString/,
  },
  {
    what: "two formats for standard output",
    args: ["leak.mjs", ...workload, "--format", "json", "--format", "pretty"],
    says: /two formats for one output: .*--format json=/,
  },
  {
    what: "a count that is no number",
    args: ["leak.mjs", ...workload, "--iterations", "many"],
    says: /--iterations takes .*not "many"/,
  },
  {
    what: "half an iteration",
    args: ["leak.mjs", ...workload, "--iterations", "1.5"],
    says: /--iterations takes .*not "1\.5"/,
  },
  { what: "no time", args: ["leak.mjs", ...workload, "--time-budget", "0"], says: /--time-budget takes .*not "0"/ },
  { what: "a negative time", args: ["leak.mjs", ...workload, "--time-budget", "-1"], says: /--time-budget/ },
  {
    what: "an unknown severity",
    args: ["leak.mjs", ...workload, "--fail-on", "refuted"],
    says: /--fail-on refuted \(known: inconclusive\)/,
  },
  {
    what: "an output in a folder that is not there",
    args: ["leak.mjs", ...workload, "--iterations", "100", "--output", "no/such/report.json"],
    says: /no\/such\/report\.json/,
  },
  {
    what: "a new workload in a folder that is not there",
    args: ["leak.mjs", "--write-workload", "no/such/w.mjs"],
    says: /no\/such\/w\.mjs/,
  },
  {
    what: "a new workload over an old one",
    args: ["leak.mjs", "--write-workload", "workload.mjs"],
    says: /workload\.mjs exists already: name a new/,
  },
  { what: "a report that is not there", args: ["lint.json", ...workload], says: /no such file: lint\.json/ },
  {
    what: "a report that is no JSON",
    args: ["lint.json", ...workload],
    with: { "lint.json": "{ not json" },
    says: /lint\.json is not an ESLint report: write one with eslint --format json/,
  },
  {
    what: "JSON that is no report",
    args: ["lint.json", ...workload],
    with: { "lint.json": '{ "a": 1 }' },
    says: /lint\.json is not an ESLint report/,
  },
  {
    what: "a report with messages that are none",
    args: ["lint.json", ...workload],
    with: { "lint.json": '[{ "filePath": "leak.mjs", "messages": [null] }]' },
    says: /lint\.json is not an ESLint report/,
  },
  {
    what: "a report on a file that is gone",
    args: ["lint.json", ...workload],
    with: { "lint.json": reportOn("gone.mjs") },
    says: /lint\.json names a file that does not exist: gone\.mjs/,
  },
  {
    what: "an ESLint config that is not there",
    args: ["leak.mjs", ...workload, "--config", "gone.mjs"],
    says: /no such ESLint config: gone\.mjs/,
  },
  {
    what: "an ESLint config that throws",
    args: ["leak.mjs", ...workload, "--config", "config.mjs"],
    with: { "config.mjs": 'throw new Error("boom");\n' },
    says: /config\.mjs.*boom/,
  },
  {
    what: "an ESLint config without the plugin",
    args: ["leak.mjs", ...workload, "--config", "config.mjs"],
    with: { "config.mjs": 'export default [{ rules: { "leakproof/no-grow-only-registry": "error" } }];\n' },
    says: /config\.mjs.*plugin "leakproof"/,
  },
  {
    what: "a package.json that is no JSON",
    args: ["src/leak.js", ...workload],
    with: { "src/leak.js": leak, "src/package.json": "{" },
    says: /src\/package\.json/,
  },
];

/** Exactly one line, on standard error, of ours. */
function expectOneLine({ stdout, stderr }: Ended, says: RegExp): void {
  expect(stderr).toMatch(says);
  expect(stderr).toMatch(/^leakproof: [^\n]+\n$/);
  expect(stdout).toBe("");
}

describe("what cannot be used is told in one line, with exit code 2", () => {
  it.each(unusable)("$what", async ({ args, says, with: extra = {} }) => {
    const folder = project({ ...files, ...extra });
    const ended = await run(["verify", ...args], { cwd: folder });
    expectOneLine(ended, says);
    expect(ended.code).toBe(2);
  });

  it("TypeScript without a parser for it", async () => {
    const hideParser = `import Module from "node:module";
const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
  if (request === "@typescript-eslint/parser") throw new Error("not installed");
  return resolve.call(this, request, ...rest);
};
`;
    const folder = project({ ...files, "typed.ts": "const x: number[] = [];\n", "hide-parser.mjs": hideParser });
    const env = { NODE_OPTIONS: `--import ${pathToFileURL(path.join(folder, "hide-parser.mjs")).href}` };
    const ended = await run(["verify", "typed.ts", ...workload], { cwd: folder, env });
    expectOneLine(ended, /typed\.ts is TypeScript, which needs a parser: npm install .*@typescript-eslint\/parser/);
    expect(ended.code).toBe(2);
  });

  it.each(["frobnicate", "toString", "constructor"])("the command %s", async (command) => {
    const ended = await run([command], { cwd: project({}) });
    expectOneLine(ended, new RegExp(`unknown command: ${command} \\(known: verify`));
    expect(ended.code).toBe(2);
  });
});

describe("a workload that is none is told in one line, with exit code 3", () => {
  it.each([
    {
      what: "without iteration",
      text: "export const run = () => {};\n",
      says: /workload\.mjs: has no iteration: export .* \(it exports run\)/,
    },
    { what: "empty", text: "", says: /workload\.mjs: has no iteration: export .* \(it exports nothing\)/ },
    {
      what: "with an iteration that is no function",
      text: "export const iteration = 5;\n",
      says: /workload\.mjs: has no iteration: export/,
    },
  ])("$what", async ({ text, says }) => {
    const ended = await run(["verify", "leak.mjs", ...workload], { cwd: project({ ...files, "workload.mjs": text }) });
    expectOneLine(ended, says);
    expect(ended.code).toBe(3);
  });

  it.each([
    {
      what: "that does not parse",
      text: "export const a = 1;\nexport const iteration = (;\n",
      place: "workload.mjs:2",
    },
    {
      what: "that imports what is not exported",
      text: 'import { nothing } from "./leak.mjs";\nexport const iteration = nothing;\n',
      place: "workload.mjs:1",
    },
  ])("$what: the line is named", async ({ text, place }) => {
    const ended = await run(["verify", "leak.mjs", ...workload], { cwd: project({ ...files, "workload.mjs": text }) });
    expect(ended.stderr).toMatch(/^leakproof: workload\.mjs: importing the workload threw SyntaxError: .+\n/);
    expect(ended.stderr).toContain(place);
    expect(ended).toMatchObject({ code: 3, stdout: "" });
  });
});

describe("nothing that a rule flags", () => {
  const inputs = {
    ...files,
    "quiet.mjs": "export const quiet = 1;\n",
    "lint.json": "[]",
    "excused.mjs": `// eslint-disable-next-line leakproof/no-grow-only-registry -- short-lived process\n${leak}`,
    "excused-workload.mjs": files["workload.mjs"].replace("./leak.mjs", "./excused.mjs"),
  };

  it("and one rule asked for is one line and no run", async () => {
    const only = ["leak.mjs", "--only", "leakproof/no-unbounded-cache"];
    const ended = await run(["verify", ...only, ...workload], { cwd: project(inputs) });
    const says = "leakproof: nothing to verify: leakproof/no-unbounded-cache flags nothing in leak.mjs\n";
    expect(ended).toMatchObject({ code: 0, stdout: "", stderr: says });
  });

  it.each([
    { what: "other code", args: ["quiet.mjs"] },
    { what: "a report without findings", args: ["lint.json"] },
  ])("in $what still shows what grows", async ({ args }) => {
    const ended = await run(["verify", ...args, ...workload], { cwd: project(inputs) });
    expect(ended.stdout).toMatch(/^✖ unflagged {2}leak\.mjs:1 {2}kept grows by 1 per iteration to 4,096/);
    expect(ended).toMatchObject({ code: 1, stderr: "" });
  });

  it("because a comment disables it is not held against it", async () => {
    const args = ["excused.mjs", "--workload", "excused-workload.mjs"];
    const ended = await run(["verify", ...args], { cwd: project(inputs) });
    expect(ended.stdout).toBe("nothing to report in 4,096 iterations of excused-workload.mjs\n");
    expect(ended).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("what the command tells of itself", () => {
  it.each([
    { args: ["--help"], code: 0, says: /^Usage: leakproof <command>/ },
    { args: [], code: 2, says: /^Usage: leakproof <command>/ },
    { args: ["verify", "--help"], code: 0, says: /^Usage: leakproof verify[^]*--workload[^]*Examples:/ },
    { args: ["verify", "leak.mjs", "-h"], code: 0, says: /^Usage: leakproof verify/ },
    { args: ["--version"], code: 0, says: /^\d+\.\d+\.\d+\n$/ },
  ])("leakproof $args", async ({ args, code, says }) => {
    const ended = await run(args, { cwd: project({}) });
    expect(ended).toMatchObject({ code, stderr: "" });
    expect(ended.stdout).toMatch(says);
  });
});

describe("a workload to start from", () => {
  it("is printed where none is named, with exit code 2", async () => {
    const ended = await run(["verify", "leak.mjs"], { cwd: project(files) });
    expect(ended.stdout).toContain('import { keep } from "./leak.mjs";');
    expect(ended.stdout).toContain("kept (leak.mjs:1): call what leads to keep()");
    expect(ended.stderr).toMatch(/^leakproof: no --workload given: [^\n]*--write-workload[^\n]*\n$/);
    expect(ended.code).toBe(2);
  });

  it("is written where it is asked for, and runs as it is", async () => {
    const folder = project({ "src/leak.mjs": leak });
    mkdirSync(path.join(folder, "bench"));
    const written = await run(["verify", "src/leak.mjs", "--write-workload", "bench/leak.mjs"], { cwd: folder });
    expect(written).toMatchObject({ code: 0, stdout: "" });
    const ended = await run(["verify", "src/leak.mjs", "--workload", "bench/leak.mjs"], { cwd: folder });
    expect(ended.stdout).toContain("not-exercised  src/leak.mjs:1:7");
    expect(ended.stderr).toMatch(/^leakproof: bench\/leak\.mjs ran none of the flagged code[^\n]*\n$/);
    expect(ended.code).toBe(3);
  });
});

describe("reports", () => {
  it("go to a file that only its owner can read", async () => {
    const folder = project(files);
    const formats = ["--format", "json", "--format", "pretty=report.txt", "--output", "report.json"];
    const ended = await run(["verify", "leak.mjs", ...workload, "--iterations", "100", ...formats], { cwd: folder });
    expect(ended).toMatchObject({ code: 3, stdout: "", stderr: "" });
    expect(JSON.parse(readFileSync(path.join(folder, "report.json"), "utf8"))).toMatchObject({
      schemaVersion: 1,
      iterations: 100,
    });
    expect(readFileSync(path.join(folder, "report.txt"), "utf8")).toContain("inconclusive  leak.mjs:1:7");
    if (process.platform === "win32") return;
    for (const report of ["report.json", "report.txt"])
      expect(statSync(path.join(folder, report)).mode & 0o777).toBe(0o600);
  });

  it("have no colours where they go to no terminal", async () => {
    const ended = await run(["verify", "leak.mjs", ...workload, "--iterations", "100"], { cwd: project(files) });
    expect(ended.stdout).toContain("leak.mjs:1:7");
    expect(ended.stdout).not.toContain("\u001b");
  });

  it("of an unknown holder say so, and fail nobody", async () => {
    const folder = project({ ...files, "lint.json": reportOn("workload.mjs") });
    const result = await verifyJson(["lint.json", ...workload], { cwd: folder });
    expect(result.findings).toMatchObject([{ file: "workload.mjs", verdict: "inconclusive", holder: null }]);
  });

  it("an inconclusive verdict fails only where that is asked for", async () => {
    const bounded = "export const recent = [];\nexport const add = (value) => recent.push(value);\n";
    const text = `import { add, recent } from "./bounded.mjs";
import { keep } from "./leak.mjs";
export function iteration(i) {
  keep(i);
  add(i);
  if (recent.length > 20) recent.shift();
}
`;
    const folder = project({ ...files, "bounded.mjs": bounded, "workload.mjs": text });
    const args = ["leak.mjs", "bounded.mjs", ...workload, "--iterations", "1500"];
    const lenient = await verifyJson(args, { cwd: folder });
    expect(lenient.summary).toMatchObject({ refuted: 1, inconclusive: 1 });
    expect(lenient.code).toBe(0);
    expect((await verifyJson([...args, "--fail-on", "inconclusive"], { cwd: folder })).code).toBe(3);
  });
});

describe("ESLint", () => {
  const plugin = pathToFileURL(path.join(repository, "dist/rules/index.js")).href;

  it("a report that it has written is read", async () => {
    const config = `import leakproof from "${plugin}";\nexport default [leakproof.configs.strict];\n`;
    const folder = project({ ...files, "eslint.config.mjs": config });
    const eslint = path.join(repository, "node_modules/eslint/bin/eslint.js");
    spawnSync(process.execPath, [eslint, "--format", "json", "--output-file", "lint.json", "."], { cwd: folder });
    expect(existsSync(path.join(folder, "lint.json"))).toBe(true);
    const result = await verifyJson(["lint.json", ...workload], { cwd: folder });
    expect(result.findings).toMatchObject([
      { ruleId: finding.ruleId, file: "leak.mjs", line: 1, column: 7, verdict: "confirmed" },
    ]);
  });

  it("a config of the user's own says what is suspected, under whatever prefix", async () => {
    const folder = project({ ...files, "cache.mjs": cache });
    const config = `import leakproof from "${plugin}";
export default [{ plugins: { memory: leakproof }, rules: { "memory/no-grow-only-registry": "warn" } }];
`;
    writeFileSync(path.join(folder, "config.mjs"), config);
    const args = ["leak.mjs", "cache.mjs", ...workload, "--iterations", "100"];
    const { findings } = await verifyJson([...args, "--config", "config.mjs"], { cwd: folder });
    expect(findings.map(({ file, ruleId }) => ({ file, ruleId }))).toEqual([
      { file: "leak.mjs", ruleId: finding.ruleId },
    ]);
    expect((await verifyJson(args, { cwd: folder })).findings).toHaveLength(2);
  });
});

const cache = `const answers = new Map();
export function answer(question) {
  if (!answers.has(question)) answers.set(question, question.toUpperCase());
  return answers.get(question);
}
`;
