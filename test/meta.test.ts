import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { Linter } from "eslint";
import parser from "@typescript-eslint/parser";
import { afterAll, describe, expect, it } from "vitest";
import * as exported from "../rules/index.js";
import { blocks, examples, pageBody, ROOT, rulePage, rulePages, section, type Example } from "./pages.js";
import { emptyFolder, entriesFor, unflaggedEntry, writeVerdictFile } from "./rules/verdicts.js";

const plugin = exported.default;
const names = Object.keys(plugin.rules);

function takesReport(rule: string): boolean {
  return "report" in Object(plugin.rules[rule]?.meta?.defaultOptions?.[0]);
}

/** What `no-confirmed-leak` reports a run has confirmed: the examples that its page calls incorrect. */
const judged = emptyFolder();
afterAll(() => rmSync(judged, { recursive: true }));
writeVerdictFile(
  judged,
  blocks(section(rulePage("no-confirmed-leak"), "Incorrect")).flatMap(({ code, language, flags: { holder } }) =>
    holder === undefined
      ? entriesFor(`src/file.${language}`, code, "confirmed")
      : unflaggedEntry(`src/file.${language}`, code, holder, { line: 3, column: 7 }),
  ),
);

function reports(rule: string, { code, extension, report }: Example): number {
  const cwd = rule === "no-confirmed-leak" ? judged : ROOT;
  const rules: Linter.RulesRecord = { [`leakproof/${rule}`]: takesReport(rule) ? ["error", { report }] : "error" };
  const config: Linter.Config = {
    files: ["**/*.*"],
    plugins: { leakproof: plugin },
    rules,
    languageOptions: { parser },
  };
  const filename = path.join(cwd, `src/file.${extension}`);
  const messages = new Linter({ configType: "flat", cwd }).verify(code, [config], { filename });
  const fatal = messages.find((message) => message.ruleId === null);
  if (fatal) throw new Error(fatal.message);
  return messages.length;
}

describe("the plugin", () => {
  it("has a page, a file and a test for each rule, and no others", () => {
    const files = readdirSync(path.join(ROOT, "rules")).filter((file) => file.endsWith(".ts") && file !== "index.ts");
    expect(rulePages()).toEqual([...names].sort());
    expect(files.map((file) => path.basename(file, ".ts")).sort()).toEqual([...names].sort());
    for (const name of names) expect(existsSync(path.join(ROOT, "test/rules", `${name}.test.ts`))).toBe(true);
  });

  it("is named and versioned as its package, and is what require() gives", () => {
    const manifest: { name: string; version: string } = JSON.parse(
      readFileSync(path.join(ROOT, "package.json"), "utf8"),
    );
    expect(plugin.meta).toMatchObject({ name: manifest.name, version: manifest.version, namespace: "leakproof" });
    expect(Reflect.get(exported, "module.exports")).toBe(plugin);
  });

  it("has presets that name themselves, the plugin, and the rules that say they are in them", () => {
    for (const preset of ["recommended", "strict"] as const) {
      expect(plugin.configs[preset]).toMatchObject({ name: `leakproof/${preset}`, plugins: { leakproof: plugin } });
    }
    const recommended = names.filter(
      (name) => Reflect.get(Object(plugin.rules[name]?.meta?.docs), "preset") === "recommended",
    );
    expect(Object.keys(plugin.configs.recommended.rules ?? {})).toEqual(recommended.map((name) => `leakproof/${name}`));
    expect(Object.keys(plugin.configs.strict.rules ?? {})).toEqual(names.map((name) => `leakproof/${name}`));
    for (const name of names.filter(takesReport)) {
      expect(plugin.configs.strict.rules?.[`leakproof/${name}`]).toEqual(["error", { report: "all" }]);
    }
  });
});

describe.each(names)("%s", (name) => {
  const meta = plugin.rules[name]?.meta;

  it("has a page with its name, description and sections", () => {
    const text = rulePage(name);
    expect(text.split("\n")[0]).toBe(`# leakproof/${name}`);
    expect(pageBody(text).startsWith(`${meta?.docs?.description}.`)).toBe(true);
    expect(meta?.docs?.url).toBe(
      `https://github.com/leakproof/eslint-plugin-leakproof/blob/main/docs/rules/${name}.md`,
    );
    const sections = [...text.matchAll(/^## (.*)$/gm)].map(([, title]) => title);
    expect(sections).toEqual([
      "Incorrect",
      "Correct",
      "What silences it",
      "Options",
      "When not to use it",
      "Real fixes of this shape",
    ]);
  });

  it("shows incorrect and correct code, and commits that mended such code", () => {
    expect(examples(section(rulePage(name), "Incorrect"))).not.toEqual([]);
    expect(examples(section(rulePage(name), "Correct"))).not.toEqual([]);
    expect(section(rulePage(name), "Real fixes of this shape")).toMatch(
      /^- \[.*\]\(https:\/\/github\.com\/[\w.-]+\/[\w.-]+\/commit\/[0-9a-f]{40}\)/m,
    );
  });

  it("documents its options as its schema and its defaults have them", () => {
    const rows = [...section(rulePage(name), "Options").matchAll(/^\| `(\w+)` \| (.*?) \| `(.*?)` \| (.*) \|$/gm)];
    const documented = rows.map(([, option, values, initial]) => ({
      option,
      values: [...(values ?? "").matchAll(/`"(\w+)"`/g)].map(([, value]) => value),
      initial: JSON.parse(initial ?? "null"),
    }));
    const schema = meta?.schema;
    const properties: object = (Array.isArray(schema) && schema[0]?.properties) || {};
    const defaults: Record<string, unknown> = Object(meta?.defaultOptions?.[0]);
    const declared = Object.entries(properties).map(([option, { enum: values }]) => ({
      option,
      values: values ?? [],
      initial: defaults[option],
    }));
    expect(documented).toEqual(declared);
  });

  it.each(examples(section(rulePage(name), "Incorrect")))("flags the incorrect example: $code", (example) => {
    expect(reports(name, example)).toBe(1);
    if (example.report === "all") expect(reports(name, { ...example, report: "likely" })).toBe(0);
  });

  it.each(examples(section(rulePage(name), "Correct")))("passes the correct example: $code", (example) => {
    expect(reports(name, { ...example, report: "all" })).toBe(0);
  });
});
