/** What is printed about one version of a case, and about all of them. */
import type { Version } from "./cases.js";
import { chainText, placeOf, type Judgement, type Told } from "./judge-case.js";
import { timeText } from "./times.js";

/** The lines about one judgement. */
export function linesOf(judgement: Judgement): readonly string[] {
  const { leak, version, isRight, atHolder, elsewhere, shortfalls, verification } = judgement;
  // Its misses list all that is unflagged.
  const isMissed = !isRight && version === "leaky" && verification.kind !== "failed";
  const head = `${isRight ? "ok  " : "MISS"} ${leak.id}  ${version} ${leak.package} ${leak[version] ?? ""}  (${timeText(verification)})`;
  const tellings = atHolder.flatMap((told, index) => [
    `${version === "fixed" ? "still " : ""}${index === 0 ? "by" : "also"} ${told.means} (${told.tie}): ${verdictText(told)}`,
    `  ${chainText(told.chain)}`,
  ]);
  const lines = [
    ...(verification.kind === "failed" ? [`failed: ${verification.error}`] : tellings),
    ...(isMissed ? missLines(judgement) : []),
    ...elsewhere
      .filter((told) => !isMissed || told.means === "finding")
      .map((told) => `elsewhere, ${confirmedText(told)}`),
    ...shortfalls.map((shortfall) => `SHORT ${shortfall}: ${judgement.suspects.map(verdictText).join("; ")}`),
  ];
  return [head, ...lines.map((line) => `       ${line}`)];
}

/** The totals, and everything that is not as it should be. */
export function summaryLines(judgements: readonly Judgement[]): readonly string[] {
  const of = (version: Version): readonly Judgement[] => judgements.filter((each) => each.version === version);
  const right = (list: readonly Judgement[]): readonly Judgement[] => list.filter(({ isRight }) => isRight);
  const leaky = of("leaky");
  const fixed = of("fixed");
  const byFinding = right(leaky).filter(({ atHolder }) => atHolder[0]?.means === "finding").length;
  const lines: string[] = [];
  if (leaky.length > 0) {
    const unflagged = right(leaky).length - byFinding;
    lines.push(
      `leaky right ${right(leaky).length} of ${leaky.length} (${byFinding} by finding, ${unflagged} as unflagged)`,
    );
  }
  if (fixed.length > 0) lines.push(`fixed clean ${right(fixed).length} of ${fixed.length}`);
  return [
    ...lines,
    ...section(
      "confirmed elsewhere",
      judgements.flatMap((each) => each.elsewhere.map((told) => `${labelOf(each)}: ${confirmedText(told)}`)),
    ),
    ...section(
      "shortfalls",
      judgements.flatMap((each) => each.shortfalls.map((shortfall) => `${labelOf(each)}: ${shortfall}`)),
    ),
    ...section(
      "misses",
      judgements
        .filter(({ isRight }) => !isRight)
        .flatMap((each) => [labelOf(each), ...missLines(each).map((line) => `  ${line}`)]),
    ),
  ];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${line}`)];
}

/** What the heap showed of a holder that was told wrongly. */
function missLines({ version, verification, atHolder, suspects, all }: Judgement): readonly string[] {
  if (verification.kind === "failed") return [`failed: ${verification.error}`];
  if (version === "fixed") return atHolder.map(confirmedText);
  const unflagged = all.filter(({ means }) => means === "unflagged");
  return [
    ...(suspects.length === 0 ? ["not flagged"] : suspects.map((told) => `flagged, ${verdictText(told)}`)),
    ...(unflagged.length === 0 ? ["nothing unflagged grew"] : unflagged.map(confirmedText)),
  ];
}

function labelOf({ leak, version }: Judgement): string {
  return `${leak.id} ${version}`;
}

function verdictText(told: Told): string {
  return `${placeOf(told)} ${told.verdict}: ${told.reason}`;
}

function confirmedText(told: Told): string {
  return `${told.means} ${placeOf(told)}: ${told.reason}: ${chainText(told.chain)}`;
}
