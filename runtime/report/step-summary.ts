/** The result as the summary of a step of GitHub Actions, in Markdown. */
import { isKnown, leaksOf, type Leak } from "../verdict/baseline.js";
import type { VerificationResult } from "../verdict/result.js";
import { chainLines, formatNumber, placeText, sentence } from "./chain-text.js";
import { mostImportantFirst, statusOf } from "./entries.js";
import { escapeMarkdown, markdownCode } from "./harmless-text.js";
import { formatBytes } from "./pretty.js";

/** GitHub refuses summaries of more than 1 MiB, and cuts none. */
const MOST_BYTES = 900_000;
const MOST_ROWS = 500;

/** A table of verdicts, then each leak with its chain; what does not fit is counted. */
export function formatStepSummary(result: VerificationResult): string {
  const leaks = mostImportantFirst(leaksOf(result));
  const others = result.findings.filter(({ verdict }) => verdict !== "confirmed");
  const entries = [...leaks, ...others];
  const parts = [
    `## leakproof: ${escapeMarkdown(headline(result))}\n`,
    ...(entries.length === 0 ? [] : [`${tableOf(result, entries.slice(0, MOST_ROWS))}\n`]),
    ...(entries.length > MOST_ROWS ? [`${formatNumber(entries.length - MOST_ROWS)} more rows are left out.\n`] : []),
    ...goneLines(result),
  ];
  let size = Buffer.byteLength(parts.join("\n"));
  for (const [index, leak] of leaks.entries()) {
    if (isKnown(result, leak)) continue;
    const section = sectionOf(result, leak);
    size += Buffer.byteLength(section) + 1;
    if (size > MOST_BYTES) {
      parts.push(`The chains of ${formatNumber(leaks.length - index)} more leaks do not fit in here.\n`);
      break;
    }
    parts.push(section);
  }
  return parts.join("\n");
}

function headline(result: VerificationResult): string {
  const known = leaksOf(result).filter((leak) => isKnown(result, leak)).length;
  const { summary } = result;
  const count = summary.confirmed + summary.unflagged - known;
  const leaks = count === 0 ? "no new leak" : `${formatNumber(count)} leak${count === 1 ? "" : "s"}`;
  const text = count === 0 && known === 0 ? "no leak" : leaks;
  return `${text}${known > 0 ? `, ${formatNumber(known)} known` : ""} in ${formatNumber(result.iterations)} iterations of ${sentence(result.workload)}`;
}

function tableOf(result: VerificationResult, entries: readonly Leak[]): string {
  const rows = entries.map((entry) =>
    [
      statusOf(result, entry),
      entry.file === null ? "" : placeText(entry.file, entry.line),
      sentence(entry.reason),
      "ruleId" in entry ? sentence(entry.ruleId) : "",
    ].map(escapeMarkdown),
  );
  return ["| verdict | place | why | rule |", "|---|---|---|---|", ...rows.map((row) => `| ${row.join(" | ")} |`)].join(
    "\n",
  );
}

function sectionOf(result: VerificationResult, leak: Leak): string {
  const place = leak.file === null ? "" : ` ${escapeMarkdown(placeText(leak.file, leak.line))}`;
  const bytes = leak.growth?.bytesPerIteration ?? 0;
  const rate = bytes > 0 ? ` (${formatBytes(bytes)} per iteration)` : "";
  return [
    `### ${escapeMarkdown(statusOf(result, leak))}${place}\n`,
    `${escapeMarkdown(sentence(leak.reason))}${escapeMarkdown(rate)}\n`,
    ...(leak.chain.length === 0 ? [] : [`${markdownCode(chainLines(leak.chain))}\n`]),
    ...[leak.note, leak.advice].flatMap((line) => (line === null ? [] : [`${escapeMarkdown(sentence(line))}\n`])),
  ].join("\n");
}

function goneLines({ baseline }: VerificationResult): string[] {
  if (baseline === null || baseline.gone.length === 0) return [];
  const names = baseline.gone.map(({ name, file, line }) =>
    sentence(file === null ? name : `${name} (${file}:${line ?? 1})`),
  );
  return [`No longer confirmed, of ${escapeMarkdown(sentence(baseline.file))}: ${escapeMarkdown(names.join(", "))}\n`];
}
