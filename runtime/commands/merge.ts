/** `leakproof merge`: JSON reports of shards → one result, in any format. */
import { glob, isDynamicPattern } from "tinyglobby";
import { InputError } from "../input-error.js";
import { mergeReports } from "../merge.js";
import { exitCode, exitCodeOf } from "./exit-codes.js";
import { parseOptions } from "./option-values.js";
import { requireFolder } from "./output-folder.js";
import { readBaseline, readOutputs, reportIn, tellGone, withBaseline, writeReports } from "./reports.js";

const mergeHelp = `Usage: leakproof merge <report.json|glob …> [options]

Puts the JSON reports of all shards of one verification together (leakproof verify
--shard), as if one run had judged every finding, and writes the result in any format.
A single report of a whole run is written in another format.

  --format <format>          pretty, json, sarif, github or html; repeatable;
                             html=<file> writes to a file
  --output <file>            where the report goes instead of standard output
  --baseline <report.json>   leaks that this earlier report knows fail nobody
  --fail-on inconclusive     exit code 3 for an inconclusive verdict too
  --help

Exit codes: as those of leakproof verify.

Examples:
  leakproof verify src --workload bench/orders.mjs --shard 1/4 --format json=shard-1.json
  leakproof merge shard-*.json --format html=leaks.html --format pretty
  leakproof merge leaks.json --format sarif=leaks.sarif
`;

/** @returns the exit code */
export async function runMerge(parameters: readonly string[]): Promise<number> {
  const { values, positionals } = parse(parameters);
  if (values.help === true) {
    process.stdout.write(mergeHelp);
    return exitCode.ok;
  }
  const failOn = values["fail-on"];
  if (failOn !== undefined && failOn !== "inconclusive")
    throw new InputError(`unknown --fail-on ${failOn} (known: inconclusive)`);
  const workingDirectory = process.cwd();
  const outputs = readOutputs(values.format, values.output);
  for (const { file } of outputs) if (file !== null) requireFolder(file, workingDirectory);
  const files = await filesOf(positionals, workingDirectory);
  const reports = files.map((file) => ({ file, result: reportIn(file, workingDirectory) }));
  const result = withBaseline(mergeReports(reports), readBaseline(values.baseline, workingDirectory));
  await writeReports(result, outputs, workingDirectory);
  tellGone(result);
  return exitCodeOf(result, failOn === "inconclusive");
}

/** Not every shell expands patterns. */
async function filesOf(inputs: readonly string[], workingDirectory: string): Promise<string[]> {
  if (inputs.length === 0) throw new InputError("no reports to merge (leakproof merge --help shows how)");
  const files: string[] = [];
  for (const input of inputs) {
    const matches = isDynamicPattern(input) ? (await glob(input, { cwd: workingDirectory })).sort() : [input];
    if (matches.length === 0) throw new InputError(`no file matches ${input}`);
    files.push(...matches);
  }
  return files;
}

function parse(parameters: readonly string[]) {
  return parseOptions("merge", parameters, {
    format: { type: "string", multiple: true },
    output: { type: "string" },
    baseline: { type: "string" },
    "fail-on": { type: "string" },
    help: { type: "boolean", short: "h" },
  });
}
