/** The arguments of `leakproof verify`. */
import { existsSync } from "node:fs";
import path from "node:path";
import { InputError } from "../input-error.js";
import type { ShardPart } from "../shard.js";
import { parseOptions, positive, wholeNumber } from "./option-values.js";
import { readOutputs, type Output } from "./reports.js";
import { readServeArguments, serveOptions, type ServeArguments } from "./serve-arguments.js";

export const verifyHelp = `Usage: leakproof verify [files|globs|eslint-report.json …] --workload <module>
       leakproof verify [files|globs …] --serve <command> --request <request>
       leakproof verify --vitest [filters]
       leakproof verify --node-test [files|globs|folders …]

Gives each lint finding a verdict: runs the workload again and again in a Node process
of its own, takes heap snapshots, and traces what the flagged holder keeps.
With no files, every module of yours that the workload loads is linted and judged.

  --workload <module>        exports iteration(i), or a default function; optional:
                             setup(), teardown(), afterEach(i)
  --serve <command>          starts a server, and sends it real requests from outside:
  --request <request>        "GET /orders/{i}", 'POST /orders {"id": {i}}'; {i} is the number of
                             the iteration; repeatable, all in each iteration
  --load <module>            exports load({ url, i, signal }), called in place of --request
  --port <number>            the server's, where the command has several
  --vitest [filters]         runs the project's own Vitest files instead of a workload, each once
                             an iteration, in one process: which of them leave objects behind?
  --node-test [files]        the same with node:test files: those named, those that match, and
                             in folders (by default, this one) those that node --test would run
  --write-workload <file>    writes a workload to start from, and stops
  --iterations <max>         the most iterations to run (default: as many as it takes)
  --time-budget <seconds>    for the whole run (default: 60)
  --only <rule>              findings of this rule only
  --release <module>#<name>  runs again with that export called after each iteration, and
                             shows before and after side by side
  --config <eslint config>   lints with this config instead of the strict preset
  --format <format>          pretty, json, sarif, github or html; repeatable;
                             json=<file> writes to a file
  --output <file>            where the report goes instead of standard output
  --baseline <report.json>   leaks that this earlier report knows fail nobody
  --shard <part>/<parts>     judges one part of the findings: leakproof merge puts the
                             JSON reports of all parts together
  --write                    keeps the verdicts in .leakproof/verdicts.json, for the rules
                             to show in ESLint and the editor
  --fail-on inconclusive     exit code 3 for an inconclusive verdict too
  --repl                     at the end, a prompt on the process and its heap
  --help

Exit codes: 0 no leak, 1 a leak was confirmed, 2 usage or configuration,
3 the workload failed or nothing could be decided.

Examples:
  leakproof verify "src/**/*.ts" --workload bench/orders.mjs
  leakproof verify src/errors.ts --write-workload errors.workload.mjs
  leakproof verify --node-test test/*.test.js
  eslint --format json --output-file lint.json . ; leakproof verify lint.json --workload bench/orders.mjs
  leakproof verify node_modules/debug/src --workload debug.mjs --format json=leaks.json --format pretty
  leakproof verify src --workload bench/orders.mjs --format sarif=leaks.sarif --format html=leaks.html
  leakproof verify src --workload bench/orders.mjs --baseline leaks.json
  leakproof verify src --workload functional-tests.ts --repl
  leakproof verify --vitest checkout --time-budget 120
  leakproof verify src --serve "node server.js" --request "GET /orders/{i}"
`;

