/** The plugins that are measured beside ours, installed as their lockfile says into a folder outside the repository. */
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { ESLint, Linter } from "eslint";
import type { RuleSet } from "./rule-sets.js";

interface Plugins {
  readonly react: ESLint.Plugin;
  readonly sonarjs: ESLint.Plugin;
  readonly unicorn: ESLint.Plugin;
}

const FILES = ["package.json", "package-lock.json", "index.js"];
const committed = path.join(import.meta.dirname, "peers");

/** Where they are installed: `$LEAKPROOF_PEERS_DIR`, or a folder under the system's temporary one. */
const folder = process.env["LEAKPROOF_PEERS_DIR"] ?? path.join(tmpdir(), "leakproof-lint-peers");

/** @throws when npm fails, with the end of what it said */
export async function peerSets(): Promise<readonly RuleSet[]> {
  install();
  const { react, sonarjs, unicorn } = (await import(pathToFileURL(path.join(folder, "index.js")).href)) as Plugins;
  const leakRules = Object.keys(react.rules ?? {}).filter((rule) => rule.startsWith("web-api-no-leaked-"));
  const { dependencies } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  return [
    {
      name: `@eslint-react web-api ${dependencies["@eslint-react/eslint-plugin"]}`,
      config: {
        plugins: { react },
        rules: Object.fromEntries(leakRules.map((rule) => [`react/${rule}`, "error" as const])),
      },
    },
    { name: `sonarjs recommended ${dependencies["eslint-plugin-sonarjs"]}`, config: recommended(sonarjs) },
    { name: `unicorn recommended ${dependencies["eslint-plugin-unicorn"]}`, config: recommended(unicorn) },
  ];
}

function recommended(plugin: ESLint.Plugin): Linter.Config {
  const { plugins = {}, rules = {} } = plugin.configs?.["recommended"] as Linter.Config;
  return { plugins, rules };
}

function install(): void {
  const lock = readFileSync(path.join(committed, "package-lock.json"), "utf8");
  const marker = path.join(folder, ".installed");
  if (existsSync(marker) && readFileSync(marker, "utf8") === lock) return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const file of FILES) copyFileSync(path.join(committed, file), path.join(folder, file));
  console.error("installing the plugins to compare with");
  const { status, stderr } = spawnSync(
    "npm",
    ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"],
    { cwd: folder, encoding: "utf8", shell: process.platform === "win32" },
  );
  if (status !== 0) throw new Error(`npm ci failed for the plugins to compare with: ${(stderr ?? "").slice(-400)}`);
  writeFileSync(marker, lock);
}
