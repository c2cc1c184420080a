import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import parser from "@typescript-eslint/parser";
import { RuleTester as TypescriptRuleTester } from "@typescript-eslint/rule-tester";
import { Linter, RuleTester } from "eslint";
import { afterAll, describe, expect, it } from "vitest";
import plugin from "../../rules/index.js";
import "./testers.js";
import { ADVICE, emptyFolder, entriesFor, unflaggedEntry, writeVerdictFile, type SourceType } from "./verdicts.js";

const folder = emptyFolder();
afterAll(() => rmSync(folder, { recursive: true }));

const RULE = plugin.rules["no-confirmed-leak"];

const LOG = "const log = [];\nexport const note = (event) => log.push(event);\n";
const TYPED = "const log: object[] = [];\nexport const note = (event: object) => log.push(event);\n";
const COMMONJS = "const seen = new Map();\nexports.see = (key, value) => seen.set(key, value);\n";
const STATIC = "export class Job {\n  static live = new Set();\n  constructor() { Job.live.add(this); }\n}\n";
const LISTENER = "export function open(job) {\n  process.on('exit', () => job.close());\n}\n";
const HELD =
  "import { append } from './lists.js';\nconst held = [];\nexport const hold = (value) => append(held, value);\n";
const CALLBACK = "export function open(job) {\n  queue.later(() => job.close());\n}\n";

writeVerdictFile(folder, [
  ...entriesFor("src/log.js", LOG, "confirmed"),
  ...entriesFor("src/log.ts", TYPED, "confirmed"),
  ...entriesFor("src/seen.cjs", COMMONJS, "confirmed", "commonjs"),
  ...entriesFor("src/job.js", STATIC, "confirmed"),
  ...entriesFor("src/listener.js", LISTENER, "confirmed"),
  ...entriesFor("src/refuted.js", LOG, "refuted"),
  unflaggedEntry("src/held.js", HELD, "held", { line: 2, column: 7 }),
  unflaggedEntry("src/callback.js", CALLBACK, "Queue.jobs", { line: 2, column: 1 }),
]);

interface Case {
  readonly name: string;
  readonly file: string;
  readonly code: string;
  /** Where the holder is reported: line, column. */
  readonly at?: readonly [line: number, column: number];
}

function run(language: SourceType | "typescript", cases: readonly Case[]): void {
  const common = cases.map(({ name, file, code }) => ({ name, code, filename: path.join(folder, "src", file) }));
  const valid = common.filter((_, index) => cases[index]?.at === undefined);
  const invalid = common.flatMap((each, index) => {
    const [line, column] = cases[index]?.at ?? [];
    return line === undefined || column === undefined
      ? []
      : [{ ...each, errors: [{ messageId: "confirmed", line, column }] }];
  });
  const name = `no-confirmed-leak (${language})`;
  if (RULE === undefined) throw new Error("no such rule");
  // The two testers describe the same rule in types that do not know each other.
  if (language === "typescript")
    new TypescriptRuleTester({ languageOptions: { parser } }).run(name, RULE as never, { valid, invalid });
  else new RuleTester({ languageOptions: { sourceType: language } }).run(name, RULE, { valid, invalid });
}

run("module", [
  { name: "a collection", file: "log.js", code: LOG, at: [1, 7] },
  { name: "moved lines", file: "log.js", code: `// why\n\n${LOG}export const other = 1;\n`, at: [3, 7] },
  { name: "a static field", file: "job.js", code: STATIC, at: [2, 10] },
  { name: "a listener, at the name of what registers it", file: "listener.js", code: LISTENER, at: [2, 11] },
  { name: "what no rule flags", file: "held.js", code: HELD, at: [2, 7] },
  { name: "what no rule flags, moved", file: "held.js", code: `import "x";\n${HELD}`, at: [3, 7] },
  { name: "what the file does not name", file: "callback.js", code: `// moved\n${CALLBACK}`, at: [3, 3] },
  { name: "a file that was not judged", file: "other.js", code: LOG },
  { name: "refuted", file: "refuted.js", code: LOG },
  { name: "another growth", file: "log.js", code: LOG.replace("push(event)", "push(event.type)") },
  { name: "a removal", file: "log.js", code: `${LOG}export const clear = () => { log.length = 0; };\n` },
  { name: "a guard", file: "log.js", code: LOG.replace("=> log", "=> log.length < 99 && log") },
  { name: "another listener", file: "listener.js", code: LISTENER.replace("on(", "once(") },
  { name: "what no rule flags, mended", file: "held.js", code: `${HELD}export const drop = () => held.pop();` },
  { name: "what the file does not name, mended", file: "callback.js", code: CALLBACK.replace("later", "now") },
]);

run("typescript", [
  { name: "a collection", file: "log.ts", code: `type Event = object;\n${TYPED}`, at: [2, 7] },
  { name: "changed", file: "log.ts", code: TYPED.replace("push", "unshift") },
]);

