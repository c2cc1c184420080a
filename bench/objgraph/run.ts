/**
 * The scene of objgraph's tutorial at its scale, asked from inside the process: how long do count, by-type, chain and
 * picture take, and how much of it is ours, how much V8's? Beside it Python's objgraph on the same scene.
 *
 *   npm run bench:objgraph                 Python's needs Debian's `python3-objgraph`, or `pip install objgraph`
 *   npm run bench:objgraph -- --json <file>
 *
 * The exit code is 1 where an answer is wrong.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";

const DATABASES = 20;
/** The module, the links and the array, and a `DB`. */
const CHAIN = ["module", ...new Array<string>(13).fill("Link"), "Array", "DB"];
/** What is added to V8's own time at most. */
const TARGET = 0.2;

interface Ours {
  readonly count: number;
  readonly chain: readonly string[];
  readonly objects: number;
  readonly nodes: number;
  readonly milliseconds: Readonly<Record<"v8" | "take" | "count" | "byType" | "chain" | "picture", number>>;
}

interface Pythons {
  readonly count: number;
  readonly chain: readonly string[];
  readonly seconds: Readonly<Record<"count" | "byType" | "chain" | "picture", number>>;
}

const { values } = parseArgs({ options: { json: { type: "string" } } });
const folder = mkdtempSync(path.join(tmpdir(), "leakproof-objgraph-"));
try {
  const ours = run(process.execPath, "measure.mjs", "chain.svg") as Ours | null;
  if (ours === null) throw new Error("measure.mjs failed");
  const pythons = ["/usr/bin/python3", "python3"]
    .map((python) => run(python, "scene.py", "chain.dot") as Pythons | null)
    .find((result) => result !== null);
  report(ours, pythons);
  if (values.json !== undefined)
    writeFileSync(values.json, JSON.stringify({ node: process.version, ours, pythons }, null, 2));
} finally {
  rmSync(folder, { recursive: true });
}

function run(command: string, script: string, picture: string): unknown {
  const file = path.join(folder, picture);
  const options = ["--max-old-space-size=4096"].filter(() => script.endsWith(".mjs"));
  const { status, stdout } = spawnSync(command, [...options, path.join(import.meta.dirname, script), file], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", script.endsWith(".py") ? "ignore" : "inherit"],
  });
  if (status !== 0) return null;
  const drawn = readFileSync(file, "utf8");
  if (!drawn.includes("DB")) fail(`${script}: its picture shows no DB`);
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
}

function report(ours: Ours, pythons: Pythons | undefined): void {
  const { milliseconds: ms } = ours;
  const chain = ours.chain.map((title) => title.split(" ")[0]);
  if (ours.count !== DATABASES) fail(`count: ${ours.count} of ${DATABASES}`);
  if (chain.join() !== CHAIN.join()) fail(`chain: ${ours.chain.join(" → ")}`);
  const share = (ms.take - ms.v8 + ms.count + ms.byType + ms.chain + ms.picture) / ms.v8;
  const lines = [
    `${ours.objects.toLocaleString("en-US")} records, ${ours.nodes.toLocaleString("en-US")} nodes, Node ${process.version}`,
    "",
    "                     ours    objgraph (Python)",
    `V8's snapshot    ${seconds(ms.v8)}            -`,
    `taking, parsing  ${seconds(ms.take - ms.v8)}            -`,
    ...(["count", "byType", "chain", "picture"] as const).map(
      (name) =>
        `${name.padEnd(17)}${seconds(ms[name])}    ${pythons === undefined ? "       -" : seconds(pythons.seconds[name] * 1000)}`,
    ),
    "",
    `ours over V8's: ${(share * 100).toFixed(0)} % (target: at most ${TARGET * 100} %)`,
    pythons === undefined
      ? "objgraph is not installed for python3: apt-get install python3-objgraph"
      : `objgraph's chain: ${pythons.chain.length} objects from a ${pythons.chain[0]}, count ${pythons.count}`,
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`.padStart(8);
}

function fail(text: string): void {
  process.stderr.write(`wrong: ${text}\n`);
  process.exitCode = 1;
}
