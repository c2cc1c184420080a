import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { Linter } from "eslint";
import parser from "@typescript-eslint/parser";
import { describe, expect, it } from "vitest";
import * as exported from "../rules/index.js";

const plugin = exported.default;
const ROOT = path.resolve(import.meta.dirname, "..");
const names = Object.keys(plugin.rules);

function filesIn(folder: string, extension: string): readonly string[] {
  const files = readdirSync(path.join(ROOT, folder)).filter((file) => file.endsWith(extension));
  return files.map((file) => file.slice(0, -extension.length)).sort();
}

function page(rule: string): string {
  return readFileSync(path.join(ROOT, "docs/rules", `${rule}.md`), "utf8");
}

function section(text: string, title: string): string {
  return text.split(/^## /m).find((part) => part.startsWith(title)) ?? "";
}

interface Example {
  readonly code: string;
  readonly extension: string;
  readonly report: "likely" | "all";
}

function examples(text: string): readonly Example[] {
  return [...text.matchAll(/^```(\w+)(?: option=(\w+))?\n([\s\S]*?)^```/gm)].map(
    ([, extension = "", option, code = ""]) => ({
      code,
      extension,
      report: option === "all" ? "all" : "likely",
    }),
  );
}

function reports(rule: string, { code, extension, report }: Example): number {
  const rules: Linter.RulesRecord = { [`leakproof/${rule}`]: ["error", { report }] };
  const config: Linter.Config = {
    files: ["**/*.*"],
    plugins: { leakproof: plugin },
    rules,
    languageOptions: { parser },
  };
  const messages = new Linter({ configType: "flat" }).verify(code, [config], { filename: `src/file.${extension}` });
  const fatal = messages.find((message) => message.ruleId === null);
  if (fatal) throw new Error(fatal.message);
  return messages.length;
}

describe("the plugin", () => {
  it("has a page, a file and a test for each rule, and no others", () => {
    expect(filesIn("docs/rules", ".md")).toEqual([...names].sort());
    expect(filesIn("rules", ".ts").filter((file) => file !== "index")).toEqual([...names].sort());
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
  });
});

describe.each(names)("%s", (name) => {
  const meta = plugin.rules[name]?.meta;

  it("has a page with its name, description and sections", () => {
    const text = page(name);
    expect(text.split("\n")[0]).toBe(`# leakproof/${name}`);
    expect(text).toContain(`${meta?.docs?.description}.`);
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

  it("documents its options as its schema and its defaults have them", () => {
    const rows = [...section(page(name), "Options").matchAll(/^\| `(\w+)` \| (.*?) \| `(.*?)` \| (.*) \|$/gm)];
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
      values,
      initial: defaults[option],
    }));
    expect(documented).toEqual(declared);
  });

  it.each(examples(section(page(name), "Incorrect")))("flags the incorrect example: $code", (example) => {
    expect(reports(name, example)).toBe(1);
    if (example.report === "all") expect(reports(name, { ...example, report: "likely" })).toBe(0);
  });

  it.each(examples(section(page(name), "Correct")))("passes the correct example: $code", (example) => {
    expect(reports(name, { ...example, report: "all" })).toBe(0);
  });
});
