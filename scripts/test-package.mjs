/**
 * The package as its users get it: packs it, checks the tarball, and installs it into empty projects.
 *
 *   npm run test:package
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const root = path.dirname(import.meta.dirname);
const { version } = readJson(path.join(root, "package.json"));
const isWindows = process.platform === "win32";

const eslintVersions = ["9.39.5", "10.15.0"];

const configs = {
  "eslint.config.mjs":
    'import leakproof from "eslint-plugin-leakproof";\nexport default [leakproof.configs.recommended];\n',
  "eslint.config.cjs":
    'const leakproof = require("eslint-plugin-leakproof");\nmodule.exports = [leakproof.configs.recommended];\n',
};

const plantedRule = "leakproof/no-grow-only-registry";
const planted = `const history = [];

export function record(event) {
  history.push(event);
}
`;
const plantedToo = planted.replace(/\bhistory\b/g, "future").replace("record", "foresee");
const mended = "export const record = (event) => [event];\n";
const workload =
  'import { record } from "./history.mjs";\nexport const iteration = (i) => record({ id: i, text: `event ${i}` });\n';

class CheckFailed extends Error {}

const temporary = mkdtempSync(path.join(tmpdir(), "leakproof-package-"));
try {
  const tarball = check("npm pack", pack);
  check("publint", () => runTool("publint", ["run", "--strict", tarball]));
  check("attw --profile esm-only", () =>
    runTool("@arethetypeswrong/cli", ["--profile", "esm-only", "--no-color", tarball]),
  );
  for (const eslint of eslintVersions) checkInstalled(tarball, eslint);
} catch (error) {
  if (!(error instanceof CheckFailed)) throw error;
  process.exitCode = 1;
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

function checkInstalled(tarball, eslint) {
  const project = path.join(temporary, `eslint-${eslint}`);
  const named = (name) => `eslint ${eslint}: ${name}`;
  check(named("installs into an empty project"), () => install(project, tarball, eslint));
  check(named("no typescript came with it"), () => {
    const { packages } = readJson(path.join(project, "node_modules/.package-lock.json"));
    const found = Object.keys(packages).filter((name) => /(^|\/)node_modules\/typescript$/.test(name));
    if (found.length > 0) throw new Error(`installed: ${found.join(", ")}`);
  });
  for (const config of Object.keys(configs)) {
    check(named(`${config} reports the planted leak, once`), () => {
      const [{ messages }] = JSON.parse(
        npx(project, ["eslint", "--format", "json", "--config", config, "history.mjs"], 1),
      );
      const reported = messages.map(({ ruleId, message }) => ruleId ?? message);
      if (reported.join() !== plantedRule)
        throw new Error(`wanted ${plantedRule} alone, got ${reported.join(", ") || "nothing"}`);
    });
  }
  for (const config of Object.keys(configs)) {
    check(named(`${config}: a cache, two workers, suppressed findings`), () => checkLargeProject(project, config));
  }
  check(named("npx leakproof --version"), () => {
    const answer = npx(project, ["leakproof", "--version"], 0).trim();
    if (answer !== version) throw new Error(`wanted ${version}, got ${answer}`);
  });
  check(named("npx leakproof verify confirms the planted leak"), () => {
    const report = npx(
      project,
      ["leakproof", "verify", "history.mjs", "--workload", "workload.mjs", "--format", "json"],
      1,
    );
    const verdicts = JSON.parse(report).findings.map((finding) => `${finding.ruleId} ${finding.verdict}`);
    if (verdicts.join() !== `${plantedRule} confirmed`) throw new Error(`got ${verdicts.join(", ") || "no findings"}`);
  });
}

/** What big code bases use, in an order in which each step shows that the one before it did its work. */
function checkLargeProject(project, config) {
  const suppressions = ["--suppressions-location", `suppressions-of-${config}.json`];
  const workers = ["--concurrency", "2", "--cache", "--cache-location", `.cache-of-${config}`];
  const steps = [
    { options: workers, exit: 1, reports: 1 },
    { options: workers, exit: 1, reports: 1 },
    { options: ["--suppress-all", ...suppressions], exit: 0, reports: 0 },
    { options: suppressions, source: planted + plantedToo, exit: 1, reports: 2 },
    { options: suppressions, source: mended, exit: 2, reports: 0 },
    { options: ["--prune-suppressions", ...suppressions], exit: 0, reports: 0 },
  ];
  const eslint = path.join(project, "node_modules/eslint/bin/eslint.js");
  for (const { options, source = planted, exit, reports } of steps) {
    writeFileSync(path.join(project, "history.mjs"), source);
    const parameters = [eslint, "--format", "json", "--config", config, ...options, "history.mjs", "workload.mjs"];
    const results = JSON.parse(run(process.execPath, parameters, { cwd: project }, exit));
    const messages = results.flatMap((result) => result.messages);
    if (messages.length !== reports || messages.some(({ ruleId }) => ruleId !== plantedRule)) {
      throw new Error(`${options.join(" ")}: wanted ${reports} of ${plantedRule}, got ${JSON.stringify(messages)}`);
    }
  }
  writeFileSync(path.join(project, "history.mjs"), planted);
}

/** Does one check, tells how it went in a line, and stops at the first that fails. */
function check(name, action) {
  const startedAt = performance.now();
  try {
    const answer = action();
    console.log(`ok    ${name}  (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
    return answer;
  } catch (error) {
    console.log(`FAIL  ${name}: ${error.message}`);
    throw new CheckFailed(name, { cause: error });
  }
}

function pack() {
  run("npm", ["pack", "--pack-destination", temporary], { cwd: root });
  const [tarball] = readdirSync(temporary).filter((file) => file.endsWith(".tgz"));
  return path.join(temporary, tarball);
}

function install(project, tarball, eslint) {
  mkdirSync(project);
  writeFileSync(path.join(project, "package.json"), '{ "private": true }\n');
  for (const [file, text] of Object.entries({ ...configs, "history.mjs": planted, "workload.mjs": workload })) {
    writeFileSync(path.join(project, file), text);
  }
  const options = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"];
  run("npm", ["install", ...options, tarball, `eslint@${eslint}`], { cwd: project });
}

/** Runs a command of the project's own packages; never one from the network. */
function npx(project, parameters, exit) {
  return run("npx", ["--no-install", ...parameters], { cwd: project }, exit);
}

/** Runs the command of one of our devDependencies, by its file: no shell, on no system. */
function runTool(name, parameters) {
  const folder = path.join(root, "node_modules", name);
  const { bin } = readJson(path.join(folder, "package.json"));
  const file = typeof bin === "string" ? bin : Object.values(bin)[0];
  return run(process.execPath, [path.join(folder, file), ...parameters], { cwd: root });
}

/** @returns what it wrote to standard output */
function run(command, parameters, options, exit = 0) {
  // npm and npx are scripts on Windows.
  const shell = isWindows && command !== process.execPath;
  const { status, stdout, stderr, error } = spawnSync(command, parameters, {
    ...options,
    shell,
    encoding: "utf8",
    timeout: 300_000,
  });
  if (error !== undefined) throw error;
  if (status !== exit) throw new Error(`exit code ${status}, wanted ${exit}\n${stdout}${stderr}`.trim());
  return stdout;
}

function readJson(file) {
  return JSON.parse(readFileSync(file, "utf8"));
}
