/**
 * The heap engine beside its peers: time and memory on the same snapshots, and whether they find the same.
 *
 *   npm run bench:heap                         all of it; makes 1.8 GB of snapshots on the first run
 *   npm run bench:heap -- --small              without the two large snapshots
 *   npm run bench:heap -- --sample <name> …    of these alone
 *   npm run bench:heap -- --only <engine> …    ours, memlab or devtools alone; the floor is always measured
 *   npm run bench:heap -- --passes <n>         of each small snapshot; the middle one counts. Large ones have one pass
 *   npm run bench:heap -- --json <file>        what was measured, as JSON
 *   npm run bench:heap -- --huge               files beyond 2 GiB with known answers, ours alone (2 GB of memory, 3 GB of disk)
 *
 * CPU seconds hardly depend on how busy the machine is, and their ratios hardly on the machine; wall times do.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { agreements, type Agreement } from "./agreement.js";
import { samples, type Sample } from "./generate.js";
import { checkHugeFiles } from "./huge.js";
import { intoPageCache, measure, type Measurement, type Subject } from "./measure.js";
import { installedPeers, type Peers } from "./peers.js";
import { agreementTable, measurementTable, ratioTable, rootTable, targetLines, type Result } from "./tables.js";

const ENGINES = ["ours", "memlab", "devtools"] as const;

const { values: options } = parseArgs({
  options: {
    small: { type: "boolean", default: false },
    sample: { type: "string", multiple: true, default: [] },
    only: { type: "string", multiple: true, default: [] },
    passes: { type: "string", default: "3" },
    json: { type: "string" },
    huge: { type: "boolean", default: false },
  },
});

if (options.huge) await checkHugeFiles();
else await compareEngines();

async function compareEngines(): Promise<void> {
  const engines = ENGINES.filter((engine) => options.only.length === 0 || options.only.includes(engine));
  if (engines.length === 0) throw new Error(`--only takes ${ENGINES.join(", ")}`);
  const chosen = samples({ isSmall: options.small, names: options.sample });
  if (chosen.length === 0) throw new Error("no such snapshot");
  const peers = engines.some((engine) => engine !== "ours") ? await installedPeers() : undefined;

  const results = chosen.map((sample) => resultOf(sample, engines, peers));
  const rows: Agreement[] = [];
  if (peers && engines.length === ENGINES.length) {
    for (const sample of chosen) if (!sample.isLarge) rows.push(...(await compareNodes(sample, peers)));
  }

  console.log(`Node ${process.version}\n`);
  console.log(ratioTable(results));
  console.log(`\n${measurementTable(results)}`);
  console.log(`\n${rootTable(results)}`);
  if (rows.length > 0) console.log(`\nSingle nodes\n\n${agreementTable(rows)}`);
  console.log(`\n${targetLines(results).join("\n")}`);
  if (options.json !== undefined) {
    writeFileSync(options.json, JSON.stringify({ node: process.version, results, agreements: rows }, null, 2));
  }
}

function resultOf(sample: Sample, engines: readonly Subject[], peers: Peers | undefined): Result {
  intoPageCache(sample.file);
  const passes = sample.isLarge ? 1 : Number(options.passes);
  const measurements = (["scan", ...engines] as const).map((subject) => {
    const runs = Array.from({ length: passes }, () => measure(subject, sample.file, peers));
    const middle = runs.toSorted((left, right) => cpuSeconds(left) - cpuSeconds(right))[passes >> 1];
    const used = middle.steps.at(-1);
    console.error(
      `${sample.name}, ${subject}: ${used?.cpuSeconds.toFixed(2)} s of CPU, load ${middle.load.toFixed(1)}`,
    );
    return middle;
  });
  return { sample: sample.name, bytes: sample.bytes, measurements };
}

function cpuSeconds({ steps }: Measurement): number {
  return steps.at(-1)?.cpuSeconds ?? 0;
}

async function compareNodes(sample: Sample, peers: Peers): Promise<Agreement[]> {
  const folder = mkdtempSync(path.join(tmpdir(), "leakproof-heap-nodes-"));
  try {
    const nodesFiles = { memlab: path.join(folder, "memlab"), devtools: path.join(folder, "devtools") };
    for (const peer of ["memlab", "devtools"] as const) measure(peer, sample.file, peers, nodesFiles[peer]);
    return await agreements(sample, nodesFiles);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
