/** The result for people: a line and a reason for each finding, the chain of what is confirmed. */
import { styleText } from "node:util";
import { formatRate } from "../verdict/words.js";
import type { ChainHop, JudgedFinding, Rate, UnflaggedGrowth, Verdict, VerificationResult } from "../verdict/result.js";

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
  const blocks = sorted.map((finding) => formatFinding(finding, paint));
  const unflagged = result.unflagged.map((growth) => formatUnflagged(growth, paint));
  return [...blocks, ...unflagged, ...formatRelease(result, paint), formatSummary(result, paint)].join("\n");
}

type Paint = (style: Style, text: string) => string;

function formatFinding(finding: JudgedFinding, paint: Paint): string {
  const { symbol, style } = marks[finding.verdict];
  const place = `${finding.file}:${finding.line}:${finding.column}`;
  const head = `${paint(style, `${symbol} ${finding.verdict}`)}  ${paint("bold", place)}  ${finding.reason}  ${paint("dim", `(${finding.ruleId})`)}`;
  return withDetails(head, finding, paint);
}

function formatUnflagged(growth: UnflaggedGrowth, paint: Paint): string {
  const place = growth.file === null ? "" : `${growth.file}:${growth.line ?? 1}`;
  const head = `${paint("red", "✖ unflagged")}  ${[place === "" ? "" : paint("bold", place), growth.reason, paint("dim", "(no finding explains it)")].filter((part) => part !== "").join("  ")}`;
  return withDetails(head, growth, paint);
}

function formatRelease({ release }: VerificationResult, paint: Paint): string[] {
  if (release === null) return [];
  const rows = release.entries.map(({ name, file, line, before, after }) => ({
    name: file === null ? name : `${name} (${file}:${line ?? 1})`,
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
  if (details.note !== null) lines.push(`    ${details.note}`);
  if (details.advice !== null) lines.push(`    ${paint("cyan", "→")} ${details.advice}`);
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

function hopName(hop: ChainHop): string {
  return hop.type === "module" ? `module ${hop.file ?? ""}` : hop.edge;
}

function hopType(hop: ChainHop): string {
  if (hop.type === "module") return "";
  const size = hop.size === null ? "" : ` (${formatNumber(hop.size)})`;
  const place = hop.flagged || hop.file === null ? "" : ` (${hop.file}:${hop.line ?? 1})`;
  const count = hop.count > 1 ? ` × ${formatNumber(hop.count)}` : "";
  return `${hop.type}${size}${place}${count}`;
}

function formatSummary(result: VerificationResult, paint: Paint): string {
  const counts = order
    .filter((verdict) => result.summary[verdict] > 0)
    .map((verdict) => paint(marks[verdict].style, `${result.summary[verdict]} ${verdict}`));
  if (result.summary.unflagged > 0) counts.push(paint("red", `${result.summary.unflagged} unflagged`));
  const summary = counts.length === 0 ? "nothing to report" : counts.join(", ");
  const early = {
    complete: "",
    "time-budget": ", stopped by the time budget",
    "heap-limit": ", stopped when the heap had grown by 64 MB",
  }[result.status];
  return `${summary} in ${formatNumber(result.iterations)} iterations of ${result.workload}${early}\n`;
}

function formatNumber(value: number): string {
  return value.toLocaleString("en-US");
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
