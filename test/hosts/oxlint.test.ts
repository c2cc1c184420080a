/** The built plugin in oxlint: the same reports as in ESLint, for each rule, at the same places. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import parser from "@typescript-eslint/parser";
import { Linter } from "eslint";
import { describe, expect, it } from "vitest";
import { verdictText } from "../../rules/analysis/verdicts/format.js";
import { examples, ROOT, rulePage, rulePages } from "../pages.js";
import { entriesFor } from "../rules/verdicts.js";
import { builtPlugin, commandFile, PLUGIN_FILE, temporaryProject } from "./project.js";

/** One report in a line, so that a difference reads well: `file:line:column rule message`. */
type Report = string;

interface Configuration {
  readonly rules: Partial<Linter.RulesRecord>;
  readonly settings?: Record<string, unknown>;
}

interface OxlintOutput {
  readonly diagnostics: readonly {
    readonly message: string;
    readonly code?: string;
    readonly filename: string;
    readonly labels: readonly { readonly span: { readonly offset: number } }[];
  }[];
}

const SCRIPTS = {
  // Byte columns and UTF-16 columns part ways here.
  "astral.mjs": 'export const sign = "🚰"; const drops = []; export const drip = (drop) => drops.push(sign + drop);\n',
  "exports.cjs": `const seen = new Map();
exports.see = function (key, value) {
  seen.set(key, value);
};
module.exports.log = [];
exports.note = (entry) => exports.entries.push(entry);
exports.entries = [];
process.on("exit", () => seen.clear());
`,
  "transpiled.cjs": `"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
var bus_1 = require("./bus");
var Session = /** @class */ (function () {
  function Session(options) {
    var _this = this;
    this.sockets = [];
    (0, bus_1.default).on("open", function (socket) { return _this.sockets.push(socket); });
    process.on("SIGHUP", function () { return _this.reload(options); });
    setInterval(function () { return _this.reload(options); }, 1000);
  }
  Session.prototype.reload = function (options) { Session.live.push(options); };
  Session.live = [];
  return Session;
}());
exports.Session = Session;
`,
  // Neither import nor export: oxlint takes it for a script, whose variables are global.
  "plain.js": `var cache = {};
module.exports = function (key) {
  if (cache[key]) return cache[key];
  return (cache[key] = make(key));
};
`,
  // What ESLint's parsers leave out is null in oxlint's trees, and the text of null is that of the whole file.
  "unannotated.mjs": `// Not every source of "abort" is an AbortSignal.
export const watch = (source) => source.addEventListener("abort", () => source.stop());
`,
  "disabled.mjs": `// eslint-disable-next-line leakproof/no-grow-only-registry -- read by a test
const history = [];
export const note = (event) => history.push(event);
`,
};

const VAULT = `import { openVault } from "./vaults";
export function count(key: string): number {
  const vault = openVault(key);
  return vault.coins.length;
}
`;

const SIZES = `const sizes = new Map<object, number>();

export function sizeOf(value: object): number {
  const known = sizes.get(value);
  if (known !== undefined) return known;
  const size = JSON.stringify(value).length;
  sizes.set(value, size);
  return size;
}
`;

const plugin = await builtPlugin();
const files: Readonly<Record<string, string>> = { ...SCRIPTS, ...patterns(), ...pageExamples() };

describe.each(["recommended", "strict"] as const)("the preset %s", (preset) => {
  const { rules = {} } = plugin.configs[preset];
  const inEslint = reportsInEslint({ rules });

  it("reports the same in oxlint as in ESLint", () => {
    expect(reportsInOxlint({ rules })).toEqual(inEslint);
  });

  // What a run confirmed takes a verdict file, as below.
  const suspecting = Object.keys(rules).filter((rule) => rule !== "leakproof/no-confirmed-leak");
  it.each(suspecting)("has something to report by %s", (rule) => {
    expect(inEslint.filter((report) => report.includes(` ${rule} `))).not.toEqual([]);
  });
});

it("hears settings", () => {
  const { rules = {} } = plugin.configs.strict;
  const settings = {
    leakproof: { releases: [{ acquire: "openVault", release: ["closeVault"], by: "argument" }] },
  };
  expect(reportsInOxlint({ rules, settings }, { "vault.ts": VAULT })).toEqual([
    expect.stringContaining("vault.ts:3:17 leakproof/no-leaked-resource "),
  ]);
  expect(reportsInOxlint({ rules }, { "vault.ts": VAULT })).toEqual([]);
});

