/** The result as workflow commands of GitHub Actions: annotations of the lines that leak. */
import { newLeaksOf, type Leak } from "../verdict/baseline.js";
import type { VerificationResult } from "../verdict/result.js";
import { chainLines, formatNumber, sentence } from "./chain-text.js";
import { pathInRepository, type ReportContext } from "./context.js";
import { mostImportantFirst } from "./entries.js";

/** Of errors, and of warnings: GitHub shows no more of a step. */
const MOST_ANNOTATIONS = 10;

/**
 * Errors for leaks, those that keep the most bytes first, warnings for what could not be decided, and a notice of how
 * many there are that GitHub would not show. Leaks that a baseline knows are none. Lines of workflow commands, and
 * nothing else.
 */
export function formatGithub(result: VerificationResult, context: ReportContext): string {
  const leaks = mostImportantFirst(newLeaksOf(result));
  const undecided = result.findings.filter(({ verdict }) => verdict === "inconclusive");
  const commands = [
    ...leaks.slice(0, MOST_ANNOTATIONS).map((leak) => annotation("error", leak, result, context)),
    ...undecided.slice(0, MOST_ANNOTATIONS).map((finding) => annotation("warning", finding, result, context)),
  ];
  const more = [
    counted(leaks.length - MOST_ANNOTATIONS, "leak", "leaks"),
    counted(undecided.length - MOST_ANNOTATIONS, "undecided finding", "undecided findings"),
  ].filter((part) => part !== "");
  if (more.length > 0)
    commands.push(`::notice title=leakproof::${escapeData(`${more.join(" and ")} not annotated: see the summary`)}`);
  return commands.map((command) => `${command}\n`).join("");
}

function annotation(
  level: "error" | "warning",
  leak: Leak,
  result: VerificationResult,
  context: ReportContext,
): string {
  const properties = {
    // As it is, or GitHub does not find it; no name of a source has such characters.
    file: pathInRepository(leak.file ?? result.workload, context).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "?"),
    line: leak.line ?? 1,
    ...(leak.column !== null && { col: leak.column }),
    title: `leakproof: ${"ruleId" in leak ? leak.verdict : "unflagged leak"}`,
  };
  const text = [
    `${sentence(leak.reason)} (${"ruleId" in leak ? sentence(leak.ruleId) : "no finding explains it"})`,
    ...chainLines(leak.chain),
    ...[leak.note, leak.advice].flatMap((line) => (line === null ? [] : [sentence(line)])),
  ].join("\n");
  const written = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
  return `::${level} ${written.join(",")}::${escapeData(text)}`;
}

function counted(count: number, one: string, many: string): string {
  return count <= 0 ? "" : `${formatNumber(count)} more ${count === 1 ? one : many}`;
}

/** As `@actions/core` escapes the text of a command. */
function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