export interface VerifyArguments {
  readonly inputs: readonly string[];
  readonly workload: string | null;
  /** Filters of Vitest's files, none for all; null where none of them is to be run. */
  readonly vitest: readonly string[] | null;
  /** A server in place of the workload. */
  readonly serve: ServeArguments | null;
  /** `node:test` files, globs and folders of them, none for the working directory; null where none are to be run. */
  readonly nodeTest: readonly string[] | null;
  readonly writeWorkload: string | null;
  readonly maximumIterations: number | null;
  readonly timeBudgetMs: number;
  readonly only: string | null;
  readonly config: string | null;
  readonly outputs: readonly Output[];
  readonly baseline: string | undefined;
  readonly shard: ShardPart | null;
  readonly failOnInconclusive: boolean;
  readonly release: { readonly module: string; readonly export: string } | null;
  readonly isReplAsked: boolean;
  readonly isWriteAsked: boolean;
}

/** @returns null where help is asked for. @throws {InputError} */
export function readVerifyArguments(parameters: readonly string[]): VerifyArguments | null {
  const { values, positionals } = parse(parameters);
  if (values.help === true) return null;
  const outputs = readOutputs(values.format, values.output);
  if (values["fail-on"] !== undefined && values["fail-on"] !== "inconclusive") {
    throw new InputError(`unknown --fail-on ${values["fail-on"]} (known: inconclusive)`);
  }
  const serve = readServeArguments(values);
  const kinds = [
    ...(values.workload === undefined ? [] : ["--workload"]),
    ...(serve === null ? [] : ["--serve"]),
    ...(values.vitest === true ? ["--vitest"] : []),
    ...(values["node-test"] === true ? ["--node-test"] : []),
  ];
  if (values.release !== undefined && kinds.some((kind) => kind === "--vitest" || kind === "--node-test"))
    throw new InputError("--release needs a workload: in a test suite, call the export in afterEach, and run again");
  if (kinds.length > 1) throw new InputError(`${kinds.join(" and ")} at once: name one of them`);
  const isSuite = values.vitest === true || values["node-test"] === true;
  return {
    inputs: isSuite ? [] : positionals,
    workload: values.workload ?? null,
    vitest: values.vitest === true ? positionals : null,
    serve,
    nodeTest: values["node-test"] === true ? positionals : null,
    writeWorkload: values["write-workload"] ?? null,
    maximumIterations: values.iterations === undefined ? null : wholeNumber("--iterations", values.iterations),
    timeBudgetMs: positive("--time-budget", values["time-budget"] ?? "60") * 1000,
    only: values.only ?? null,
    config: values.config ?? null,
    outputs,
    failOnInconclusive: values["fail-on"] === "inconclusive",
    release: values.release === undefined ? null : releaseTarget(values.release),
    isReplAsked: values.repl === true,
    baseline: values.baseline,
    shard: values.shard === undefined ? null : shardPart(values.shard),
    isWriteAsked: values.write === true,
  };
}

function parse(parameters: readonly string[]) {
  return parseOptions("verify", parameters, {
    workload: { type: "string" },
    vitest: { type: "boolean" },
    ...serveOptions,
    "node-test": { type: "boolean" },
    "write-workload": { type: "string" },
    iterations: { type: "string" },
    "time-budget": { type: "string" },
    only: { type: "string" },
    config: { type: "string" },
    format: { type: "string", multiple: true },
    output: { type: "string" },
    "fail-on": { type: "string" },
    release: { type: "string" },
    baseline: { type: "string" },
    shard: { type: "string" },
    repl: { type: "boolean" },
    write: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  });
}

function releaseTarget(text: string): { module: string; export: string } {
  const at = text.lastIndexOf("#");
  if (at <= 0 || at === text.length - 1)
    throw new InputError(`--release takes <module>#<export>, as in src/errors.ts#clear, not ${JSON.stringify(text)}`);
  const module = text.slice(0, at);
  if (!existsSync(path.resolve(process.cwd(), module))) throw new InputError(`--release: no such file: ${module}`);
  return { module, export: text.slice(at + 1) };
}

function shardPart(text: string): ShardPart {
  const [, index = 0, count = 0] = (/^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? []).map(Number);
  if (index < 1 || index > count)
    throw new InputError(`--shard takes a part and the number of parts, as in 1/4, not ${JSON.stringify(text)}`);
  return { index, count };
}
