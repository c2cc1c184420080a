/** The result for people: a line and a reason for each finding, the chain of what is confirmed. */
import { styleText } from "node:util";
import { isKnown, leaksOf } from "../verdict/baseline.js";
import { formatRate } from "../verdict/words.js";
import { formatNumber, hopName, hopType, placeText, sentence } from "./chain-text.js";
import type { JudgedFinding, Rate, UnflaggedGrowth, Verdict, VerificationResult } from "../verdict/result.js";

type Style = Parameters<typeof styleText>[0];

const marks: Record<Verdict, { readonly symbol: string; readonly style: Style }> = {
  confirmed: { symbol: "✖", style: "red" },
  refuted: { symbol: "✔", style: "green" },
  inconclusive: { symbol: "?", style: "yellow" },
  "not-exercised": { symbol: "○", style: "gray" },
  unretained: { symbol: "○", style: "gray" },
};

const order: readonly Verdict[] = ["confirmed", "inconclusive", "refuted", "not-exercised", "unretained"];

/** @param colors whether the text goes to a terminal that shows colours */
export function formatPretty(result: VerificationResult, colors: boolean): string {
  const paint = (style: Style, text: string): string =>
    colors ? styleText(style, text, { validateStream: false }) : text;
  const sorted = [...result.findings].sort((left, right) => order.indexOf(left.verdict) - order.indexOf(right.verdict));
  const isNew = (leak: JudgedFinding | UnflaggedGrowth): boolean => !isKnown(result, leak);
  const blocks = sorted.filter(isNew).map((finding) => formatFinding(finding, paint));
  const unflagged = result.unflagged.filter(isNew).map((growth) => formatUnflagged(growth, paint));
  const known = leaksOf(result).filter((leak) => !isNew(leak));
  const knownLines = known.map((leak) => formatKnown(leak, paint));
  const sections = [...formatSuite(result, paint), ...formatRelease(result, paint)];
  return [...blocks, ...unflagged, ...knownLines, ...sections, formatSummary(result, paint)].join("\n");
}

type Paint = (style: Style, text: string) => string;

function formatFinding(finding: JudgedFinding, paint: Paint): string {
  const { symbol, style } = marks[finding.verdict];
  const place = `${placeText(finding.file, finding.line)}:${finding.column}`;
  const head = `${paint(style, `${symbol} ${finding.verdict}`)}  ${paint("bold", place)}  ${sentence(finding.reason)}  ${paint("dim", `(${sentence(finding.ruleId)})`)}`;
  return withDetails(head, finding, paint);
}

function formatUnflagged(growth: UnflaggedGrowth, paint: Paint): string {
  const head = [paint("red", "✖ unflagged"), growthText(growth, paint), paint("dim", "(no finding explains it)")];
  return withDetails(head.join("  "), growth, paint);
}

function growthText(growth: UnflaggedGrowth, paint: Paint): string {
  const place = growth.file === null ? "" : `${paint("bold", placeText(growth.file, growth.line))}  `;
  return place + sentence(growth.reason);
}

/** One leak alone, without colours: where nothing was linted, no finding could have explained it. */
export function formatLeak(growth: UnflaggedGrowth): string {
  const paint: Paint = (_, text) => text;
  return withDetails(`✖ ${growthText(growth, paint)}`, growth, paint).trimEnd();
}

/** One line: what it is about was looked at when the baseline was written. */
function formatKnown(leak: JudgedFinding | UnflaggedGrowth, paint: Paint): string {
  const place = leak.file === null ? "" : `${paint("bold", placeText(leak.file, leak.line))}  `;
  const rule = "ruleId" in leak ? sentence(leak.ruleId) : "no finding explains it";
  return `${paint("yellow", "● known")}  ${place}${sentence(leak.reason)}  ${paint("dim", `(${rule})`)}`;
}

/** Which test file leaves what behind, and what was passed over: a line for each file. */
function formatSuite({ suite }: VerificationResult, paint: Paint): string[] {
  if (suite === null) return [];
  const files = [...new Set(suite.left.map(({ file }) => file))];
  const width = Math.max(0, ...suite.left.map(({ name }) => sentence(name).length));
  const blocks = files.flatMap((file) => [
    `${paint("red", "✖")} ${paint("bold", sentence(file))}`,
    ...suite.left.filter((row) => row.file === file).map((row) => formatLeft(row, width, paint)),
  ]);
  const failed = new Map(suite.failures.map(({ file }) => [file, suite.failures.filter((each) => each.file === file)]));
  const also = failed.size === 0 ? "" : `, and ${failed.size} ${failed.size === 1 ? "was" : "were"} passed over`;
  const told = `${files.length} of ${suite.files} test files leave objects behind${also}`;
  const passedOver = [...failed].map(([file, failures]) => formatPassedOver(file, failures, paint));
  return [[...passedOver, paint("bold", told), ...blocks, ""].join("\n")];
}

type Suite = NonNullable<VerificationResult["suite"]>;

