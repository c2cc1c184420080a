#!/usr/bin/env node
/** Arguments → command → exit code. */
import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import { exitCode } from "./commands/exit-codes.js";
import { leaveForeignCode } from "./commands/foreign-code.js";
import { runHeap } from "./commands/heap.js";
import { runMerge } from "./commands/merge.js";
import { runRecord } from "./commands/record.js";
import { runVerify } from "./commands/verify.js";
import { InputError } from "./input-error.js";

const help = `Usage: leakproof <command> [options]

  verify    a verdict for each lint finding: does this line leak, and who holds it?
  merge     the reports of shards as one
  record    memory and object counts over time, as a CSV and a plot: does the line climb?
  heap      questions about a heap, of a snapshot or of a running process: what is in it, who keeps it?

  leakproof verify --help    the options of a command, with examples
  leakproof --version
`;

const commands = new Map<string, (parameters: readonly string[]) => Promise<number>>([
  ["verify", runVerify],
  ["merge", runMerge],
  ["record", runRecord],
  ["heap", runHeap],
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
  const command = commands.get(name);
  if (command === undefined) return complain(`unknown command: ${name} (known: ${[...commands.keys()].join(", ")})`);
  try {
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
