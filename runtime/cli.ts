#!/usr/bin/env node
/** Arguments → command → exit code. */
import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import { exitCode } from "./commands/exit-codes.js";
import { leaveForeignCode } from "./commands/foreign-code.js";
import { InputError } from "./input-error.js";

const help = `Usage: leakproof <command> [options]

  verify    a verdict for each lint finding: does this line leak, and who holds it?
  merge     the reports of shards as one
  record    memory and object counts over time, as a CSV and a plot: does the line climb?
  heap      questions about a heap, of a snapshot or of a running process: what is in it, who keeps it?

  leakproof verify --help    the options of a command, with examples
  leakproof --version
`;

type Command = (parameters: readonly string[]) => Promise<number>;

/** Each with what loads it: `heap` has no need of ESLint. */
const commands = new Map<string, () => Promise<Command>>([
  ["verify", async () => (await import("./commands/verify.js")).runVerify],
  ["merge", async () => (await import("./commands/merge.js")).runMerge],
  ["record", async () => (await import("./commands/record.js")).runRecord],
  ["heap", async () => (await import("./commands/heap.js")).runHeap],
]);

process.exitCode = await main(process.argv.slice(2));
leaveForeignCode();

async function main([name, ...parameters]: readonly string[]): Promise<number> {
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    process.stdout.write(help);
    return name === undefined ? exitCode.usage : exitCode.ok;
  }
  if (name === "--version") {
    const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
      version: string;
    };
    process.stdout.write(`${manifest.version}\n`);
    return exitCode.ok;
  }
  const load = commands.get(name);
  if (load === undefined) return complain(`unknown command: ${name} (known: ${[...commands.keys()].join(", ")})`);
  try {
    const command = await load();
    return await command(parameters);
  } catch (error) {
    if (error instanceof InputError) return complain(error.message);
    // Not the exit code of a leak, which Node would end with.
    process.stderr.write(`leakproof: an error of its own, please report it: ${inspect(error)}\n`);
    return exitCode.failed;
  }
}

function complain(message: string): number {
  process.stderr.write(`leakproof: ${message}\n`);
  return exitCode.usage;
}
