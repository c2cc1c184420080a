/**
 * Real leaks in published packages: is the leak site flagged and confirmed in the leaky version, and nothing confirmed
 * there in the fixed one?
 *
 *   npm run bench:corpus              all cases, a line each
 *   npm run bench:corpus -- <id …>    these cases
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import type { JudgedFinding, VerificationResult } from "../../runtime/verdict/result.js";
import { cases, installCase, siteFile, type CorpusCase, type Version } from "./install.js";

const cli = path.join(import.meta.dirname, "../../dist/runtime/cli.js");
const node = process.env["LEAKPROOF_NODE"] ?? process.execPath;

interface Outcome {
  readonly exit: number | null;
  readonly result: VerificationResult | null;
  readonly error: string;
  readonly seconds: number;
}

/** Verifies the modules of the leak sites; where a release moved them, the whole package. */
function verifyCase(testCase: CorpusCase, version: Version): Outcome {
  const directory = installCase(testCase, version);
  const files = [...new Set(testCase.leakSites.map((site) => siteFile(testCase, site.file)))];
  const inputs = files.filter((file) => existsSync(path.join(directory, file)));
  if (inputs.length === 0) inputs.push(`node_modules/${testCase.package}`);
  const report = path.join(directory, "leakproof.json");
  rmSync(report, { force: true });
  const startedAt = performance.now();
  const child = spawnSync(
    node,
    [cli, "verify", ...inputs, "--workload", "driver.mjs", "--format", "json", "--output", report],
    {
      cwd: directory,
      env: { ...process.env, ...testCase.env },
      encoding: "utf8",
      maxBuffer: 1 << 28,
      timeout: 180_000,
    },
  );
  const result = existsSync(report) ? (JSON.parse(readFileSync(report, "utf8")) as VerificationResult) : null;
  return {
    exit: child.status,
    result,
    error: (child.stderr ?? "").trim().split("\n").slice(-3).join(" "),
    seconds: (performance.now() - startedAt) / 1000,
  };
}

/** Findings about one of the case's holders: at a leak site's line, or of the same name in the same file. */
function atSite(testCase: CorpusCase, findings: readonly JudgedFinding[], byLine: boolean): JudgedFinding[] {
  return findings.filter((finding) =>
    testCase.leakSites.some((site) => {
      if (!finding.file.endsWith(siteFile(testCase, site.file))) return false;
      const isNamed = finding.holder !== null && lastName(finding.holder.name) === lastName(site.binding);
      return isNamed || (byLine && finding.line === site.line);
    }),
  );
}

function lastName(name: string): string {
  return (
    name
      .replace(/ \(.*$/, "")
      .split(".")
      .at(-1) ?? name
  );
}

function judge(testCase: CorpusCase): boolean {
  const leaky = verifyCase(testCase, "leaky");
  const fixed = verifyCase(testCase, "fixed");
  const suspects = atSite(testCase, leaky.result?.findings ?? [], true);
  const confirmed = suspects.filter(
    (finding) => finding.verdict === "confirmed" && finding.chain.some((hop) => hop.flagged),
  );
  const stillThere = atSite(testCase, fixed.result?.findings ?? [], false).filter(
    (finding) => finding.verdict === "confirmed",
  );
  const elsewhere = (fixed.result?.findings ?? []).filter(
    (finding) => finding.verdict === "confirmed" && !stillThere.includes(finding),
  );
  const isRight = confirmed.length > 0 && stillThere.length === 0 && fixed.result !== null;
  const says = (finding: JudgedFinding | undefined): string =>
    finding === undefined ? "not flagged" : `${finding.verdict}: ${finding.reason}`;
  const leakyText = leaky.result === null ? `failed: ${leaky.error}` : says(confirmed[0] ?? suspects[0]);
  const fixedSite = atSite(testCase, fixed.result?.findings ?? [], false);
  const fixedText =
    fixed.result === null
      ? fixed.exit === 0
        ? "not flagged"
        : `failed: ${fixed.error}`
      : says(stillThere[0] ?? fixedSite[0]);
  const isFixedSilent = fixed.result === null && fixed.exit === 0;
  const isTold = isRight || (confirmed.length > 0 && isFixedSilent);
  console.log(
    `${isTold ? "ok  " : "MISS"} ${testCase.id}  (${leaky.seconds.toFixed(1)} s, ${fixed.seconds.toFixed(1)} s)`,
  );
  console.log(`       leaky ${testCase.package} ${testCase.leaky}: ${leakyText}`);
  console.log(`       fixed ${testCase.fixed}: ${fixedText}`);
  for (const finding of elsewhere)
    console.log(`       fixed, elsewhere: ${finding.file}:${finding.line} ${says(finding)}`);
  return isTold;
}

const ids = process.argv.slice(2);
const unknown = ids.filter((id) => !cases.some((testCase) => testCase.id === id));
if (unknown.length > 0) {
  console.error(`unknown case: ${unknown.join(", ")} (known: ${cases.map((testCase) => testCase.id).join(", ")})`);
  process.exit(2);
}
const chosen = cases.filter((testCase) => ids.length === 0 || ids.includes(testCase.id));
const right = chosen.filter(judge).length;
console.log(
  `\n${right} of ${chosen.length} told apart: leak site flagged and confirmed in the leaky version, not in the fixed one`,
);
process.exitCode = right === chosen.length ? 0 : 1;
