/** Folders with a verdict file, as `leakproof verify --write` leaves them, without a run. */
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import parser from "@typescript-eslint/parser";
import { Linter } from "eslint";
import plugin from "../../rules/index.js";
import { factsAt } from "../../rules/analysis/facts.js";
import type { SourceCode } from "../../rules/analysis/syntax.js";
import { verdictText, type VerdictEntry } from "../../rules/analysis/verdicts/format.js";
import { codeHash, unflaggedFingerprint } from "../../rules/analysis/verdicts/holder-code.js";

export type Verdict = VerdictEntry["verdict"];
export type SourceType = "module" | "commonjs";

export const ADVICE = "nothing removes from it: delete what is done with, or bound it";

/** A new temporary folder; the caller removes it. */
export function emptyFolder(): string {
  return realpathSync(mkdtempSync(path.join(tmpdir(), "leakproof-verdicts-")));
}

/** Writes a verdict file into a folder. */
export function writeVerdictFile(folder: string, entries: readonly VerdictEntry[]): string {
  const file = path.join(folder, ".leakproof", "verdicts.json");
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, verdictText(entries));
  return file;
}

/** The entries of a run that gave every finding of the `strict` preset in a text this verdict. */
export function entriesFor(
  file: string,
  code: string,
  verdict: Verdict,
  sourceType: SourceType = "module",
): VerdictEntry[] {
  const { messages, sourceCode } = strictly(file, code, sourceType);
  return messages.map(({ ruleId, line, column }) => {
    const facts = factsAt(sourceCode, ruleId ?? "", { line, column }, file);
    if (!facts) throw new Error(`no facts for ${ruleId} at ${line}:${column}`);
    const isCollection = !/listener|timer|subscription|resource|promise|context/.test(facts.kind);
    const hash = isCollection ? codeHash(sourceCode as never, { file, holder: facts.name }) : null;
    const rule = (ruleId ?? "").replace("leakproof/", "");
    return entry({ file, line, rule, holder: facts.name, verdict, fingerprint: facts.fingerprint, code: hash });
  });
}

/** The entry of a run that found a holder to grow which no rule flags. */
export function unflaggedEntry(
  file: string,
  code: string,
  holder: string,
  place: { line: number; column: number },
): VerdictEntry {
  const { sourceCode } = strictly(file, code, "module");
  const fingerprint = unflaggedFingerprint(sourceCode as unknown as SourceCode, { file, holder }, place);
  if (fingerprint === null) throw new Error(`no code for ${holder}`);
  return entry({ file, line: place.line, rule: null, holder, verdict: "confirmed", fingerprint, code: null });
}

export function entry(
  given: Pick<VerdictEntry, "file" | "line" | "rule" | "holder" | "verdict" | "fingerprint" | "code">,
): VerdictEntry {
  const advice = given.verdict === "confirmed" ? ADVICE : null;
  return { ...given, perIteration: 12, bytesPerIteration: 3100, advice, node: "v24.0.0", date: "2026-11-28" };
}

function strictly(file: string, code: string, sourceType: SourceType) {
  const linter = new Linter({ configType: "flat" });
  const settings = { leakproof: { verdicts: false } };
  const config = { ...plugin.configs.strict, settings, files: ["**/*.*"], languageOptions: { parser, sourceType } };
  const messages = linter.verify(code, [config], { filename: file });
  return { messages, sourceCode: linter.getSourceCode() };
}
