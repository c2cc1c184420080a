/** Leaks of published packages: is the leak site reported in the leaky version, and no more in the fixed one? */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { cases, siteFile, type CorpusCase, type Version } from "../corpus/cases.js";
import { installCase } from "../corpus/install.js";
import { lintText } from "../lint/reports.js";
import { table } from "../lint/table.js";
import { lineCount, packageFiles } from "../noise/source-files.js";
import { closeness, remaining, type Closeness, type ReportedText } from "./sites.js";
import type { Report } from "../lint/reports.js";

interface Hit {
  readonly file: string;
  readonly report: Report;
  readonly closeness: Closeness;
}

interface Outcome {
  readonly leak: CorpusCase;
  /** The reports at its sites: those on a line or of the holder; those that mention it only where there are no such. */
  readonly hits: readonly Hit[];
  /** Hits that the fixed version has, too, and by which rules. */
  readonly kept: readonly { readonly hit: Hit; readonly rules: readonly string[] }[];
  readonly unparsed: readonly string[];
  readonly siteFiles: Rate;
  readonly build: Rate;
}

/** Reports that are at no leak site. */
interface Rate {
  readonly lines: number;
  readonly others: number;
}

const TARGETS = { flagged: 40, toldApart: 33, othersPerKiloLine: 10 };
/** Folders that hold one build among others of the same source. */
const BUILD_FOLDER = /^(?:build|cjs|commonjs|dist|dist-cjs|es|esm|esm-debug|lib|node|out|source|src|umd)$/;

/** Measures the cases with these ids, or all; whether the targets are reached. */
export function measurePublished(ids: readonly string[]): boolean {
  const unknown = ids.filter((id) => !cases.some((leak) => leak.id === id));
  if (unknown.length > 0) throw new Error(`unknown case: ${unknown.join(", ")}`);
  const outcomes = cases.filter(({ id }) => ids.length === 0 || ids.includes(id)).map(judge);
  printMisses(outcomes);
  return printTotals(outcomes);
}

function judge(leak: CorpusCase): Outcome {
  const siteFiles = [...new Set(leak.leakSites.map(({ file }) => file))];
  const unparsed: string[] = [];
  const leaky = new Map(siteFiles.map((file) => [file, lintSiteFile(leak, "leaky", file, unparsed)]));
  const all = [...leaky].flatMap(([file, linted]) => hitsIn(leak, file, linted));
  const close = all.filter((hit) => hit.closeness !== "mention");
  const hits = close.length > 0 ? close : all;
  const kept = hits.flatMap((hit) => {
    const before = leaky.get(hit.file);
    const after = before ? fixedTexts(leak, hit.file).flatMap((fixed) => remaining(hit.report, before, fixed)) : [];
    return after.length > 0 ? [{ hit, rules: after.map(({ rule }) => rule) }] : [];
  });
  const outcome = {
    leak,
    hits,
    kept,
    unparsed,
    siteFiles: rateOf([...leaky.values()], all),
    build: buildRate(leak, all),
  };
  printOutcome(outcome);
  return outcome;
}

function hitsIn(leak: CorpusCase, file: string, { text, reports }: ReportedText): readonly Hit[] {
  const order: readonly Closeness[] = ["line", "holder", "mention"];
  return reports.flatMap((report) => {
    const found = leak.leakSites.filter((site) => site.file === file).map((site) => closeness(report, site, text));
    const closest = order.find((each) => found.includes(each));
    return closest === undefined ? [] : [{ file, report, closeness: closest }];
  });
}

function lintSiteFile(leak: CorpusCase, version: Version, file: string, unparsed: string[]): ReportedText {
  const { folder, inside } = placeOf(leak, version, file);
  const text = readFileSync(path.join(folder, inside), "utf8");
  const linted = lintText(text, inside);
  if (linted.kind === "unparsed") unparsed.push(`${file}: ${linted.reason}`);
  return { text, reports: linted.kind === "linted" ? linted.reports.strict : [] };
}

/** The file as the fixed version has it; where a release moved it, all files of its build. */
function fixedTexts(leak: CorpusCase, file: string): readonly ReportedText[] {
  const { folder, inside } = placeOf(leak, "fixed", file);
  if (existsSync(path.join(folder, inside))) return [lintSiteFile(leak, "fixed", file, [])];
  return [...packageFiles(folder, { roots: [buildFolder(inside) ?? "."] })].map((source) => {
    const linted = lintText(source.text, source.file);
    return { text: source.text, reports: linted.kind === "linted" ? linted.reports.strict : [] };
  });
}

/** The installed package that a site's file is of, and the file's path in it. */
function placeOf(leak: CorpusCase, version: Version, file: string): { folder: string; inside: string } {
  const installed = siteFile(leak, file);
  const name = /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(installed)?.[0] ?? "";
  return {
    folder: path.join(installCase(leak, version), name),
    inside: installed.slice(name.length + 1),
  };
}

/** Reports elsewhere in the builds that the package's own leak sites are of. */
function buildRate(leak: CorpusCase, hits: readonly Hit[]): Rate {
  const own = leak.leakSites.filter(({ file }) => !file.startsWith("node_modules/"));
  const folder = path.join(installCase(leak, "leaky"), siteFile(leak, ""));
  const roots = [...new Set(own.map(({ file }) => buildFolder(file) ?? file))];
  const ownHits = hits.filter(({ file }) => !file.startsWith("node_modules/"));
  const linted = [...packageFiles(folder, { roots })].map(({ file, text }): ReportedText => {
    const result = lintText(text, file);
    return { text, reports: result.kind === "linted" ? result.reports.strict : [] };
  });
  return rateOf(linted, ownHits);
}

