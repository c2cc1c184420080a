import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import ts from "typescript";
import { lint, lintJavaScript, type Preset } from "./lint.js";

const PATTERNS = path.resolve(import.meta.dirname, "../patterns");

interface Pattern {
  readonly id: string;
  readonly name: string;
}

const patterns: readonly Pattern[] = JSON.parse(readFileSync(path.join(PATTERNS, "manifest.json"), "utf8"));
const files = readdirSync(PATTERNS);

/** The rule that reports each pair's leak: one leak, one report. */
const DECIDED = new Map([
  ["01", "no-shared-mutable-default"],
  ["02", "no-shared-mutable-default"],
  ["04", "no-shared-mutable-default"],
  ["05", "no-grow-only-registry"],
  ["06", "no-unbounded-cache"],
  ["08", "no-unbounded-cache"],
  ["09", "no-grow-only-registry"],
  ["10", "no-grow-only-registry"],
  ["12", "no-grow-only-registry"],
  ["13", "no-grow-only-registry"],
  ["14", "no-grow-only-registry"],
  ["16", "no-grow-only-registry"],
  ["17", "no-grow-only-registry"],
  ["18", "no-unbounded-cache"],
  ["20", "no-grow-only-registry"],
  ["21", "no-leaked-listener"],
  ["22", "no-pending-promise-leak"],
  ["24", "no-mismatched-removal"],
  ["25", "no-mismatched-removal"],
  ["26", "no-mismatched-removal"],
  ["28", "no-leaked-listener"],
  ["29", "no-leaked-abort-listener"],
  ["30", "no-leaked-listener"],
  ["32", "no-leaked-timer"],
  ["33", "no-leaked-timer"],
  ["34", "require-release-on-all-paths"],
  ["36", "no-leaked-timer"],
  ["37", "no-leaked-timer"],
  ["38", "no-retained-closure"],
  ["40", "no-grow-only-registry"],
  ["41", "no-pending-promise-leak"],
  ["42", "no-leaked-subscription"],
  ["44", "no-leaked-subscription"],
  ["45", "no-leaked-subscription"],
  ["46", "no-leaked-subscription"],
  ["48", "no-leaked-resource"],
  ["49", "no-leaked-resource"],
  ["50", "no-leaked-listener"],
  ["52", "no-leaked-timer"],
  ["53", "no-leaked-timer"],
  ["54", "no-leaked-resource"],
  ["56", "no-leaked-resource"],
  ["57", "no-leaked-resource"],
  ["58", "require-release-on-all-paths"],
  ["60", "no-grow-only-registry"],
]);

/** What only `strict` reports: a removal stands somewhere, on some path. */
const STRICT_ONLY = new Set(["16", "17", "18", "34", "54", "58"]);

function read(id: string, twin: "leak" | "safe"): { readonly file: string; readonly code: string } {
  const file = files.find((name) => name.startsWith(`${id}-`) && name.includes(`.${twin}.`));
  if (!file) throw new Error(`no ${twin} twin of ${id}`);
  return { file: `src/${file}`, code: readFileSync(path.join(PATTERNS, file), "utf8") };
}

function rulesReported(id: string, twin: "leak" | "safe", preset: Preset): readonly (string | null)[] {
  const { file, code } = read(id, twin);
  return lint(code, preset, file).messages.map(({ ruleId }) => ruleId);
}

/** What is reported when the types are taken away, and ESLint's own parser reads what is left. */
function rulesReportedInJavaScript(id: string, twin: "leak" | "safe"): readonly (string | null)[] {
  const { file, code } = read(id, twin);
  const compilerOptions = { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext, jsx: ts.JsxEmit.Preserve };
  const { outputText } = ts.transpileModule(code, { compilerOptions, fileName: file });
  return lintJavaScript(outputText, "strict", file.replace(/ts(x?)$/, "js$1")).map(({ ruleId }) => ruleId);
}

describe.each(patterns)("$id $name", ({ id }) => {
  const reported = [`leakproof/${DECIDED.get(id)}`];

  it("strict reports the leak", () => expect(rulesReported(id, "leak", "strict")).toEqual(reported));
  it(`recommended ${STRICT_ONLY.has(id) ? "does not report" : "reports"} the leak`, () => {
    expect(rulesReported(id, "leak", "recommended")).toEqual(STRICT_ONLY.has(id) ? [] : reported);
  });
  it("strict is silent on the safe twin", () => expect(rulesReported(id, "safe", "strict")).toEqual([]));
  it("strict tells them apart in JavaScript", () => {
    expect(rulesReportedInJavaScript(id, "leak")).toEqual(reported);
    expect(rulesReportedInJavaScript(id, "safe")).toEqual([]);
  });
  it("recommended is silent on the safe twin", () => expect(rulesReported(id, "safe", "recommended")).toEqual([]));
});
