/** The verdict file, `.leakproof/verdicts.json`: `leakproof verify --write` writes it, the rules read it. */

export const VERDICT_FOLDER = ".leakproof";
export const VERDICT_FILE = "verdicts.json";

/** What a run found out about one holder. Names of code and numbers only: nothing that was in the heap. */
export interface VerdictEntry {
  /** Relative to the folder that `.leakproof` lies in, with `/`. */
  readonly file: string;
  /** From 1, when the verdict was given: for people. The code is found by its fingerprint. */
  readonly line: number;
  /** The rule that flagged the holder, without the plugin's prefix; null for growth that no finding explains. */
  readonly rule: string | null;
  readonly holder: string;
  readonly verdict: "confirmed" | "refuted";
  /** Entries per iteration; null where they were not counted. */
  readonly perIteration: number | null;
  /** Bytes retained per iteration; null where they could not be tied to the holder. */
  readonly bytesPerIteration: number | null;
  /** What would free the objects; null unless confirmed. */
  readonly advice: string | null;
  /** The version of Node that ran the workload. */
  readonly node: string;
  /** The day, as in `2026-11-28`. */
  readonly date: string;
  /** Of the facts, or, where no rule flagged the code, of the statements that name the holder. */
  readonly fingerprint: string;
  /** Of all statements that name a collection, its guards among them; null for other holders. */
  readonly code: string | null;
}

interface Contents {
  readonly schemaVersion: 1;
  readonly verdicts: readonly VerdictEntry[];
}

/** The entries of a verdict file's text; null where it is none. */
export function parseVerdicts(text: string): readonly VerdictEntry[] | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(parsed) || parsed["schemaVersion"] !== 1) return null;
  const entries: unknown = parsed["verdicts"];
  return Array.isArray(entries) && entries.every(isEntry) ? entries : null;
}

/** The text of a verdict file, the same for the same entries in whatever order they come. */
export function verdictText(entries: readonly VerdictEntry[]): string {
  const verdicts = [...entries].sort(
    (left, right) =>
      compare(left.file, right.file) || left.line - right.line || compare(left.fingerprint, right.fingerprint),
  );
  const contents: Contents = { schemaVersion: 1, verdicts };
  return `${JSON.stringify(contents, null, 2)}\n`;
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function isEntry(value: unknown): value is VerdictEntry {
  if (!isRecord(value)) return false;
  const { file, line, rule, holder, verdict, perIteration, bytesPerIteration, advice, node, date, fingerprint, code } =
    value;
  const texts = [file, holder, node, date, fingerprint];
  return (
    texts.every((text) => typeof text === "string") &&
    typeof line === "number" &&
    (verdict === "confirmed" || verdict === "refuted") &&
    [rule, advice, code].every((text) => text === null || typeof text === "string") &&
    [perIteration, bytesPerIteration].every((count) => count === null || typeof count === "number")
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