function formatLeft({ name, module, perRun, tearDown }: Suite["left"][number], width: number, paint: Paint): string {
  const rate = formatRate(perRun).replace("per iteration", "per run");
  const hint =
    tearDown === null
      ? ""
      : `  ${paint("cyan", "→")} afterEach(${tearDown}): it never calls ${tearDown}() of ${sentence(module)}`;
  return `    ${sentence(name).padEnd(width)}  ${rate}${hint}`;
}

function formatPassedOver(file: string, failures: Suite["failures"], paint: Paint): string {
  const [first] = failures;
  const why = first === undefined ? "" : first.test === null ? first.message : `${first.test}: ${first.message}`;
  const more = failures.length > 1 ? ` (and ${failures.length - 1} more)` : "";
  return `${paint("yellow", "○ passed over")}  ${paint("bold", sentence(file))}  fails in one process with the others, or when it is run again: ${sentence(why)}${more}`;
}

function formatRelease({ release }: VerificationResult, paint: Paint): string[] {
  if (release === null) return [];
  const rows = release.entries.map(({ name, file, line, before, after }) => ({
    name: file === null ? sentence(name) : `${sentence(name)} (${placeText(file, line)})`,
    before: formatRateOf(before),
    after: formatRateOf(after),
    style: marks[after.verdict].style,
  }));
  const [nameWidth, beforeWidth] = [
    Math.max(0, ...rows.map(({ name }) => name.length)),
    Math.max(6, ...rows.map(({ before }) => before.length)),
  ];
  const title = `with ${release.export}() of ${release.module} called after each of ${formatNumber(release.iterations)} iterations`;
  const head = `    ${" ".repeat(nameWidth)}  ${"before".padEnd(beforeWidth)}    after`;
  const lines = rows.map(
    ({ name, before, after, style }) =>
      `    ${name.padEnd(nameWidth)}  ${before.padEnd(beforeWidth)}  → ${paint(style, after)}`,
  );
  return [
    [paint("bold", title), ...(rows.length > 0 ? [head, ...lines] : ["    nothing was confirmed without it"]), ""].join(
      "\n",
    ),
  ];
}

function formatRateOf({ verdict, perIteration }: Rate): string {
  return verdict === "confirmed" ? formatRate(perIteration) : verdict === "refuted" ? "flat" : verdict;
}

type Details = Pick<JudgedFinding, "chain" | "growth" | "note" | "advice">;

function withDetails(head: string, details: Details, paint: Paint): string {
  const lines = [head, ...formatChain(details, paint)];
  if (details.note !== null) lines.push(`    ${sentence(details.note)}`);
  if (details.advice !== null) lines.push(`    ${paint("cyan", "→")} ${sentence(details.advice)}`);
  return lines.join("\n") + (lines.length > 1 ? "\n" : "");
}

function formatChain({ chain, growth }: Details, paint: Paint): string[] {
  const rows = chain.map((hop, depth) => ({ hop, left: "  ".repeat(depth + 2) + hopName(hop), right: hopType(hop) }));
  const width = Math.max(0, ...rows.filter(({ right }) => right !== "").map(({ left }) => left.length)) + 2;
  return rows.map(({ hop, left, right }) => {
    const bytes = growth?.bytesPerIteration ?? 0;
    const notes = [
      ...(hop.flagged ? [paint("red", "← flagged")] : []),
      ...(hop.flagged && bytes > 0 ? [`${formatBytes(bytes)} per iteration`] : []),
    ];
    const name = (hop.flagged ? paint("bold", left) : left) + " ".repeat(Math.max(0, width - left.length));
    return [right === "" ? left : name + right, ...notes].join("  ");
  });
}

function formatSummary(result: VerificationResult, paint: Paint): string {
  const known = leaksOf(result).filter((leak) => isKnown(result, leak));
  const knownFindings = known.filter((leak) => "ruleId" in leak).length;
  const summary = { ...result.summary, confirmed: result.summary.confirmed - knownFindings };
  const unflagged = summary.unflagged - (known.length - knownFindings);
  const counts = order
    .filter((verdict) => summary[verdict] > 0)
    .map((verdict) => paint(marks[verdict].style, `${summary[verdict]} ${verdict}`));
  if (unflagged > 0) counts.push(paint("red", `${unflagged} unflagged`));
  if (known.length > 0) counts.push(paint("yellow", `${known.length} known`));
  const told = counts.length === 0 ? "nothing to report" : counts.join(", ");
  const early = {
    complete: "",
    "time-budget": ", stopped by the time budget",
    "heap-limit": ", stopped when the heap had grown by 64 MB",
  }[result.status];
  const part = result.shard === null ? "" : `shard ${result.shard.index}/${result.shard.count}: `;
  return `${part}${told} in ${formatNumber(result.iterations)} iterations of ${sentence(result.workload)}${early}\n`;
}

/** Bytes for people: `2.8 kB`, `11.2 MB`, in powers of 1000. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ["kB", "MB", "GB"];
  let value = bytes;
  let unit = "B";
  for (const next of units) {
    if (value < 1000) break;
    value /= 1000;
    unit = next;
  }
  return `${value.toFixed(1)} ${unit}`;
}
