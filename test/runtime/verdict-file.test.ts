import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { parseVerdicts, type VerdictEntry } from "../../rules/analysis/verdicts/format.js";
import { mergeVerdicts, type NewVerdicts } from "../../runtime/verdict-file.js";
import { commandFile, PLUGIN_FILE } from "../hosts/project.js";
import { project, run, verifyJson } from "./command.js";

const SOURCE = `const log = [];
export const note = (event) => log.push({ event });
const names = new Map();
export function nameOf(key) {
  if (!names.has(key)) names.set(key, String(key));
  return names.get(key);
}
`;
/** Which function adds to it, another file knows. */
const HELD =
  "import { append } from './lists.mjs';\nconst held = [];\nexport const hold = (value) => append(held, value);\n";
const LISTS = "export const append = (list, value) => list.push(value);\n";
const WORKLOAD = `import { nameOf, note } from "./src/log.mjs";
import { hold } from "./src/held.mjs";
export function iteration(i) {
  note(i);
  nameOf(i % 5);
  hold({ ["user-" + i]: "s3cret" + i });
}
`;
const FILES = { "src/log.mjs": SOURCE, "src/held.mjs": HELD, "src/lists.mjs": LISTS, "workload.mjs": WORKLOAD };

describe("leakproof verify --write", () => {
  it("keeps what was decided of the user's code, and judges it anew in the next run", async () => {
    const folder = project(FILES);
    const first = await run(["verify", "--workload", "workload.mjs", "--write"], { cwd: folder });
    expect(first).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("wrote .leakproof/verdicts.json: 2 confirmed, 1 refuted"),
    });
    expect(readdirSync(path.join(folder, ".leakproof"))).toEqual(["verdicts.json"]);

    const text = readFileSync(path.join(folder, ".leakproof/verdicts.json"), "utf8");
    const entries = parseVerdicts(text) ?? [];
    expect(
      entries.map(({ file, line, rule, holder, verdict }) => [file, line, rule !== null, holder, verdict]),
    ).toEqual([
      ["src/held.mjs", 2, false, "held", "confirmed"],
      ["src/log.mjs", 1, true, "log", "confirmed"],
      ["src/log.mjs", 3, true, "names", "refuted"],
    ]);
    expect(entries[1]).toMatchObject({
      perIteration: 1,
      node: process.version,
      advice: expect.stringContaining("log"),
    });
    expect(text).not.toMatch(/user-|s3cret/);
    expect(text).not.toContain(folder);

    // Reports of ESLint leave out what was refuted, and name another rule for what was confirmed.
    const lint = lintReport(folder);
    expect(lint.rules).toEqual(["leakproof/no-confirmed-leak", "leakproof/no-confirmed-leak"]);
    const again = await verifyJson([lint.file, "--workload", "workload.mjs"], { cwd: folder });
    const judged = again.findings.map(({ ruleId, holder, verdict }) => [ruleId, holder?.name, verdict]);
    expect(judged).toEqual([
      ["leakproof/no-grow-only-registry", "log", "confirmed"],
      [expect.stringMatching(/^leakproof\/no-(?:grow-only-registry|unbounded-cache)$/), "names", "refuted"],
    ]);
    const withConfig = await verifyJson(["src", "--config", "eslint.config.mjs", "--workload", "workload.mjs"], {
      cwd: folder,
    });
    expect(withConfig.findings.map(({ holder }) => holder?.name)).toEqual(["log", "names"]);
    const plain = await verifyJson(["src", "--workload", "workload.mjs"], { cwd: folder });
    expect(plain.findings.map(({ holder }) => holder?.name)).toEqual(["log", "names"]);
  });

  it("does not touch a file that is no verdict file, and says so before the run", async () => {
    const folder = project({ ...FILES, ".leakproof/verdicts.json": "<<<<<<< mine\n" });
    expect(await run(["verify", "--workload", "workload.mjs", "--write"], { cwd: folder })).toMatchObject({
      code: 2,
      stdout: "",
      stderr:
        "leakproof: .leakproof/verdicts.json is no verdict file: restore it from version control, or delete it, and run again\n",
    });
    expect(readFileSync(path.join(folder, ".leakproof/verdicts.json"), "utf8")).toBe("<<<<<<< mine\n");
  });

  it("writes nothing unless it is asked to", async () => {
    const folder = project(FILES);
    await run(["verify", "src/log.mjs", "--workload", "workload.mjs", "--iterations", "20"], { cwd: folder });
    expect(existsSync(path.join(folder, ".leakproof"))).toBe(false);
  });
});

/** Lints with the strict preset, as the user would. @returns the report's name, and the rules in it */
function lintReport(folder: string): { file: string; rules: readonly string[] } {
  writeFileSync(
    path.join(folder, "eslint.config.mjs"),
    `import leakproof from ${JSON.stringify(pathToFileURL(PLUGIN_FILE).href)};\nexport default [leakproof.configs.strict];\n`,
  );
  const file = "lint.json";
  const eslint = [commandFile("eslint/bin/eslint.js"), "--format", "json", "--output-file", file, "src"];
  spawnSync(process.execPath, eslint, { cwd: folder, timeout: 60_000 });
  const results: { messages: { ruleId: string }[] }[] = JSON.parse(readFileSync(path.join(folder, file), "utf8"));
  return { file, rules: results.flatMap(({ messages }) => messages.map(({ ruleId }) => ruleId)) };
}

function entryOf(given: Partial<VerdictEntry>): VerdictEntry {
  return {
    file: "a.js",
    line: 1,
    rule: "no-grow-only-registry",
    holder: "log",
    verdict: "confirmed",
    perIteration: 1,
    bytesPerIteration: 40,
    advice: null,
    node: "v24.0.0",
    date: "2026-11-28",
    fingerprint: "a1",
    code: null,
    ...given,
  };
}

describe("mergeVerdicts", () => {
  const run: NewVerdicts = {
    entries: [],
    asked: new Set(),
    judgedFiles: new Set(["a.js"]),
    onlyRule: null,
    exists: (file) => file !== "gone.js",
  };
  const a1 = entryOf({});
  const a2 = entryOf({ fingerprint: "a2", rule: "no-unbounded-cache" });
  const b1 = entryOf({ file: "b.js", fingerprint: "b1" });

  it("replaces the entries of judged files and keeps those of others", () => {
    const newer = entryOf({ fingerprint: "a3", verdict: "refuted" });
    expect(mergeVerdicts([a1, a2, b1], { ...run, entries: [newer] })).toEqual([b1, newer]);
  });

  it("replaces the verdict on the same code, in files too of which not all was judged", () => {
    const newer = entryOf({ verdict: "refuted" });
    expect(mergeVerdicts([a1, a2], { ...run, judgedFiles: new Set(), entries: [newer] })).toEqual([newer, a2]);
  });

  it("keeps an earlier verdict that this run could not renew", () => {
    expect(mergeVerdicts([a1, a2], { ...run, asked: new Set(["a2"]) })).toEqual([a2]);
  });

  it("keeps what other rules flagged, where one rule was asked for", () => {
    expect(mergeVerdicts([a1, a2], { ...run, onlyRule: "no-unbounded-cache" })).toEqual([a1]);
  });

  it("drops entries of files that are gone", () => {
    expect(mergeVerdicts([entryOf({ file: "gone.js" }), b1], run)).toEqual([b1]);
  });

  it("confirms code that is there twice if one of the two leaks", () => {
    const refuted = entryOf({ verdict: "refuted" });
    expect(mergeVerdicts([], { ...run, entries: [a1, refuted] })).toEqual([a1]);
  });
});
