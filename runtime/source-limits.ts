/** Limits in a file's code: the numbers and names that it compares a size, a length or a count with. */
import { readFileSync } from "node:fs";

export interface SourceLimits {
  readonly numbers: readonly number[];
  /** Variables and properties, by their last name. */
  readonly names: readonly string[];
}

const NONE: SourceLimits = { numbers: [], names: [] };
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
  return { numbers: [...numbers], names: [...names] };
}