run("commonjs", [
  { name: "a collection", file: "seen.cjs", code: `"use strict";\n${COMMONJS}`, at: [2, 7] },
  { name: "changed", file: "seen.cjs", code: `${COMMONJS}exports.clear = () => seen.clear();\n` },
]);

describe("verdicts in ESLint", () => {
  it("says how fast it grows, and what would mend it", () => {
    expect(reports("src/log.js", LOG)).toEqual([
      `no-confirmed-leak 1:7 \`log\` leaks, confirmed: +12 objects, +3.1 kB per iteration → ${ADVICE}.`,
    ]);
  });

  it("reports a leak once: by no-confirmed-leak, or, where that is off, by the rule that suspects it", () => {
    expect(rulesOf("src/log.js", LOG)).toEqual(["no-confirmed-leak"]);
    expect(rulesOf("src/log.js", LOG, { rules: { "leakproof/no-confirmed-leak": "off" } })).toEqual([
      "no-grow-only-registry",
    ]);
    expect(rulesOf("src/log.js", `${LOG}log.unshift(0);\n`)).toEqual(["no-grow-only-registry"]);
  });

  it("keeps what was refuted silent until its code changes", () => {
    expect(rulesOf("src/refuted.js", LOG)).toEqual([]);
    expect(rulesOf("src/refuted.js", `\n\n${LOG}`)).toEqual([]);
    expect(rulesOf("src/refuted.js", LOG.replace("push(event)", "push(event.type)"))).toEqual([
      "no-grow-only-registry",
    ]);
    expect(rulesOf("src/refuted.js", `${LOG}${LOG.replace(/log|note/g, "$&2")}`)).toEqual(["no-grow-only-registry"]);
  });

  it("finds a holder in spite of settings under which the rules pass it over", () => {
    const code = "const kept = new HashMap();\nexport const keep = (key) => kept.set(key, {});\n";
    const inner = emptyFolder();
    try {
      const entries = entriesFor("kept.js", code, "confirmed");
      expect(entries).toHaveLength(1);
      writeVerdictFile(inner, entries);
      const settings = { leakproof: { boundedCollections: ["HashMap"] } };
      expect(rulesOf("kept.js", code, { settings }, inner)).toEqual(["no-confirmed-leak"]);
    } finally {
      rmSync(inner, { recursive: true });
    }
  });

  it("looks where the settings say, or nowhere", () => {
    const elsewhere = path.join(folder, ".leakproof/verdicts.json");
    expect(rulesOf("src/log.js", LOG, { settings: { leakproof: { verdicts: false } } })).toEqual([
      "no-grow-only-registry",
    ]);
    expect(rulesOf("src/log.js", LOG, { settings: { leakproof: { verdicts: elsewhere } } })).toEqual([
      "no-confirmed-leak",
    ]);
  });

  it("reads the file again when it changes, and prefers the nearest", async () => {
    const inner = emptyFolder();
    try {
      expect(rulesOf("src/log.js", LOG, {}, inner)).toEqual(["no-grow-only-registry"]);
      await later();
      const file = writeVerdictFile(inner, entriesFor("src/log.js", LOG, "confirmed"));
      expect(rulesOf("src/log.js", LOG, {}, inner)).toEqual(["no-confirmed-leak"]);
      await later();
      writeVerdictFile(path.join(inner, "src"), entriesFor("log.js", LOG, "refuted"));
      expect(rulesOf("src/log.js", LOG, {}, inner)).toEqual([]);
      await later();
      rmSync(path.join(inner, "src/.leakproof"), { recursive: true });
      writeFileSync(file, "<<<<<<< mine");
      expect(reports("src/log.js", LOG, {}, inner)).toEqual([
        expect.stringMatching(/^no-confirmed-leak 1:1 .*verdicts\.json is no verdict file: restore it, or delete it/),
        expect.stringMatching(/^no-grow-only-registry 1:7 /),
      ]);
    } finally {
      rmSync(inner, { recursive: true });
    }
  });
});

/** Longer than an answer about the disk stands. */
const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 150));

function rulesOf(
  file: string,
  code: string,
  config: Linter.Config = {},
  cwd = folder,
): readonly (string | undefined)[] {
  return reports(file, code, config, cwd).map((report) => report.split(" ")[0]);
}

function reports(file: string, code: string, config: Linter.Config = {}, cwd = folder): readonly string[] {
  const linter = new Linter({ configType: "flat", cwd });
  const messages = linter.verify(code, [{ ...plugin.configs.strict, files: ["**/*.*"] }, config], {
    filename: path.join(cwd, file),
  });
  return messages.map(
    ({ ruleId, line, column, message }) => `${ruleId?.replace("leakproof/", "")} ${line}:${column} ${message}`,
  );
}
