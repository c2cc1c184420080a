/**
 * The story this project comes from, on a small application and on a published package: flagged by the linter, proven
 * by the verifier, and gone with the fix. Exits with 0 when each verdict is the expected one.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { cases, installCase, siteFile, type Version } from "../bench/corpus/install.js";
import type { VerificationResult, Verdict } from "../runtime/verdict/result.js";

const PACKAGE_CASE = "konva-tween-attrs";
const root = path.dirname(import.meta.dirname);
const cli = path.join(root, "dist/runtime/cli.js");
const example = path.join(root, "examples/error-log");
const temporary = mkdtempSync(path.join(tmpdir(), "leakproof-demo-"));
const failures: string[] = [];

function title(text: string): void {
  console.log(`\n── ${text}\n`);
}

function lint(): void {
  title("1. ESLint flags the error log");
  const eslint = path.join(root, "node_modules/eslint/bin/eslint.js");
  const result = spawnSync(process.execPath, [eslint, "src"], { cwd: example, encoding: "utf8" });
  console.log(`$ eslint src\n${result.stdout.replaceAll(example + path.sep, "")}`);
  if (!result.stdout.includes("leakproof/")) failures.push("ESLint did not flag the error log");
}

function verify(cwd: string, inputs: readonly string[], workload: string, holder: string, expected: Verdict): void {
  const report = path.join(temporary, "report.json");
  rmSync(report, { force: true });
  const parameters = ["verify", ...inputs, "--workload", workload];
  console.log(`$ leakproof ${parameters.join(" ")}`);
  const result = spawnSync(process.execPath, [cli, ...parameters, "--format", "pretty", "--format", `json=${report}`], {
    cwd,
    encoding: "utf8",
  });
  console.log(result.stdout.trimEnd());
  if (!existsSync(report)) {
    console.log(result.stderr.trimEnd());
    failures.push(`no verdict on ${holder} with ${workload}`);
    return;
  }
  const { findings } = JSON.parse(readFileSync(report, "utf8")) as VerificationResult;
  const verdict = findings.find((finding) => finding.holder?.name === holder)?.verdict ?? "not flagged";
  if (verdict !== expected) failures.push(`${holder} with ${workload}: expected ${expected}, was ${verdict}`);
}

function verifyPackage(): void {
  const testCase = cases.find((candidate) => candidate.id === PACKAGE_CASE);
  if (testCase === undefined) throw new Error(`no corpus case ${PACKAGE_CASE}`);
  const run = (version: Version, expected: Verdict): void => {
    title(`${version === "leaky" ? "4" : "5"}. A published package: ${testCase.package} ${testCase[version]}`);
    const directory = installCase(testCase, version, temporary);
    const files = [...new Set(testCase.leakSites.map((site) => siteFile(testCase, site.file)))];
    verify(directory, files, "driver.mjs", testCase.leakSites[0]?.binding ?? "", expected);
  };
  try {
    run("leaky", "confirmed");
    run("fixed", "refuted");
  } catch (error) {
    console.log(
      `Skipped: the package could not be installed (is the network away?): ${(error as Error).message.split("\n")[0]}`,
    );
  }
}

try {
  lint();
  title("2. The verifier proves it: the functional tests, again and again");
  verify(example, ["src/*.ts"], "functional-tests.ts", "log", "confirmed");
  title("3. The same tests with clear() in afterEach");
  verify(example, ["src/*.ts"], "functional-tests-with-teardown.ts", "log", "refuted");
  verifyPackage();
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

title(failures.length === 0 ? "All verdicts are as expected." : `Not as expected:\n${failures.join("\n")}`);
process.exitCode = failures.length === 0 ? 0 : 1;
