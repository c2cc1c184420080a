/** The guide is tested: its configurations are loaded, its examples linted, its commands run, its links followed. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import parser from "@typescript-eslint/parser";
import { Linter } from "eslint";
import { describe, expect, it } from "vitest";
import plugin from "../rules/index.js";
import { BOUNDED, UNLIKELY } from "../rules/analysis/growth/sanitizers.js";
import { commandFile, linkPackages, temporaryProject } from "./hosts/project.js";
import { blocks, ROOT, type Block } from "./pages.js";

const GUIDES = ["README.md", ...markdownIn("docs"), ...markdownIn("docs/rules")];
const texts = new Map(GUIDES.map((file) => [file, readFileSync(path.join(ROOT, file), "utf8")]));

const PROJECT = {
  "package.json": '{ "type": "module" }\n',
  "src/server/history.js": "const history = [];\nexport const record = (event) => history.push(event);\n",
};
const PLANTED = "leakproof/no-grow-only-registry";

describe.each([...texts])("%s", (file, text) => {
  const all = blocks(text);

  const configs = all.filter(({ code }) => /^\/\/ eslint\.config\.c?js\n/.test(code));
  it.each(configs)("has an ESLint configuration that works: $code", ({ code }) => {
    const project = temporaryProject({ ...PROJECT, [fileOf(code)]: code });
    linkPackages(project);
    expect(eslint(project, ["--format", "json", "src"]).stdout).toContain(`"ruleId":"${PLANTED}"`);
  });

  const oxlintConfigs = all.filter(({ code }) => code.startsWith("// .oxlintrc.json\n"));
  it.each(oxlintConfigs)("has an oxlint configuration that works: $code", ({ code }) => {
    const project = temporaryProject({ ...PROJECT, ".oxlintrc.json": code.replace(/^.*\n/, "") });
    linkPackages(project);
    expect(run(project, [commandFile("oxlint/bin/oxlint"), "--format", "json"]).stdout).toContain(
      `"code": "${PLANTED.replace("/", "(")})"`,
    );
  });

  const silent = all.filter(({ flags }) => flags["silences"] !== undefined);
  it.each(silent)("has an example of what is silent, and of what is not: $code", checkSilence);

  it("names scripts that there are", () => {
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(
      readFileSync(path.join(ROOT, "package.json"), "utf8"),
    );
    const named = [...text.matchAll(/\bnpm run ([\w:-]+)/g)].map(([, script]) => script);
    expect(named.filter((script) => !Object.hasOwn(scripts, script ?? ""))).toEqual([]);
  });

  it("gives `leakproof verify` options that it has", () => {
    const commands = all
      .filter(({ language }) => language === "sh")
      .flatMap(({ code }) => code.split("\n"))
      .filter((line) => /^(?:npx )?leakproof verify\b/.test(line));
    const options = commands.flatMap((line) => line.replace(/#.*$/, "").match(/(?<= )--[\w-]+/g) ?? []);
    expect(options.filter((option) => option !== "--help" && !help().includes(option))).toEqual([]);
  });

  it("links to pages and headings that there are", () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)\s]*)\)/g)].map(([, link = ""]) => link);
    expect(links.filter((link) => !leadsSomewhere(file, link))).toEqual([]);
  });
});

describe("docs/presets.md", () => {
  const commands = blocks(texts.get("docs/presets.md") ?? "")
    .filter(({ language }) => language === "sh")
    .flatMap(({ code }) => code.trim().split("\n"));

  it("has commands of ESLint that pass where the first has suppressed what there is", () => {
    const config = `import leakproof from "eslint-plugin-leakproof";\nexport default [leakproof.configs.recommended];\n`;
    const project = temporaryProject({ ...PROJECT, "eslint.config.js": config });
    linkPackages(project);
    for (const command of commands) {
      const [npx, name, ...parameters] = command.split(" ");
      expect([npx, name]).toEqual(["npx", "eslint"]);
      expect({ command, ...eslint(project, parameters) }).toMatchObject({ status: 0, stdout: "", stderr: "" });
    }
  });
});

describe("docs/sanitizers.md", () => {
  const text = texts.get("docs/sanitizers.md") ?? "";

  it("names each sanitizer of collections, and each rule", () => {
    const sanitizers = [...Object.keys(BOUNDED), ...Object.keys(UNLIKELY), ...Object.keys(plugin.rules)];
    expect(sanitizers.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });
});

/**
 * An example with the flag `silences=<rule>` is silent under `strict`, or under `recommended` with `under=likely`. Without
 * the lines marked `// ←`, or with what such a mark gives instead of them, the rule reports.
 */
function checkSilence({ code, language, flags }: Block): void {
  const preset = flags["under"] === "likely" ? "recommended" : "strict";
  const rule = `leakproof/${flags["silences"]}`;
  expect(lint(code, language, preset)).toEqual([]);
  if (preset === "recommended") expect(lint(code, language, "strict")).toEqual([rule]);
  if (!code.includes("// ←")) return;
  const leaky = code.replace(/^(.*)\/\/ ←(?: not: (.*))?\n/gm, (_line, _before: string, instead?: string) =>
    instead === undefined ? "" : `${instead}\n`,
  );
  expect(lint(leaky, language, preset)).toEqual([rule]);
}

function lint(code: string, extension: string, preset: "recommended" | "strict"): readonly (string | null)[] {
  const config: Linter.Config = { ...plugin.configs[preset], files: ["**/*.*"], languageOptions: { parser } };
  const messages = new Linter({ configType: "flat" }).verify(code, [config], { filename: `src/file.${extension}` });
  return messages.map(({ ruleId, message }) => ruleId ?? message);
}

/** The name that a configuration gives in its first line. */
function fileOf(code: string): string {
  return code.slice("// ".length, code.indexOf("\n"));
}

let helpText: string | undefined;

function help(): string {
  return (helpText ??= run(ROOT, [path.join(ROOT, "dist/runtime/cli.js"), "verify", "--help"]).stdout);
}

function eslint(project: string, parameters: readonly string[]) {
  return run(project, [commandFile("eslint/bin/eslint.js"), ...parameters]);
}

function run(project: string, command: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, command, {
    cwd: project,
    encoding: "utf8",
    timeout: 60_000,
  });
  return { status, stdout, stderr };
}

function leadsSomewhere(from: string, link: string): boolean {
  const [file = "", heading] = link.split("#");
  const target = file === "" ? from : path.posix.join(path.posix.dirname(from), file);
  if (!existsSync(path.join(ROOT, target))) return false;
  if (heading === undefined || !target.endsWith(".md")) return true;
  const headings = [...(texts.get(target) ?? "").matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) => anchorOf(title));
  return headings.includes(heading);
}

/** As GitHub makes them. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/\s/g, "-");
}

function markdownIn(folder: string): readonly string[] {
  const files = readdirSync(path.join(ROOT, folder)).filter((file) => file.endsWith(".md"));
  return files.map((file) => `${folder}/${file}`);
}
