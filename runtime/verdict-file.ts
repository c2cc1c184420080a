/** Keeps the verdicts of a run in `.leakproof/verdicts.json`, beside those of earlier runs. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import {
  parseVerdicts,
  VERDICT_FILE,
  VERDICT_FOLDER,
  verdictText,
  type VerdictEntry,
} from "../rules/analysis/verdicts/format.js";
import { InputError } from "./input-error.js";
import { verdictEntries } from "./verdict-entries.js";
import type { VerificationResult } from "./verdict/result.js";

const NAME = `${VERDICT_FOLDER}/${VERDICT_FILE}`;

/** A finished run, and what of the user's code it could judge. */
export interface FinishedRun {
  readonly result: VerificationResult;
  readonly workingDirectory: string;
  /** Files (absolute) that were linted with the `strict` preset and loaded by the workload: all in them was judged. */
  readonly judgedFiles: readonly string[];
  /** The one rule that was asked for; null where all were. */
  readonly onlyRule: string | null;
}

/**
 * The entries of the verdict file of a working directory; none where there is no such file.
 *
 * @throws {InputError} for a file that is no verdict file
 */
export function readVerdicts(workingDirectory: string): readonly VerdictEntry[] {
  const file = path.join(workingDirectory, VERDICT_FOLDER, VERDICT_FILE);
  if (!existsSync(file)) return [];
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new InputError(`cannot read ${NAME}: ${reasonOf(error)}`);
  }
  const entries = parseVerdicts(text);
  if (entries === null) {
    throw new InputError(`${NAME} is no verdict file: restore it from version control, or delete it, and run again`);
  }
  return entries;
}

/**
 * Writes the verdicts of a run, and keeps those of files that it did not judge. @returns what to tell the user, in a line
 *
 * @throws {InputError} for an existing file that is no verdict file, and for a folder that cannot be written to
 */
export function writeVerdicts(run: FinishedRun): string {
  const { result, workingDirectory, onlyRule } = run;
  const date = new Date().toISOString().slice(0, 10);
  const entries = mergeVerdicts(readVerdicts(workingDirectory), {
    entries: verdictEntries(result, workingDirectory, date),
    asked: new Set(result.findings.flatMap(({ fingerprint }) => fingerprint ?? [])),
    judgedFiles: new Set(run.judgedFiles.map((file) => path.relative(workingDirectory, file).replaceAll("\\", "/"))),
    onlyRule: onlyRule === null ? null : onlyRule.slice(onlyRule.lastIndexOf("/") + 1),
    exists: (file) => existsSync(path.join(workingDirectory, file)),
  });
  replaceFile(path.join(workingDirectory, VERDICT_FOLDER), verdictText(entries));
  const count = (verdict: VerdictEntry["verdict"]): number =>
    entries.filter((entry) => entry.verdict === verdict).length;
  return `wrote ${NAME}: ${count("confirmed")} confirmed, ${count("refuted")} refuted`;
}

/** What a run brings to the verdicts of earlier ones. */
export interface NewVerdicts {
  readonly entries: readonly VerdictEntry[];
  /** Fingerprints that it asked about: what it could not decide keeps its earlier verdict. */
  readonly asked: ReadonlySet<string>;
  /** Relative to the working directory, with `/`. */
  readonly judgedFiles: ReadonlySet<string>;
  /** Without prefix. */
  readonly onlyRule: string | null;
  readonly exists: (file: string) => boolean;
}

/** The entries of a run take the place of earlier ones: for the same code, and for all code of the files it judged. */
export function mergeVerdicts(earlier: readonly VerdictEntry[], run: NewVerdicts): VerdictEntry[] {
  const kept = earlier.filter(({ file, rule, fingerprint }) => {
    if (!run.exists(file)) return false;
    const isAsked = run.onlyRule === null || run.onlyRule === rule;
    return !run.judgedFiles.has(file) || !isAsked || run.asked.has(fingerprint);
  });
  const byCode = new Map(kept.map((entry) => [entry.fingerprint, entry]));
  // The same code for the same holder, twice in a file, cannot be told apart: if one leaks, both are shown.
  const refutedFirst = [...run.entries].sort(
    (left, right) => Number(left.verdict === "confirmed") - Number(right.verdict === "confirmed"),
  );
  for (const entry of refutedFirst) byCode.set(entry.fingerprint, entry);
  return [...byCode.values()];
}

/** A reader sees the old text or the new one, never a part. */
function replaceFile(folder: string, text: string): void {
  const file = path.join(folder, VERDICT_FILE);
  const beside = `${file}.${process.pid}.tmp`;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(beside, text);
    renameSync(beside, file);
  } catch (error) {
    rmSync(beside, { force: true });
    throw new InputError(`cannot write ${NAME}: ${reasonOf(error)}`);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