/**
 * The folder of the build that a file is of: `dist/esm` of `dist/esm/core/core.js`. A bundle is a build by itself, and
 * so is a file at the root of its package: null.
 */
function buildFolder(file: string): string | null {
  const segments = file.split("/").slice(0, -1);
  const [first] = segments;
  if (first === undefined || (segments.length === 1 && isBundle(file))) return null;
  const end = segments.findIndex((segment) => !BUILD_FOLDER.test(segment));
  return segments.slice(0, Math.max(1, end === -1 ? segments.length : end)).join("/");
}

/** Bundlers name what they write after its format. */
function isBundle(file: string): boolean {
  return /\.(?:cjs|esm|umd|es|development|production|prod|node)\.[cm]?js$/.test(file);
}

function rateOf(files: readonly ReportedText[], hits: readonly Hit[]): Rate {
  const lines = files.reduce((sum, { text }) => sum + lineCount(text), 0);
  const reports = files.reduce((sum, file) => sum + file.reports.length, 0);
  return { lines, others: Math.max(0, reports - hits.length) };
}

function isToldApart({ hits, kept }: Outcome): boolean {
  return hits.length > 0 && kept.length === 0;
}

/** As `isToldApart`, where another rule's report in the fixed version does not count. */
function isToldApartByRule({ hits, kept }: Outcome): boolean {
  return hits.length > 0 && !kept.some(({ hit, rules }) => rules.includes(hit.report.rule));
}

function printOutcome(outcome: Outcome): void {
  const { leak, hits, kept, unparsed } = outcome;
  const mark = isToldApart(outcome) ? "ok  " : hits.length > 0 ? "BOTH" : "MISS";
  console.log(`${mark} ${leak.id}  ${leak.package} ${leak.leaky}, fixed in ${leak.fixed}  (${leak.category})`);
  for (const hit of hits) {
    const { file, report } = hit;
    const rules = kept.find((each) => each.hit === hit)?.rules;
    const after = rules ? `, in the fixed version ${[...new Set(rules)].join(", ")}` : "";
    console.log(`       ${file}:${report.line} ${report.rule} ${report.holder} (by ${hit.closeness}${after})`);
  }
  if (hits.length === 0) {
    const sites = leak.leakSites.map(({ file, line, binding }) => `${file}:${line} ${binding}`);
    console.log(`       nothing at ${sites.join(", ")}`);
  }
  for (const file of unparsed) console.log(`       not parsed: ${file}`);
}

function printMisses(outcomes: readonly Outcome[]): void {
  const rows = outcomes
    .filter((outcome) => !isToldApart(outcome))
    .map(({ leak, hits }) => [leak.category, hits.length > 0 ? "flagged in both" : "not flagged", leak.id])
    .sort();
  if (rows.length > 0) console.log(`\nnot told apart\n${table(["category", "", "case"], rows)}`);
}

function printTotals(outcomes: readonly Outcome[]): boolean {
  const by = (kind: Closeness): number =>
    outcomes.filter(({ hits }) => hits.length > 0 && closestOf(hits) === kind).length;
  const flagged = outcomes.filter(({ hits }) => hits.length > 0).length;
  const apart = outcomes.filter(isToldApart).length;
  const inSites = perKiloLine(outcomes.map(({ siteFiles }) => siteFiles));
  const inBuilds = perKiloLine(outcomes.map(({ build }) => build));
  const share = outcomes.length / cases.length;
  const checks = [
    {
      isMet: flagged >= TARGETS.flagged * share,
      text: `${flagged} of ${outcomes.length} flagged at the leak site (${by("line")} on a line, ${by("holder")} by holder, ${by("mention")} by mention; at least ${TARGETS.flagged} of ${cases.length})`,
    },
    {
      isMet: apart >= TARGETS.toldApart * share,
      text: `${apart} told apart from the fixed version, ${outcomes.filter(isToldApartByRule).length} where another rule may report it (at least ${TARGETS.toldApart})`,
    },
    {
      isMet: Math.max(inSites.rate, inBuilds.rate) <= TARGETS.othersPerKiloLine,
      text:
        `${inSites.rate.toFixed(1)} other reports per kLOC in the files of the sites (${inSites.text}), ` +
        `${inBuilds.rate.toFixed(1)} in their builds (${inBuilds.text}; at most ${TARGETS.othersPerKiloLine})`,
    },
  ];
  console.log();
  for (const { isMet, text } of checks) console.log(`${isMet ? "ok   " : "BELOW"} ${text}`);
  return checks.every(({ isMet }) => isMet);
}

function closestOf(hits: readonly Hit[]): Closeness | undefined {
  return (["line", "holder", "mention"] as const).find((kind) => hits.some((hit) => hit.closeness === kind));
}

function perKiloLine(rates: readonly Rate[]): { readonly rate: number; readonly text: string } {
  const lines = rates.reduce((sum, rate) => sum + rate.lines, 0);
  const others = rates.reduce((sum, rate) => sum + rate.others, 0);
  return { rate: others / (lines / 1000), text: `${others} in ${(lines / 1000).toFixed(1)} kLOC` };
}
