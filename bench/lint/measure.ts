/** How long ESLint parses a code base, and how long its rules take. */
import { Linter } from "eslint";
import type { SourceFile } from "../noise/source-files.js";
import { languageOf } from "./reports.js";
import type { RuleSet } from "./rule-sets.js";

/** One pass over a code base; milliseconds. */
export interface Times {
  readonly parse: number;
  readonly rules: number;
  readonly byRule: ReadonlyMap<string, number>;
}

/** Lints all files once with ESLint's own `stats`; each file is parsed anew, so that no analysis is left over. */
export function measure({ config }: RuleSet, files: readonly SourceFile[]): Times {
  const linter = new Linter({ configType: "flat" });
  const byRule = new Map<string, number>();
  let parse = 0;
  for (const { file, text } of files) {
    // Of ESLint's methods only this one resets the times of the file before.
    const verifyOptions = { filename: file, fix: false, stats: true };
    linter.verifyAndFix(text, [{ ...config, ...languageOf(file, text) }], verifyOptions);
    for (const pass of linter.getTimes().passes) {
      parse += pass.parse?.total ?? 0;
      for (const [rule, { total }] of Object.entries(pass.rules ?? {}))
        byRule.set(rule, (byRule.get(rule) ?? 0) + total);
    }
  }
  return { parse, rules: [...byRule.values()].reduce((sum, time) => sum + time, 0), byRule };
}

/** The middle, the least and the greatest of some numbers. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly greatest: number;
}

export function spreadOf(numbers: readonly number[]): Spread {
  const sorted = numbers.toSorted((left, right) => left - right);
  const at = (index: number): number => sorted[index] ?? NaN;
  const half = (sorted.length - 1) / 2;
  return { median: (at(Math.floor(half)) + at(Math.ceil(half))) / 2, least: at(0), greatest: at(sorted.length - 1) };
}
