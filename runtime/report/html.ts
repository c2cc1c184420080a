/** The result as a page to filter, search and look into: one file that asks the network for nothing. */
import type { Rate, VerificationResult } from "../verdict/result.js";
import { formatRate } from "../verdict/words.js";
import { formatNumber, placeText, sentence } from "./chain-text.js";
import type { ReportContext } from "./context.js";
import { escapeMarkup, harmlessText } from "./harmless-text.js";
import { pageContent, statuses, type PageContent, type PageEntry } from "./html-content.js";
import { pageOf, readModules, readStyle } from "./page-assets.js";

const SCRIPTS = [
  new URL("report-chart.js", import.meta.url),
  new URL("report-chain.js", import.meta.url),
  new URL("report-page.js", import.meta.url),
];
const STYLE = new URL("report-page.css", import.meta.url);
const FILE_LENGTH = 200;

const marks: Readonly<Record<string, string>> = {
  confirmed: "✖",
  unflagged: "✖",
  known: "●",
  inconclusive: "?",
  refuted: "✔",
};

/** The page. Lines of source around the places are read now, from the working directory. */
export async function formatHtml(result: VerificationResult, context: ReportContext): Promise<string> {
  const [script, style] = await Promise.all([readModules(SCRIPTS), readStyle(STYLE)]);
  const content = pageContent(result, context);
  const title = `Leaks: ${sentence(result.workload)}`;
  const body = `<header>
<h1>${escapeMarkup(title)}</h1>
<p>${escapeMarkup(runFacts(result))}</p>
<div id="filters" role="group" aria-label="Verdicts to show">
${filterButtons(content.entries)}
</div>
<div role="search"><label>Search <input id="search" type="search" autocomplete="off" spellcheck="false" placeholder="file, name, rule"></label> <output id="found" aria-live="polite"></output></div>
</header>
<main>
${baselineSection(result)}${suiteSection(result)}${releaseSection(result)}<section aria-labelledby="entries-title"><h2 id="entries-title">Findings</h2>
${content.entries.length === 0 ? "<p>Nothing to report.</p>\n" : ""}<div id="entries">
${content.entries.map(entryHead).join("\n")}
</div>
</section>
<section id="memory" aria-labelledby="memory-title"><h2 id="memory-title">Memory over the run</h2><div id="charts"></div></section>
${timingsSection(result)}</main>
<footer>/: search · j k: next, previous · Enter: open · in a graph: + − zoom, arrows pan, 0 all of it</footer>
<noscript><p>Details need the script of this page, which loads nothing.</p></noscript>
`;
  return pageOf({ title, script, style, body, dataId: "report-data", data: content satisfies PageContent });
}

function runFacts({ node, iterations, status, timings, shard }: VerificationResult): string {
  const end = {
    complete: "complete",
    "time-budget": "stopped by the time budget",
    "heap-limit": "stopped by a full heap",
  }[status];
  return [
    `${formatNumber(iterations)} iterations, ${end}`,
    `Node ${sentence(node)}`,
    seconds(timings.totalMs),
    ...(shard === null ? [] : [`shard ${shard.index} of ${shard.count}`]),
  ].join(" · ");
}

function filterButtons(entries: readonly PageEntry[]): string {
  return statuses
    .map((status) => ({ status, count: entries.filter((entry) => entry.status === status).length }))
    .filter(({ count }) => count > 0)
    .map(
      ({ status, count }) =>
        `<button type="button" class="${status}" data-status="${status}" aria-pressed="true">${badgeText(status)} <span>${formatNumber(count)}</span></button>`,
    )
    .join("\n");
}

function badgeText(status: string): string {
  return `${marks[status] ?? "○"} ${status}`;
}

