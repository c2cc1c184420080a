/**
 * Holders of every kind, leaking and bounded, each verified alone: is every leak confirmed by a finding or with its holder
 * named, and nothing bounded confirmed, when our rules lint it and when a hand-made report accuses its declaration?
 *
 *   npm run bench:holders                     all of them, a line for each that is told wrongly
 *   npm run bench:holders -- <text …>         those whose file has one of the texts
 *   npm run bench:holders -- --accused        with the hand-made report
 *   npm run bench:holders -- --all            a line for each
 *   npm run bench:holders -- --set <folder>   another set: a folder with a truth.json like that of the fixtures
 *   npm run bench:holders -- --repeat <n> [--busy]   again and again, beside a process that keeps a processor busy
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import type { VerificationResult } from "../../runtime/verdict/result.js";
import { besideBusyProcess } from "../corpus/busy.js";

interface Truth {
  readonly file: string;
  readonly leaks: boolean;
  readonly kind: string;
  readonly holder: string;
}

const cli = path.join(import.meta.dirname, "../../dist/runtime/cli.js");
const node = process.env["LEAKPROOF_NODE"] ?? process.execPath;
const LIMIT_MS = 150_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    accused: { type: "boolean", default: false },
    all: { type: "boolean", default: false },
    set: { type: "string", default: path.join(import.meta.dirname, "../../test/runtime/fixtures/kinds") },
    repeat: { type: "string", default: "1" },
    busy: { type: "boolean", default: false },
  },
});
const fixtures = path.resolve(values.set);
const truths = JSON.parse(readFileSync(path.join(fixtures, "truth.json"), "utf8")) as Truth[];
const chosen = truths.filter(({ file }) => positionals.length === 0 || positionals.some((text) => file.includes(text)));

interface Outcome {
  readonly isRight: boolean;
  /** `confirmed` where anything was, `inconclusive` where a finding was and nothing was confirmed, else `refuted`. */
  readonly state: "confirmed" | "inconclusive" | "refuted" | "failed";
  readonly says: string;
  readonly seconds: number;
}

function judge(truth: Truth): Outcome {
  const startedAt = performance.now();
  const result = verify(truth);
  const seconds = (performance.now() - startedAt) / 1000;
  if (typeof result === "string") return { isRight: false, state: "failed", says: `failed: ${result}`, seconds };
  const confirmed = [...result.findings.filter(({ verdict }) => verdict === "confirmed"), ...result.unflagged];
  const isNamed = confirmed.some(
    (growth) =>
      "ruleId" in growth ||
      growth.chain.some(({ edge, type }) => `${edge} ${type}`.includes(truth.holder)) ||
      (growth.holder?.name.includes(truth.holder) ?? false),
  );
  const undecided = result.findings.filter(({ verdict }) => verdict !== "confirmed");
  const said = confirmed.length > 0 ? confirmed : undecided;
  const says = said.map(({ reason }) => reason).join("; ") || "nothing";
  const isRight = truth.leaks ? isNamed : confirmed.length === 0;
  const isUndecided = undecided.some(({ verdict }) => verdict === "inconclusive");
  const state = confirmed.length > 0 ? "confirmed" : isUndecided ? "inconclusive" : "refuted";
  return {
    isRight,
    state,
    says: truth.leaks && confirmed.length > 0 && !isNamed ? `not named: ${says}` : says,
    seconds,
  };
}

function verify({ file, holder }: Truth): VerificationResult | string {
  const folder = mkdtempSync(path.join(tmpdir(), "leakproof-holders-"));
  try {
    const name = path.basename(file);
    cpSync(path.join(fixtures, file), path.join(folder, name));
    writeFileSync(path.join(folder, "package.json"), '{ "type": "module" }');
    writeFileSync(path.join(folder, "workload.mjs"), workloadFor(name));
    const input = values.accused ? accusation(folder, name, holder) : name;
    const report = path.join(folder, "report.json");
    const parameters = [cli, "verify", input, "--workload", "workload.mjs", "--format", "json", "--output", report];
    const child = spawnSync(node, parameters, { cwd: folder, encoding: "utf8", timeout: LIMIT_MS });
    if (!existsSync(report)) return (child.stderr ?? "").trim().split("\n").at(-1) ?? "no report";
    return JSON.parse(readFileSync(report, "utf8")) as VerificationResult;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function workloadFor(name: string): string {
  return `import * as subject from "./${name}";
const { iteration, setup = () => {} } = "iteration" in subject ? subject : subject.default;
export { iteration, setup };
`;
}

/** A report that accuses the first place where the holder's name stands. */
function accusation(folder: string, name: string, holder: string): string {
  const lines = readFileSync(path.join(folder, name), "utf8").split("\n");
  const line = lines.findIndex((text) => new RegExp(`\\b${holder.replaceAll("$", "\\$")}\\b`).test(text));
  const column = (lines[Math.max(0, line)] ?? "").indexOf(holder);
  const message = {
    ruleId: "leakproof/no-grow-only-registry",
    severity: 2,
    line: Math.max(0, line) + 1,
    column: Math.max(0, column) + 1,
    message: "accused by hand",
  };
  writeFileSync(path.join(folder, "lint.json"), JSON.stringify([{ filePath: name, messages: [message] }]));
  return "lint.json";
}

/** One pass over all chosen holders: what was confirmed, by file. */
function pass(): ReadonlyMap<string, Outcome> {
  const outcomes = new Map<string, Outcome>();
  for (const truth of chosen) {
    const outcome = judge(truth);
    outcomes.set(truth.file, outcome);
    if (outcome.isRight && !values.all) continue;
    const mark = outcome.isRight ? "ok   " : "WRONG";
    console.log(`${mark} ${truth.file} (${truth.holder}, ${outcome.seconds.toFixed(1)} s): ${outcome.says}`);
  }
  const rightOf = (leaks: boolean): string => {
    const all = chosen.filter((truth) => truth.leaks === leaks);
    return `${all.filter(({ file }) => outcomes.get(file)?.isRight).length} of ${all.length}`;
  };
  const seconds = [...outcomes.values()].map((outcome) => outcome.seconds).sort((left, second) => left - second);
  const median = seconds[Math.floor(seconds.length / 2)] ?? 0;
  console.log(
    `leaking: ${rightOf(true)} confirmed with the holder named; ` +
      `bounded: ${rightOf(false)} with nothing confirmed; median ${median.toFixed(1)} s`,
  );
  return outcomes;
}

const count = Number(values.repeat);
const repeats = (): ReadonlyMap<string, Outcome>[] => Array.from({ length: count }, pass);
const passes = await (values.busy ? besideBusyProcess(() => Promise.resolve(repeats())) : repeats());
if (count > 1) {
  const changed = chosen.flatMap(({ file }) => {
    const states = passes.map((outcomes) => outcomes.get(file)?.state ?? "failed");
    return new Set(states).size > 1 ? [`  ${file}: ${states.join(", ")}`] : [];
  });
  const flips = changed.filter((line) => line.includes("confirmed") && line.includes("refuted"));
  console.log(`${flips.length} changed between confirmed and refuted in ${count} passes, ${changed.length} in all`);
  for (const line of changed) console.log(line);
}
const isRight = passes.every((outcomes) => [...outcomes.values()].every((outcome) => outcome.isRight));
process.exitCode = isRight ? 0 : 1;
