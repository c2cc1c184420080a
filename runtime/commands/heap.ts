/** `leakproof heap`: a target and a question → an answer as text, data or a picture. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { InputError } from "../input-error.js";
import { Heap } from "../query/index.js";
import { renderGraph } from "../report/graph.js";
import { openTarget, type Target } from "../targets/target.js";
import { exitCode } from "./exit-codes.js";
import { questions, type Answer, type HeapSource, type QuestionOptions } from "./heap-questions.js";
import { oneOf, parseOptions, pattern, wholeNumber } from "./option-values.js";
import { requireFolder } from "./output-folder.js";
import { runRepl } from "./repl.js";

export const heapHelp = `Usage: leakproof heap <target> <question> [options]

Answers questions about a heap: what is in it, who keeps it, what is new.

Targets: a .heapsnapshot file (gzip too), the id of a running Node process, or the URL
of an inspector: ws://127.0.0.1:9229/<id>, http://127.0.0.1:9229, Chromium's pages included.

Questions:
${[...questions].map(([name, { usage, says }]) => `  ${`${name} ${usage}`.trim().padEnd(34)} ${says}`).join("\n")}
  repl                               a prompt with these questions as functions

An object is named by its id, as in @1234, or by its class, which stands for the newest
object of that class.

  --limit <n>               rows of a table (default: 20)
  --sort <count|shallow|retained>  order of types (default: count)
  --max-depth <n>           references followed from the object (default: 3; retained: 3)
  --too-many <n>            references drawn of one object (default: 10)
  --filter <regexp>         draws only objects whose class, title or place matches
  --highlight <regexp>      marks objects that match
  --extra-info <id|size|retained>  adds a line to each object drawn
  --from <regexp>           chain: begins at an object that matches instead of a module
  --to <regexp>             ref-chain: ends at an object that matches
  --interval <seconds>      growth of a live target: between its two snapshots (default: 10)
  --format <text|json>
  --output <file>           .dot, .svg, .png or .html draws the graph; others get the answer
  --help

Exit codes: 0 answered, 2 usage or a target that cannot be read.

Examples:
  leakproof heap app.heapsnapshot types --sort retained
  leakproof heap app.heapsnapshot chain DB
  leakproof heap app.heapsnapshot backrefs @48213 --max-depth 15 --output db.html
  leakproof heap before.heapsnapshot growth after.heapsnapshot
  leakproof heap 4711 growth --interval 30
  leakproof heap http://127.0.0.1:9229 repl
`;

interface Arguments {
  readonly target: string;
  readonly question: string;
  readonly parameters: readonly string[];
  readonly options: QuestionOptions;
  readonly format: "text" | "json";
  readonly output: string | null;
}

/** @returns the exit code */
export async function runHeap(parameters: readonly string[]): Promise<number> {
  const given = readArguments(parameters);
  if (given === null) {
    process.stdout.write(heapHelp);
    return exitCode.ok;
  }
  const question = questions.get(given.question);
  if (question === undefined && given.question !== "repl") {
    throw new InputError(`unknown question: ${given.question} (known: ${[...questions.keys(), "repl"].join(", ")})`);
  }
  if (given.output !== null) {
    requireExtension(given.output);
    requireFolder(given.output, process.cwd());
  }
  const target = await openTarget(given.target);
  try {
    const source = sourceOf(target);
    if (question === undefined) return await runRepl({ ...source, heap: await source.take() });
    const answer = await question.answer(source, given.parameters, given.options);
    await write(answer, given);
    return exitCode.ok;
  } finally {
    await target.close();
  }
}

function sourceOf(target: Target): HeapSource {
  const workingDirectory = process.cwd();
  return {
    name: target.name,
    isLive: target.kind !== "file",
    take: async () => new Heap((await target.take()).graph, { workingDirectory }),
    ...(target.evaluate !== undefined && { evaluate: target.evaluate.bind(target) }),
  };
}

async function write(answer: Answer, { format, output, target, question }: Arguments): Promise<void> {
  if (output === null) {
    process.stdout.write(format === "json" ? jsonOf(answer, target, question) : answer.text);
    return;
  }
  const extension = path.extname(output);
  if (extension === ".txt" || extension === ".json") {
    writeFileSync(output, extension === ".json" ? jsonOf(answer, target, question) : answer.text, { mode: 0o600 });
    return;
  }
  if (answer.graph === undefined) {
    throw new InputError(`${question} gives no graph to draw: write it to a .txt or .json file, not to ${output}`);
  }
  const picture = await renderGraph(answer.graph, extension, { title: `${question} · ${target}` });
  writeFileSync(output, picture, { mode: 0o600 });
  process.stderr.write(`leakproof: graph written to ${output} (${answer.graph.nodes.length} nodes)\n`);
}

function jsonOf({ data }: Answer, target: string, question: string): string {
  return `${JSON.stringify({ schemaVersion: 1, target, question, answer: data }, null, 2)}\n`;
}

function readArguments(parameters: readonly string[]): Arguments | null {
  const { values, positionals } = parse(parameters);
  if (values.help === true) return null;
  const [target, question, ...rest] = positionals;
  if (target === undefined)
    throw new InputError("no target: name a .heapsnapshot file, a process id or an inspector URL");
  if (question === undefined) {
    throw new InputError(`no question about ${target} (known: ${[...questions.keys(), "repl"].join(", ")})`);
  }
  const { sort = "count", format = "text" } = values;
  return {
    target,
    question,
    parameters: rest,
    format: oneOf("--format", format, ["text", "json"]),
    output: values.output ?? null,
    options: {
      limit: given("--limit", values.limit, wholeNumber) ?? 20,
      sort: oneOf("--sort", sort, ["count", "shallow", "retained"]),
      maxDepth: given("--max-depth", values["max-depth"], wholeNumber),
      tooMany: given("--too-many", values["too-many"], wholeNumber),
      filter: given("--filter", values.filter, pattern),
      highlight: given("--highlight", values.highlight, pattern),
      extraInfo: given("--extra-info", values["extra-info"], (option, text) =>
        oneOf(option, text, ["id", "size", "retained"]),
      ),
      from: given("--from", values.from, pattern),
      to: given("--to", values.to, pattern),
      intervalMs: (given("--interval", values.interval, wholeNumber) ?? 10) * 1000,
    },
  };
}

function parse(parameters: readonly string[]) {
  const text = { type: "string" } as const;
  return parseOptions("heap", parameters, {
    limit: text,
    sort: text,
    "max-depth": text,
    "too-many": text,
    filter: text,
    highlight: text,
    "extra-info": text,
    from: text,
    to: text,
    interval: text,
    format: text,
    output: text,
    help: { type: "boolean", short: "h" },
  });
}

/** An option's value; null where it was not given. */
function given<Value>(
  option: string,
  text: string | undefined,
  read: (option: string, text: string) => Value,
): Value | null {
  return text === undefined ? null : read(option, text);
}

// Asked before the work, so that no answer is lost for want of a form.
function requireExtension(file: string): void {
  const extension = path.extname(file);
  if (![".dot", ".svg", ".png", ".html", ".txt", ".json"].includes(extension)) {
    throw new InputError(
      `--output ${file}: what it ends in says what is written: .dot, .svg, .png, .html, .txt, .json`,
    );
  }
}
