/** Installs one version of a corpus case into a folder of its own, outside the repository. */
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Leak, Version } from "./cases.js";

export { cases, siteFile, type Version } from "./cases.js";

/** Where packages are installed: `$LEAK_CORPUS_DIR`, or a folder under the system's temporary one. */
export const corpusRoot = process.env["LEAK_CORPUS_DIR"] ?? path.join(tmpdir(), "leak-corpus");

const NPM_PARAMETERS = [
  "install",
  "--no-audit",
  "--no-fund",
  "--ignore-scripts",
  "--legacy-peer-deps",
  "--prefer-offline",
  "--loglevel=error",
];

/**
 * Installs a case's package and its driver as `driver.mjs`; a folder that is complete already is used again.
 *
 * @returns the folder
 * @throws when npm fails, with the end of what it said
 */
export function installCase(leak: Leak, version: Version, root = corpusRoot): string {
  const directory = path.join(root, leak.fixed === undefined ? "live" : "", leak.id, version);
  const dependencies = {
    ...leak.dependencies,
    ...leak[`${version}Dependencies`],
    [leak.package]: leak[version],
  };
  const manifest = JSON.stringify({ name: "leak-case", private: true, type: "module", dependencies });
  const marker = path.join(directory, ".installed");
  if (!existsSync(marker) || readFileSync(marker, "utf8") !== manifest) {
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true });
    writeFileSync(path.join(directory, "package.json"), manifest);
    const result = spawnSync("npm", NPM_PARAMETERS, {
      cwd: directory,
      encoding: "utf8",
      shell: process.platform === "win32",
    });
    if (result.status !== 0)
      throw new Error(`npm install failed for ${leak.id} ${version}: ${(result.stderr ?? "").slice(-400)}`);
    writeFileSync(marker, manifest);
  }
  copyFileSync(path.join(import.meta.dirname, leak.driver), path.join(directory, "driver.mjs"));
  return directory;
}
