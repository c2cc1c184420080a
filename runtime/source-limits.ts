/** Limits in a file's code: the numbers and names that it compares a size, a length or a count with. */
import { readFileSync } from "node:fs";

export interface SourceLimits {
  readonly numbers: readonly number[];
  /** Variables and properties, by their last name. */
  readonly names: readonly string[];
  /** The same for what it compares a number of bytes, or a weight, with. */
  readonly bytes: { readonly numbers: readonly number[]; readonly names: readonly string[] };
  /**
   * Other numbers that the file writes out, as many as a run could count to: any of them may be a limit, by a way that
   * no comparison shows. Empty where they are too many to say anything.
   */
  readonly written: readonly number[];
}

const NONE: SourceLimits = { numbers: [], names: [], bytes: { numbers: [], names: [] }, written: [] };
const COUNT = String.raw`(?:size|length|count|\w+(?:Size|Length|Count))`;
const BYTES = String.raw`(?:byteLength|bytes|weight|(?:total|used)\w*|\w+(?:Bytes|Weight))`;
const LIMIT = String.raw`([\d_]+(?:e\d+)?(?:\s*(?:\*\*?|<<)\s*[\d_]+)*|[\w$.#]+)`;

function comparisonsOf(names: string): RegExp[] {
  const measure = String.raw`[\w$.#\])]*\b${names}\b(?:\(\))?`;
  return [
    new RegExp(String.raw`${measure}\s*(?:[-+]\s*\d+\s*)?(?:>=?|===?|!==?|<=?)\s*${LIMIT}`, "g"),
    new RegExp(String.raw`${LIMIT}\s*(?:<=?|===?|>=?)\s*${measure}`, "g"),
  ];
}

const COUNT_COMPARISONS = comparisonsOf(COUNT);
const BYTE_COMPARISONS = comparisonsOf(BYTES);
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

/** The value of a product, a power or a shift of numbers; NaN for other texts. */
function valueOf(expression: string): number {
  const [first = "", ...rest] = expression.split(/(\*\*?|<<)/).map((part) => part.replaceAll("_", "").trim());
  let value = first === "" ? NaN : Number(first);
  for (let index = 0; index + 1 < rest.length; index += 2) {
    const operand = Number(rest[index + 1]);
    value = rest[index] === "*" ? value * operand : rest[index] === "**" ? value ** operand : value * 2 ** operand;
  }
  return value;
}

/** `4_000`, `1e4`, `4 * 1024`, `2 ** 12`, `1 << 12`; texts and comments are read as well. */
function numbersWritten(text: string): number[] {
  const found = new Set<number>();
  for (const [expression] of text.matchAll(EXPRESSION)) {
    const value = valueOf(expression);
    if (value >= SMALLEST_WRITTEN && value <= LARGEST_WRITTEN) found.add(value);
  }
  return found.size <= MOST_WRITTEN ? [...found] : [];
}

/** The same for a text. */
export function limitsInText(text: string): SourceLimits {
  return {
    ...comparedIn(text, COUNT_COMPARISONS),
    bytes: comparedIn(text, BYTE_COMPARISONS),
    written: numbersWritten(text),
  };
}

function comparedIn(text: string, comparisons: readonly RegExp[]): SourceLimits["bytes"] {
  const numbers = new Set<number>();
  const names = new Set<string>();
  for (const comparison of comparisons) {
    for (const [, limit = ""] of text.matchAll(comparison)) {
      const number = valueOf(limit);
      if (Number.isInteger(number)) {
        if (number >= SMALLEST_LIMIT) numbers.add(number);
      } else if (/^[A-Za-z_$#]/.test(limit)) {
        const name = limit.split(".").at(-1) ?? "";
        if (!/^(?:size|length|undefined|null|NaN)$/.test(name)) names.add(name);
      }
    }
  }
  return { numbers: [...numbers], names: [...names] };
}
