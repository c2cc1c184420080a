/**
 * Real leaks in published packages: is what holds confirmed in the leaky version, and nothing there in the fixed one?
 *
 *   npm run bench:corpus                                all cases that a release has fixed
 *   npm run bench:corpus -- --live                      those that no release has fixed: the leaky version alone
 *   npm run bench:corpus -- <id …>                      these cases
 *   npm run bench:corpus -- --version <leaky|fixed>     one version of each
 *   npm run bench:corpus -- --jobs <n>                  so many at a time, 1 unless told
 *   npm run bench:corpus -- --repeat <n> [--busy]       again and again, beside a process that keeps a processor busy:
 *                                                       which verdicts change?
 *   npm run bench:corpus -- --json <file>               the outcomes as data
 *   npm run bench:corpus -- --table <file>              the times as a Markdown table
 *
 * What counts as right is told in `judge-case.ts`. The exit code is 1 where a version is told wrongly, or where repeats
 * both confirm and refute.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { besideBusyProcess } from "./busy.js";
import { cases, liveCases, VERSIONS, type Leak, type Version } from "./cases.js";
import { changeLines, changesBetween } from "./changes.js";
import { chainText, judge, type Judgement, type Told } from "./judge-case.js";
import { linesOf, summaryLines } from "./report-case.js";
import { markdownTable, medianLines, timingsOf } from "./times.js";
import { verifyCase } from "./verify-case.js";

const { values: options, positionals: ids } = parseArgs({
  allowPositionals: true,
  options: {
    live: { type: "boolean", default: false },
    version: { type: "string", multiple: true, default: [] },
    jobs: { type: "string", default: "1" },
    repeat: { type: "string", default: "1" },
    busy: { type: "boolean", default: false },
    json: { type: "string" },
    table: { type: "string" },
  },
});

interface Job {
  readonly leak: Leak;
  readonly version: Version;
}

const jobs = jobsOf(options.live ? liveCases : cases);
const repeats = await (options.busy ? besideBusyProcess(runRepeats) : runRepeats());
const judgements = repeats.flat();
const changes = changesBetween(repeats);
if (repeats.length > 1) printLines(changeLines(changes, repeats.length));
if (options.json !== undefined)
  writeFileSync(
    options.json,
    JSON.stringify(
      repeats.map((each) => each.map(dataOf)),
      null,
      2,
    ),
  );
if (options.table !== undefined) writeFileSync(options.table, markdownTable(judgements));
const isAsExpected = judgements.every(({ isRight }) => isRight) && !changes.some(({ isFlip }) => isFlip);
process.exitCode = isAsExpected ? 0 : 1;

function jobsOf(leaks: readonly Leak[]): readonly Job[] {
  const unknownIds = ids.filter((id) => !leaks.some((leak) => leak.id === id));
  if (unknownIds.length > 0)
    fail(`unknown case: ${unknownIds.join(", ")} (known: ${leaks.map((leak) => leak.id).join(", ")})`);
  const unknownVersions = options.version.filter((name) => !VERSIONS.some((version) => version === name));
  if (unknownVersions.length > 0)
    fail(`unknown version: ${unknownVersions.join(", ")} (known: ${VERSIONS.join(", ")})`);
  const chosen = leaks.filter(({ id }) => ids.length === 0 || ids.includes(id));
  const versions = VERSIONS.filter((version) => options.version.length === 0 || options.version.includes(version));
  return chosen.flatMap((leak) =>
    versions.filter((version) => leak[version] !== undefined).map((version) => ({ leak, version })),
  );
}

async function runRepeats(): Promise<readonly (readonly Judgement[])[]> {
  const count = countOf("repeat", options.repeat);
  const outcomes: (readonly Judgement[])[] = [];
  for (let repeat = 1; repeat <= count; repeat++) {
    if (count > 1) console.log(`\n── repeat ${repeat} of ${count}\n`);
    const outcome = await runJobs(countOf("jobs", options.jobs));
    printLines(["", ...summaryLines(outcome), ...medianLines(outcome)]);
    outcomes.push(outcome);
  }
  return outcomes;
}

/** All jobs, so many at a time; in their order. */
async function runJobs(parallel: number): Promise<readonly Judgement[]> {
  const outcomes: Judgement[] = [];
  const waiting = jobs.entries();
  const work = async (): Promise<void> => {
    for (const [index, { leak, version }] of waiting) {
      const judgement = judge(leak, version, await verifyCase(leak, version));
      printLines(linesOf(judgement));
      outcomes[index] = judgement;
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  return outcomes;
}

/** What `--json` writes of a judgement. */
function dataOf({
  leak,
  version,
  verification,
  isRight,
  atHolder,
  suspects,
  elsewhere,
  shortfalls,
}: Judgement): object {
  const data = ({ means, verdict, reason, file, line, holder, fingerprint, chain }: Told): object => {
    return { means, verdict, reason, file, line, holder: holder?.name ?? null, fingerprint, chain: chainText(chain) };
  };
  return {
    id: leak.id,
    package: leak.package,
    version: leak[version],
    kind: version,
    isRight,
    by: atHolder[0]?.means ?? null,
    tie: atHolder[0]?.tie ?? null,
    shortfalls,
    seconds: Number(verification.seconds.toFixed(2)),
    timings: timingsOf(verification),
    iterations: verification.kind === "result" ? verification.result.iterations : null,
    status: verification.kind === "result" ? verification.result.status : verification.kind,
    error: verification.kind === "failed" ? verification.error : null,
    atHolder: atHolder.map(data),
    atSite: suspects.map(data),
    elsewhere: elsewhere.map(data),
  };
}

function countOf(option: string, text: string): number {
  const count = Number(text);
  return Number.isInteger(count) && count > 0 ? count : fail(`--${option} takes a number from 1, not ${text}`);
}

function printLines(lines: readonly string[]): void {
  for (const line of lines) console.log(line);
}

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}
