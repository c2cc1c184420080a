/** The arguments of `leakproof record`. */
import { InputError } from "../input-error.js";
import type { RecordSubject } from "../record.js";
import { oneOf, parseOptions, pattern, positive, wholeNumber } from "./option-values.js";

const DEFAULT_ITERATIONS = 10;
const DEFAULT_BUDGET_SECONDS = 60;
const DEFAULT_INTERVAL_MS = 100;
const LEAST_INTERVAL_MS = 10;

export const recordHelp = `Usage: leakproof record --workload <module> [options]
       leakproof record [options] -- <command …>
       leakproof record --plot <run.csv> [--output <name>]
       leakproof record --compare <before.csv> <after.csv> [--output <name>]

Measures memory and objects over time, and draws the line: a CSV as it goes, a plot at the
end, and a sentence for each measure. It describes; leakproof verify proves.

  --workload <module>        exports iteration(i), or a default function; each iteration is
                             a mark, at which garbage is collected and objects are counted
  --iterations <n>           of a workload (default: ${DEFAULT_ITERATIONS}), or marks after which a command is ended
  --time-budget <seconds>    for a workload (default: ${DEFAULT_BUDGET_SECONDS}), or after which a command is ended
  --mark <regexp>            a line of the command's output that ends an iteration; without it,
                             its code does by performance.mark("leakproof:iteration")
  --interval <ms>            between samples (default: ${DEFAULT_INTERVAL_MS})
  --no-objects               counts no objects and listeners at marks: quicker with a large heap
  --output <name>            writes <name>.csv, .svg, .html, and .png where @resvg/resvg-js is
  --format <text|json>
  --plot <run.csv>           plots a recording, of a run that was killed too: as <run>.svg and so on
  --compare                  lays two recordings over each other
  --help

Exit codes: 0 recorded, 2 usage or a file that cannot be read, 3 the workload or command failed
(what was recorded until then is kept and plotted), 130 and 143 interrupted.

Examples:
  leakproof record --workload functional-tests.mjs --iterations 60 --output before
  leakproof record --output server --time-budget 60 -- node server.js
  leakproof record --output tests --mark "^ok " -- npm test
  leakproof record --compare before.csv after.csv --output fix
`;

export type RecordArguments = { readonly output: string | null; readonly format: "text" | "json" } & (
  | {
      readonly kind: "record";
      readonly subject: RecordSubject;
      readonly intervalMs: number;
      readonly countsObjects: boolean;
    }
  | { readonly kind: "plot"; readonly files: readonly [string] | readonly [string, string] }
);

/** @returns null where help is asked for. @throws {InputError} */
export function readRecordArguments(parameters: readonly string[]): RecordArguments | null {
  const end = parameters.indexOf("--");
  const { values, positionals } = parse(end < 0 ? parameters : parameters.slice(0, end));
  if (values.help === true) return null;
  const command = end < 0 ? null : parameters.slice(end + 1);
  const common = {
    output: values.output === undefined ? null : withoutExtension(values.output),
    format: oneOf("format:", values.format ?? "text", ["text", "json"]),
  };
  const asked = [
    ...(values.workload === undefined ? [] : ["--workload"]),
    ...(command === null ? [] : ["-- <command>"]),
    ...(values.plot === undefined ? [] : ["--plot"]),
    ...(values.compare === true ? ["--compare"] : []),
  ];
  if (asked.length > 1) throw new InputError(`${asked.join(" and ")} at once: name one of them`);
  if (values.compare === true) {
    const [before, after] = positionals;
    if (after === undefined || positionals.length > 2)
      throw new InputError(
        `--compare takes two recordings, as in --compare before.csv after.csv, not ${positionals.length}`,
      );
    return { ...common, kind: "plot", files: [before, after] };
  }
  if (positionals.length > 0)
    throw new InputError(`unexpected ${positionals[0]}: a command stands after --, a module after --workload`);
  if (values.plot !== undefined) {
    const output = common.output ?? withoutExtension(values.plot);
    return { ...common, output, kind: "plot", files: [values.plot] };
  }
  const subject = subjectOf(values, command);
  if (subject === null)
    throw new InputError(
      "nothing to record: name a --workload <module>, or a command after -- (leakproof record --help)",
    );
  const intervalMs = positive("--interval", values.interval ?? String(DEFAULT_INTERVAL_MS));
  if (intervalMs < LEAST_INTERVAL_MS)
    throw new InputError(`--interval takes ${LEAST_INTERVAL_MS} ms or more, not ${values.interval}`);
  return { ...common, kind: "record", subject, intervalMs, countsObjects: values["no-objects"] !== true };
}

type Values = ReturnType<typeof parse>["values"];

function subjectOf(values: Values, command: readonly string[] | null): RecordSubject | null {
  const iterations = values.iterations === undefined ? null : wholeNumber("--iterations", values.iterations);
  const budget = values["time-budget"];
  const budgetMs = budget === undefined ? null : positive("--time-budget", budget) * 1000;
  if (command !== null) {
    if (command.length === 0) throw new InputError("no command after --: write it there, as in -- node server.js");
    return {
      kind: "command",
      command,
      iterations,
      timeBudgetMs: budgetMs,
      mark: values.mark === undefined ? null : pattern("--mark", values.mark),
    };
  }
  if (values.mark !== undefined)
    throw new InputError("--mark is for a command after --: a workload's iterations are its marks");
  if (values.workload === undefined) return null;
  return {
    kind: "workload",
    workload: values.workload,
    iterations: iterations ?? DEFAULT_ITERATIONS,
    timeBudgetMs: budgetMs ?? DEFAULT_BUDGET_SECONDS * 1000,
  };
}

function parse(parameters: readonly string[]) {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  return parseOptions("record", parameters, {
    workload: text,
    iterations: text,
    "time-budget": text,
    mark: text,
    interval: text,
    "no-objects": flag,
    output: text,
    format: text,
    plot: text,
    compare: flag,
    help: { type: "boolean", short: "h" },
  });
}

/** Who writes `--output run.csv` means `run`. */
function withoutExtension(output: string): string {
  const name = output.replace(/\.(?:csv|svg|html|png)$/, "");
  if (/(?:^|[\\/])$/.test(name))
    throw new InputError(`--output takes a name for files, as in --output run, not ${JSON.stringify(output)}`);
  return name;
}
