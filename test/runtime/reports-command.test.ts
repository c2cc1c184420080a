/** Reports as the command writes them: formats, baselines and shards of real runs. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import type { VerificationResult } from "../../runtime/verdict/result.js";
import { project, run } from "./command.js";
import { finding, result } from "./report/results.js";

const files = {
  "src/kept.mjs": "const kept = [];\nexport const keep = (value) => kept.push({ value });\n",
  "src/logged.mjs": "const logged = [];\nexport const log = (value) => logged.push({ value });\n",
  "workload.mjs": `import { keep } from "./src/kept.mjs";
import { log } from "./src/logged.mjs";
export function iteration(i) {
  keep(i);
  log(i);
}
`,
};
const workload = ["--workload", "workload.mjs"];

it("several formats in one run, and a baseline for the next", async () => {
  const folder = project({ ...files, "summary.md": "# Before\n" });
  const at = (file: string): string => readFileSync(path.join(folder, file), "utf8");
  const formats = ["github", "html=report.html", "sarif=leaks.sarif", "json=baseline.json"];
  const env = { GITHUB_STEP_SUMMARY: path.join(folder, "summary.md"), GITHUB_WORKSPACE: path.dirname(folder) };
  const first = await run(["verify", "src", ...workload, ...formats.flatMap((format) => ["--format", format])], {
    cwd: folder,
    env,
  });
  expect(first).toMatchObject({ code: 1, stderr: "" });
  const inRepository = `${path.basename(folder)}/src/kept.mjs`;
  expect(first.stdout).toMatch(
    new RegExp(`^::error file=${inRepository},line=1,col=7,title=leakproof%3A confirmed::kept`),
  );
  expect(at("summary.md")).toMatch(/^# Before\n## leakproof: 2 leaks in [^]*```text\nmodule src\/kept\.mjs\n/);
  expect(at("report.html")).toMatch(/^<!doctype html>[^]*const kept = \[\];/);
  expect(JSON.parse(at("leaks.sarif"))).toMatchObject({
    runs: [{ tool: { driver: { rules: [{ id: "leakproof/no-grow-only-registry" }] } }, results: [{}, {}] }],
  });

  const { findings } = JSON.parse(at("baseline.json")) as VerificationResult;
  const gone = result({ findings: [...findings, finding()] });
  writeFileSync(path.join(folder, "older.json"), JSON.stringify(gone));
  const second = await run(["verify", "src", ...workload, "--baseline", "older.json"], { cwd: folder });
  expect(second.stdout).toMatch(/^● known {2}src\/kept\.mjs:1 {2}kept grows [^\n]*\n● known {2}src\/logged\.mjs:1/);
  expect(second.stdout).toMatch(/\n2 known in [\d,]+ iterations of workload\.mjs\n$/);
  expect(second).toMatchObject({
    code: 0,
    stderr:
      "leakproof: no longer confirmed, of older.json: log (src/errors.ts:14); write it again with --format json=older.json\n",
  });
});

it("shards whose merge has each leak once", async () => {
  const folder = project(files);
  for (const index of [1, 2]) {
    const shard = ["--shard", `${index}/2`, "--format", `json=shard-${index}.json`];
    // With no files named, by the modules that are loaded.
    const ended = await run(["verify", ...workload, ...shard], { cwd: folder });
    expect(ended).toMatchObject({ code: 1, stdout: "", stderr: "" });
  }
  const parts = [1, 2].map(
    (index) => JSON.parse(readFileSync(path.join(folder, `shard-${index}.json`), "utf8")) as VerificationResult,
  );
  // Each sees the other's leak, and has no finding for it.
  expect(parts.map(({ summary }) => [summary.confirmed, summary.unflagged])).toEqual([
    [1, 1],
    [1, 1],
  ]);
  const ended = await run(["merge", "shard-*.json", "--format", "json"], { cwd: folder });
  expect(ended).toMatchObject({ code: 1, stderr: "" });
  expect(JSON.parse(ended.stdout)).toMatchObject({
    shard: null,
    summary: { confirmed: 2, unflagged: 0 },
    findings: [{ file: "src/kept.mjs" }, { file: "src/logged.mjs" }],
  });
  writeFileSync(path.join(folder, "whole.json"), ended.stdout);
  const known = await run(["merge", "shard-1.json", "shard-2.json", "--baseline", "whole.json"], { cwd: folder });
  expect(known).toMatchObject({ code: 0, stderr: "" });
  expect(known.stdout).toMatch(/^● known[^]*\n2 known in /);
});

it.each([
  { args: ["merge"], says: "no reports to merge (leakproof merge --help shows how)" },
  { args: ["merge", "gone.json"], says: "no such file: gone.json" },
  { args: ["merge", "part-*.json"], says: "no file matches part-*.json" },
  { args: ["merge", "lint.json"], says: "lint.json is not a report of leakproof verify (an ESLint report?)" },
  { args: ["merge", "one.json"], says: "no report of shard 2/2" },
  {
    args: ["merge", "one.json", "--format", "xml"],
    says: "unknown format: xml (known: pretty, json, sarif, github, html)",
  },
  { args: ["merge", "--shards"], says: "Unknown option '--shards' (leakproof merge --help lists the options)" },
  { args: ["merge", "one.json", "--fail-on", "x"], says: "unknown --fail-on x (known: inconclusive)" },
  { args: ["verify", "src", ...workload, "--baseline", "gone.json"], says: "no such file: gone.json" },
  { args: ["verify", "src", ...workload, "--baseline", "src"], says: "src cannot be read" },
  { args: ["verify", "src", ...workload, "--baseline", "lint.json"], says: "lint.json is not a report of leakproof" },
  {
    args: ["verify", "src", ...workload, "--baseline", "one.json"],
    says: "one.json is the report of one shard: merge",
  },
  {
    args: ["verify", "src", ...workload, "--shard", "3/2"],
    says: '--shard takes a part and the number of parts, as in 1/4, not "3/2"',
  },
  { args: ["verify", "src", ...workload, "--shard", "0/2"], says: "--shard takes" },
])("what cannot be used is told in one line: $args", async ({ args, says }) => {
  const one = result({ shard: { index: 1, count: 2, findings: 2, digest: "d" } });
  const folder = project({ ...files, "lint.json": "[]", "one.json": JSON.stringify(one) });
  const ended = await run(args, { cwd: folder });
  expect(ended.stderr).toContain(`leakproof: ${says}`);
  expect(ended.stderr).toMatch(/^[^\n]+\n$/);
  expect(ended).toMatchObject({ code: 2, stdout: "" });
});

it("a report is written again in another format", async () => {
  const folder = project({ "leaks.json": JSON.stringify(result()) });
  const ended = await run(["merge", "leaks.json"], { cwd: folder });
  expect(ended).toMatchObject({ code: 1, stderr: "" });
  expect(ended.stdout).toMatch(/^✖ confirmed {2}src\/errors\.ts:14:7 {2}log grows by 1 per iteration/);
  expect((await run(["merge", "--help"], { cwd: folder })).stdout).toMatch(/^Usage: leakproof merge [^]*Examples:/);
});
