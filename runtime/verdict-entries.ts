/** The result of a verification → what the verdict file keeps of it. */
import path from "node:path";
import type { HolderKind } from "../rules/analysis/facts.js";
import type { SourceCode as RuleSourceCode } from "../rules/analysis/syntax.js";
import type { VerdictEntry } from "../rules/analysis/verdicts/format.js";
import { codeHash, unflaggedFingerprint } from "../rules/analysis/verdicts/holder-code.js";
import { lintSource } from "./lint-source.js";
import type { JudgedFinding, UnflaggedGrowth, VerificationResult } from "./verdict/result.js";

/** What was decided of the user's own code. What a run could not decide is not kept. */
export function verdictEntries(result: VerificationResult, workingDirectory: string, date: string): VerdictEntry[] {
  const run: Run = { node: result.node, date, sources: new Sources(workingDirectory) };
  return [
    ...result.findings.flatMap((finding) => flaggedEntry(finding, run)),
    ...result.unflagged.flatMap((growth) => unflaggedEntry(growth, run)),
  ];
}

interface Run {
  readonly node: string;
  readonly date: string;
  readonly sources: Sources;
}

/** Holders that the code names at each operation. Of others, the sites of the facts are all their code. */
const NAMED_KINDS: ReadonlySet<string> = new Set<HolderKind>([
  ...(["binding", "export", "static", "property", "closure", "global", "import", "field"] as const),
]);

function flaggedEntry(finding: JudgedFinding, { node, date, sources }: Run): VerdictEntry[] {
  const { file, line, ruleId, verdict, holder, growth, fingerprint } = finding;
  if (verdict !== "confirmed" && verdict !== "refuted") return [];
  if (fingerprint === null || holder === null || !isOwn(file)) return [];
  const rule = ruleId.slice(ruleId.lastIndexOf("/") + 1);
  const advice = verdict === "confirmed" ? finding.advice : null;
  const sourceCode = NAMED_KINDS.has(holder.kind) ? sources.of(file) : null;
  const code = sourceCode && codeHash(sourceCode, { file, holder: holder.name });
  const rates = ratesOf(growth);
  return [{ file, line, rule, holder: holder.name, verdict, ...rates, advice, node, date, fingerprint, code }];
}

/** Growth that no finding explains is found again by the text of the code that names its holder. */
function unflaggedEntry(unflagged: UnflaggedGrowth, { node, date, sources }: Run): VerdictEntry[] {
  const { file, line, column, holder, growth } = unflagged;
  if (file === null || line === null || column === null || holder === null || !isOwn(file)) return [];
  const sourceCode = sources.of(file);
  if (sourceCode === null) return [];
  const name = wordsOfCode(holder.name, sourceCode.text);
  const fingerprint = unflaggedFingerprint(sourceCode, { file, holder: name }, { line, column });
  if (fingerprint === null) return [];
  const kept = { file, line, rule: null, holder: name, verdict: "confirmed", ...ratesOf(growth) } as const;
  const advice = unflagged.advice?.replaceAll(holder.name, name) ?? null;
  return [{ ...kept, advice, node, date, fingerprint, code: null }];
}

/** Files as they are parsed, each once. */
class Sources {
  readonly #workingDirectory: string;
  // eslint-disable-next-line leakproof/no-growing-field -- one for each file with a verdict, until the file is written
  readonly #parsed = new Map<string, RuleSourceCode | null>();

  constructor(workingDirectory: string) {
    this.#workingDirectory = workingDirectory;
  }

  of(file: string): RuleSourceCode | null {
    const known = this.#parsed.get(file);
    if (known !== undefined) return known;
    const parsed = parse(path.resolve(this.#workingDirectory, file));
    this.#parsed.set(file, parsed);
    return parsed;
  }
}

function parse(file: string): RuleSourceCode | null {
  try {
    // The rules are written against typescript-eslint's types, which ESLint's own do not know.
    return lintSource(file).sourceCode as unknown as RuleSourceCode;
  } catch {
    // Gone since it was loaded, or nothing that ESLint reads: no editor shows a report in it.
    return null;
  }
}

function ratesOf(growth: JudgedFinding["growth"]): Pick<VerdictEntry, "perIteration" | "bytesPerIteration"> {
  return { perIteration: growth?.perIteration ?? null, bytesPerIteration: growth?.bytesPerIteration ?? null };
}

/** In the folder that is worked in, so that the file's path means the same to everyone, and not installed. */
function isOwn(file: string): boolean {
  return !path.isAbsolute(file) && !file.startsWith("../") && !file.split("/").includes("node_modules");
}

/** A name read off the heap may hold keys of the user's data: what the source does not say is left out. */
function wordsOfCode(name: string, source: string): string {
  const words = new Set(source.match(/[\w$]+/g));
  return name.replace(/[\w$]+/g, (word) => (words.has(word) || OUR_WORDS.has(word) ? word : "…"));
}

/** Words that the verifier itself puts into names. */
const OUR_WORDS = new Set(["module", "exports", "closure", "variable", "process", "globalThis", "key", "of"]);
