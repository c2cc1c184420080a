/** JSON text → the result that `--format json` wrote. */
import { verdicts, type VerificationResult } from "../verdict/result.js";

/** Answers what is wrong with a value, as `findings[3].line is no number`, or null. */
type Check = (value: unknown, at: string) => string | null;

/**
 * Reads a report back. Everything that reports are made of is checked, so that none of them fails halfway.
 *
 * @returns the result, or in words why it is none: to be put after the file's name
 */
export function readReport(text: string): VerificationResult | string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return "is not JSON: write one with leakproof verify --format json=<file>";
  }
  if (Array.isArray(parsed)) return "is not a report of leakproof verify (an ESLint report?)";
  if (!isRecord(parsed) || !("schemaVersion" in parsed)) return "is not a report of leakproof verify --format json";
  if (parsed["schemaVersion"] !== 1)
    return `has schemaVersion ${JSON.stringify(parsed["schemaVersion"])}, and this leakproof reads 1`;
  const wrong = report(parsed, "");
  return wrong === null ? (parsed as unknown as VerificationResult) : `is damaged: ${wrong}`;
}

const text: Check = (value, at) => (typeof value === "string" ? null : `${at} is no text`);
const number: Check = (value, at) => (Number.isFinite(value) ? null : `${at} is no number`);
const count: Check = (value, at) =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? null : `${at} is no whole number`;
const position: Check = (value, at) =>
  Number.isSafeInteger(value) && (value as number) >= 1 ? null : `${at} is no whole number above 0`;
const flag: Check = (value, at) => (typeof value === "boolean" ? null : `${at} is neither true nor false`);
const oneOf =
  (known: readonly string[]): Check =>
  (value, at) =>
    typeof value === "string" && known.includes(value) ? null : `${at} is none of ${known.join(", ")}`;
const orNull =
  (check: Check): Check =>
  (value, at) =>
    value === null ? null : check(value, at);
const list =
  (check: Check): Check =>
  (value, at) =>
    Array.isArray(value)
      ? first(value.map((entry: unknown, index) => () => check(entry, `${at}[${index}]`)))
      : `${at} is no list`;
const object =
  (members: Readonly<Record<string, Check>>): Check =>
  (value, at) =>
    isRecord(value)
      ? first(
          Object.entries(members).map(
            ([name, check]) =>
              () =>
                check(value[name], at === "" ? name : `${at}.${name}`),
          ),
        )
      : `${at === "" ? "it" : at} is no object`;

const hop = object({
  edge: text,
  type: text,
  file: orNull(text),
  line: orNull(position),
  size: orNull(count),
  count,
  retainedBytes: orNull(count),
  flagged: flag,
});

const judgement = {
  message: text,
  verdict: oneOf(verdicts),
  reason: text,
  holder: orNull(object({ kind: text, name: text, module: text, type: orNull(text), size: orNull(count) })),
  growth: orNull(
    object({
      perIteration: number,
      bytesPerIteration: orNull(number),
      checkpoints: list(object({ iteration: count, size: count })),
    }),
  ),
  chain: list(hop),
  note: orNull(text),
  advice: orNull(text),
  fingerprint: orNull(text),
  heapFingerprints: list(text),
};

const rate = object({ verdict: oneOf(verdicts), perIteration: number, size: orNull(count) });

const release = object({
  module: text,
  export: text,
  iterations: count,
  entries: list(
    object({
      fingerprint: orNull(text),
      name: text,
      file: orNull(text),
      line: orNull(position),
      before: rate,
      after: rate,
    }),
  ),
});

const report = object({
  node: text,
  workload: text,
  iterations: count,
  status: oneOf(["complete", "time-budget", "heap-limit"]),
  summary: object(Object.fromEntries([...verdicts, "unflagged"].map((name) => [name, count]))),
  chainsTakenAt: count,
  findings: list(object({ ...judgement, ruleId: text, file: text, line: position, column: position })),
  unflagged: list(object({ ...judgement, file: orNull(text), line: orNull(position), column: orNull(position) })),
  series: list(object({ iteration: count, elapsedMs: number, rss: number, heapUsed: number, objects: orNull(count) })),
  timings: object({ workloadMs: number, captureMs: number, analysisMs: number, totalMs: number }),
  release: orNull(release),
  baseline: orNull(
    object({
      file: text,
      known: list(text),
      gone: list(object({ fingerprint: text, name: text, file: orNull(text), line: orNull(position) })),
    }),
  ),
  suite: orNull(
    object({
      files: count,
      failures: list(object({ file: text, test: orNull(text), message: text })),
      left: list(
        object({
          file: text,
          fingerprint: orNull(text),
          name: text,
          module: text,
          perRun: number,
          tearDown: orNull(text),
        }),
      ),
    }),
  ),
  shard: orNull(object({ index: position, count: position, findings: count, digest: text })),
});

/** The first check that finds something: the others are not made. */
function first(checks: readonly (() => string | null)[]): string | null {
  for (const check of checks) {
    const wrong = check();
    if (wrong !== null) return wrong;
  }
  return null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
