/** Limits in a file's code: the numbers and names that it compares a size, a length or a count with. */
import { readFileSync } from "node:fs";

export interface SourceLimits {
  readonly numbers: readonly number[];
  /** Variables and properties, by their last name. */
  readonly names: readonly string[];
  /**
   * Other numbers that the file writes out, as many as a run could count to: any of them may be a limit, by a way that
   * no comparison shows. Empty where they are too many to say anything.
   */
  readonly written: readonly number[];
}

const NONE: SourceLimits = { numbers: [], names: [], written: [] };
const SIZE = String.raw`[\w$.#\])]*\b(?:size|length|count|byteLength|\w+(?:Size|Length|Count))\b(?:\(\))?`;
const LIMIT = String.raw`([\d_]+(?:e\d+)?|[\w$.#]+)`;
const COMPARISONS = [
  new RegExp(String.raw`${SIZE}\s*(?:[-+]\s*\d+\s*)?(?:>=?|===?|!==?|<=?)\s*${LIMIT}`, "g"),
  new RegExp(String.raw`${LIMIT}\s*(?:<=?|===?|>=?)\s*${SIZE}`, "g"),
];
/** Below this a comparison asks whether something is empty, not whether it is full. */
const SMALLEST_LIMIT = 2;

// eslint-disable-next-line leakproof/no-unbounded-cache -- one for each file of one verification
const known = new Map<string, SourceLimits>();

/** Reads a file once; a file that cannot be read has none. */
export function limitsInFile(file: string): SourceLimits {
  let limits = known.get(file);
  if (limits === undefined) {
    limits = readLimits(file);
    known.set(file, limits);
  }
  return limits;
}

function readLimits(file: string): SourceLimits {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return NONE;
  }
  return limitsInText(text);
}

/** Numbers that are worth a longer run, and how many of them a file may have. */
const SMALLEST_WRITTEN = 2000;
const LARGEST_WRITTEN = 13_000;
const MOST_WRITTEN = 3;
const INTEGER = String.raw`(?<![\w$.])\d[\d_]*(?:e\d)?(?![\w$.])`;
const EXPRESSION = new RegExp(String.raw`${INTEGER}(?:\s*(?:\*\*?|<<)\s*${INTEGER})?`, "g");

/** `4_000`, `1e4`, `4 * 1024`, `2 ** 12`, `1 << 12`; texts and comments are read as well. */
function numbersWritten(text: string): number[] {
  const found = new Set<number>();
  for (const [expression] of text.matchAll(EXPRESSION)) {
    const [left = NaN, right = NaN] = expression.split(/\*\*?|<</).map((part) => Number(part.replaceAll("_", "")));
    const value = expression.includes("<<")
      ? left * 2 ** right
      : expression.includes("**")
        ? left ** right
        : expression.includes("*")
          ? left * right
          : left;
    if (value >= SMALLEST_WRITTEN && value <= LARGEST_WRITTEN) found.add(value);
  }
  return found.size <= MOST_WRITTEN ? [...found] : [];
}

/** The same for a text. */
export function limitsInText(text: string): SourceLimits {
  const numbers = new Set<number>();
  const names = new Set<string>();
  for (const comparison of COMPARISONS) {
    for (const [, limit = ""] of text.matchAll(comparison)) {
      const number = Number(limit.replaceAll("_", ""));
      if (Number.isInteger(number)) {
        if (number >= SMALLEST_LIMIT) numbers.add(number);
      } else if (/^[A-Za-z_$#]/.test(limit)) {
        const name = limit.split(".").at(-1) ?? "";
        if (!/^(?:size|length|undefined|null|NaN)$/.test(name)) names.add(name);
      }
    }
  }
  return { numbers: [...numbers], names: [...names], written: numbersWritten(text) };
}