it("shows verdicts of a run", () => {
  const rules: Linter.RulesRecord = {
    "leakproof/no-confirmed-leak": "error",
    "leakproof/no-unbounded-cache": "error",
    "leakproof/no-grow-only-registry": "error",
  };
  const log = "const log = [];\nexport const note = (event) => log.push(event);\n";
  const verdicts = verdictText([
    ...entriesFor("sizes.ts", SIZES, "confirmed"),
    ...entriesFor("log.mjs", log, "refuted"),
  ]);
  const folder = temporaryProject({
    "sizes.ts": SIZES,
    "log.mjs": log,
    "other.mjs": log,
    ".oxlintrc.json": configFile({ rules }),
    ".leakproof/verdicts.json": verdicts,
  });
  const reports = runOxlint(folder).diagnostics.map(({ filename, code }) => `${filename} ${code}`);
  expect(reports.sort()).toEqual([
    "other.mjs leakproof(no-grow-only-registry)",
    "sizes.ts leakproof(no-confirmed-leak)",
  ]);
});

it("applies suggestions", () => {
  const rules: Linter.RulesRecord = { "leakproof/no-unbounded-cache": "error" };
  const folder = temporaryProject({ "sizes.ts": SIZES, ".oxlintrc.json": configFile({ rules }) });
  expect(runOxlint(folder, ["--fix-suggestions"])).toEqual({ diagnostics: [] });
  expect(readFileSync(path.join(folder, "sizes.ts"), "utf8")).toBe(SIZES.replace("new Map", "new WeakMap"));
});

function reportsInEslint({ rules }: Configuration): readonly Report[] {
  const config: Linter.Config[] = [
    { files: ["**/*.*"], plugins: { leakproof: plugin }, rules },
    { files: ["**/*.{ts,tsx}"], languageOptions: { parser } },
    { files: ["**/*.jsx"], languageOptions: { parserOptions: { ecmaFeatures: { jsx: true } } } },
    { files: ["plain.js"], languageOptions: { sourceType: "commonjs" } },
  ];
  const linter = new Linter({ configType: "flat" });
  const reports = Object.entries(files).flatMap(([filename, text]) =>
    linter
      .verify(text, config, { filename })
      .map(({ line, column, ruleId, message }) => `${filename}:${line}:${column} ${ruleId} ${message}`),
  );
  return reports.sort();
}

function reportsInOxlint(configuration: Configuration, sources = files): readonly Report[] {
  const folder = temporaryProject({ ...sources, ".oxlintrc.json": configFile(configuration) });
  const reports = runOxlint(folder).diagnostics.map(({ filename, labels, code, message }) => {
    const rule = code?.replace(/^(.*)\((.*)\)$/, "$1/$2");
    return `${filename}:${placeOf(sources[filename] ?? "", labels[0]?.span.offset ?? 0)} ${rule} ${message}`;
  });
  return reports.sort();
}

function configFile({ rules, settings = {} }: Configuration): string {
  return JSON.stringify({ plugins: [], categories: { correctness: "off" }, jsPlugins: [PLUGIN_FILE], rules, settings });
}

function runOxlint(folder: string, options: readonly string[] = []): OxlintOutput {
  const parameters = [commandFile("oxlint/bin/oxlint"), "--format", "json", ...options, "."];
  const { stdout, stderr, status } = spawnSync(process.execPath, parameters, {
    cwd: folder,
    encoding: "utf8",
    timeout: 60_000,
  });
  if (stderr !== "" || (status !== 0 && status !== 1)) throw new Error(`oxlint: ${status}\n${stdout}${stderr}`);
  const { diagnostics }: OxlintOutput = JSON.parse(stdout);
  return { diagnostics };
}

/** oxlint counts bytes of UTF-8, in its columns too; ESLint counts UTF-16 units. */
function placeOf(text: string, byteOffset: number): string {
  const lines = Buffer.from(text).subarray(0, byteOffset).toString("utf8").split(/\r?\n/);
  return `${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`;
}

function patterns(): Record<string, string> {
  const folder = path.join(ROOT, "test/patterns");
  const names = readdirSync(folder).filter((file) => /\.tsx?$/.test(file));
  return Object.fromEntries(names.map((file) => [file, readFileSync(path.join(folder, file), "utf8")]));
}

/** The examples of the rule pages, so that no rule is missing. */
function pageExamples(): Record<string, string> {
  return Object.fromEntries(
    rulePages().flatMap((rule) =>
      examples(rulePage(rule)).map(({ code, extension }, index) => [`${rule}-${index}.${extension}`, code]),
    ),
  );
}
