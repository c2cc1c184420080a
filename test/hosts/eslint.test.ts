/** The built plugin under what ESLint's command offers to big code bases: a cache, workers, suppressed findings. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { entriesFor, writeVerdictFile } from "../rules/verdicts.js";
import { commandFile, PLUGIN_FILE, temporaryProject, writeFiles } from "./project.js";

/** Beside our rules, one that writes down which files were linted and not answered from the cache. */
const CONFIG = `import { appendFileSync } from "node:fs";
import leakproof from ${JSON.stringify(pathToFileURL(PLUGIN_FILE).href)};

const journal = {
  meta: { name: "journal", version: "1.0.0" },
  rules: { write: { create: ({ filename }) => (appendFileSync("linted.txt", filename + "\\n"), {}) } },
};

export default [leakproof.configs.recommended, { plugins: { journal }, rules: { "journal/write": "error" } }];
`;

const LEAKY = "const history = [];\nexport const note = (event) => history.push(event);\n";
const CLEAN = "export const note = (event) => [event];\n";
const SECOND = "const seen = new Set();\nexport const see = (value) => seen.add(value);\n";

const RULE = "leakproof/no-grow-only-registry";

describe("--cache", () => {
  it("lints a file again only when it has changed, and reports the same", () => {
    const project = temporaryProject({ "eslint.config.js": CONFIG, "package.json": ESM, "a.js": LEAKY, "b.js": CLEAN });
    const cached = ["--cache", "--cache-strategy", "content", "a.js", "b.js"];

    const first = eslint(project, cached);
    expect(first).toEqual({ exitCode: 1, reports: [`a.js:1:7 ${RULE}`] });
    expect(linted(project)).toEqual(["a.js", "b.js"]);

    expect(eslint(project, cached)).toEqual(first);
    expect(linted(project)).toEqual([]);

    writeFiles(project, { "b.js": SECOND });
    expect(eslint(project, cached)).toEqual({ exitCode: 1, reports: [`a.js:1:7 ${RULE}`, `b.js:1:7 ${RULE}`] });
    expect(linted(project)).toEqual(["b.js"]);
  });
});

describe("--cache with verdicts", () => {
  it("lints again when a run has found something out, and only then", () => {
    const project = temporaryProject({ "eslint.config.js": CONFIG, "package.json": ESM, "a.js": LEAKY });
    const cached = ["--cache", "--cache-strategy", "content", "a.js"];
    expect(eslint(project, cached).reports).toEqual([`a.js:1:7 ${RULE}`]);
    linted(project);

    writeVerdictFile(project, entriesFor("a.js", LEAKY, "confirmed"));
    expect(eslint(project, cached)).toEqual({ exitCode: 1, reports: ["a.js:1:7 leakproof/no-confirmed-leak"] });
    expect(linted(project)).toEqual(["a.js"]);
    expect(eslint(project, cached).reports).toEqual(["a.js:1:7 leakproof/no-confirmed-leak"]);
    expect(linted(project)).toEqual([]);

    writeVerdictFile(project, entriesFor("a.js", LEAKY, "refuted"));
    expect(eslint(project, cached)).toEqual({ exitCode: 0, reports: [] });
    rmSync(path.join(project, ".leakproof"), { recursive: true });
    expect(eslint(project, cached).reports).toEqual([`a.js:1:7 ${RULE}`]);
  });
});

describe("--concurrency", () => {
  it("reports the same from two workers as from one", () => {
    const names = Array.from({ length: 6 }, (_, index) => `${index}.js`);
    const sources = Object.fromEntries(names.map((name, index) => [name, index % 2 === 0 ? LEAKY : CLEAN]));
    const project = temporaryProject({ "eslint.config.js": CONFIG, "package.json": ESM, ...sources });

    const alone = eslint(project, names);
    expect(alone.reports).toHaveLength(3);
    expect(eslint(project, ["--concurrency", "2", ...names])).toEqual(alone);
  });
});

describe("bulk suppressions", () => {
  it("keep quiet what was there, bring both back with a second finding, and are pruned when the first is mended", () => {
    const project = temporaryProject({ "eslint.config.js": CONFIG, "package.json": ESM, "a.js": LEAKY });

    expect(eslint(project, ["--suppress-all", "a.js"])).toEqual({ exitCode: 0, reports: [] });
    expect(suppressions(project)).toEqual({ "a.js": { [RULE]: { count: 1 } } });
    expect(eslint(project, ["a.js"])).toEqual({ exitCode: 0, reports: [] });

    writeFiles(project, { "a.js": LEAKY + SECOND });
    expect(eslint(project, ["a.js"])).toEqual({ exitCode: 1, reports: [`a.js:1:7 ${RULE}`, `a.js:3:7 ${RULE}`] });

    writeFiles(project, { "a.js": CLEAN });
    expect(eslint(project, ["a.js"])).toEqual({ exitCode: 2, reports: [] });
    expect(eslint(project, ["--prune-suppressions", "a.js"])).toEqual({ exitCode: 0, reports: [] });
    expect(suppressions(project)).toEqual({});
  });
});

const ESM = '{ "type": "module" }\n';

interface Outcome {
  readonly exitCode: number | null;
  /** `file:line:column rule`, in the order of the files. */
  readonly reports: readonly string[];
}

function eslint(project: string, parameters: readonly string[]): Outcome {
  const command = [commandFile("eslint/bin/eslint.js"), "--format", "json", ...parameters];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, {
    cwd: project,
    encoding: "utf8",
    timeout: 60_000,
  });
  if (!stdout.startsWith("[")) throw new Error(`eslint ${parameters.join(" ")}: ${status}\n${stdout}${stderr}`);
  const results: readonly {
    filePath: string;
    messages: readonly { ruleId: string | null; message: string; line: number; column: number }[];
  }[] = JSON.parse(stdout);
  const reports = results.flatMap(({ filePath, messages }) =>
    messages.map(
      ({ ruleId, message, line, column }) =>
        `${path.relative(project, filePath)}:${line}:${column} ${ruleId ?? message}`,
    ),
  );
  return { exitCode: status, reports };
}

/** The files linted since it was last asked. */
function linted(project: string): readonly string[] {
  const journal = path.join(project, "linted.txt");
  if (!existsSync(journal)) return [];
  const files = readFileSync(journal, "utf8").trim().split("\n");
  rmSync(journal);
  return files.map((file) => path.relative(project, file)).sort();
}

function suppressions(project: string): unknown {
  return JSON.parse(readFileSync(path.join(project, "eslint-suppressions.json"), "utf8"));
}