/** What is seen of an entry while it is closed; the script fills in the rest when it is opened. */
function entryHead({ status, place, reason, rule, bytes }: PageEntry, index: number): string {
  const parts = [
    `<span class="badge ${status}">${badgeText(status)}</span>`,
    place === "" ? "" : `<code class="place">${escapeMarkup(place)}</code>`,
    `<span class="reason">${escapeMarkup(reason)}</span>`,
    bytes === "" ? "" : `<span class="bytes">${escapeMarkup(bytes)}</span>`,
    `<span class="rule">${escapeMarkup(rule)}</span>`,
  ];
  return `<details id="entry-${index}" class="entry" data-status="${status}"><summary>${parts.filter((part) => part !== "").join(" ")}</summary></details>`;
}

function baselineSection({ baseline }: VerificationResult): string {
  if (baseline === null) return "";
  const gone = baseline.gone.map(({ name, file, line }) => (file === null ? name : `${name} (${file}:${line ?? 1})`));
  const told =
    gone.length === 0
      ? "All of its leaks are still there, or a shard cannot tell."
      : `No longer confirmed: ${gone.map(sentence).join(", ")}.`;
  return `<section aria-labelledby="baseline-title"><h2 id="baseline-title">Baseline</h2><p>${escapeMarkup(`${sentence(baseline.file)} knows ${formatNumber(baseline.known.length)} of these leaks. ${told}`)}</p></section>\n`;
}

function suiteSection({ suite }: VerificationResult): string {
  if (suite === null) return "";
  const rows = suite.left.map(({ file, name, module, perRun, tearDown }) => [
    harmlessText(file, FILE_LENGTH, "middle"),
    sentence(name),
    harmlessText(module, FILE_LENGTH, "middle"),
    formatNumber(perRun),
    tearDown === null ? "" : `${sentence(tearDown)}()`,
  ]);
  const files = new Set(suite.left.map(({ file }) => file)).size;
  const passedOver = new Set(suite.failures.map(({ file }) => file)).size;
  const told = `${formatNumber(files)} of ${formatNumber(suite.files)} leave objects behind.`;
  const failed =
    passedOver === 0
      ? ""
      : ` ${formatNumber(passedOver)} ${passedOver === 1 ? "was" : "were"} passed over: tests fail in one process with the others, or when they are run again.`;
  const table = tableOf(["test file", "holder", "module", "per run", "never called"], rows);
  return `<section aria-labelledby="suite-title"><h2 id="suite-title">Test files</h2><p>${told}${failed}</p>${rows.length === 0 ? "" : table}</section>\n`;
}

function releaseSection({ release }: VerificationResult): string {
  if (release === null) return "";
  const rows = release.entries.map(({ name, file, line, before, after }) => [
    sentence(name),
    file === null ? "" : placeText(file, line),
    rateText(before),
    rateText(after),
  ]);
  const title = `With ${sentence(release.export)}() of ${sentence(release.module)} called after each of ${formatNumber(release.iterations)} iterations`;
  return `<section aria-labelledby="release-title"><h2 id="release-title">${escapeMarkup(title)}</h2>
${tableOf(["name", "place", "before", "after"], rows)}</section>\n`;
}

/** @param rows harmless text, which is escaped */
function tableOf(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = heads.map((name) => `<th scope="col">${name}</th>`).join("");
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${escapeMarkup(cell)}</td>`).join("")}</tr>`);
  return `<div class="scroll"><table><thead><tr>${head}</tr></thead>
<tbody>${body.join("\n")}</tbody></table></div>`;
}

function rateText({ verdict, perIteration }: Rate): string {
  return verdict === "confirmed" ? formatRate(perIteration) : verdict === "refuted" ? "flat" : verdict;
}

function timingsSection({ timings }: VerificationResult): string {
  const rows = [
    ["the workload", timings.workloadMs],
    ["snapshots and collection of garbage", timings.captureMs],
    ["analysis", timings.analysisMs],
    ["all", timings.totalMs],
  ] as const;
  return `<section aria-labelledby="timings-title"><h2 id="timings-title">Time</h2><table>${rows.map(([name, milliseconds]) => `<tr><th scope="row">${name}</th><td class="number">${seconds(milliseconds)}</td></tr>`).join("")}</table></section>\n`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
