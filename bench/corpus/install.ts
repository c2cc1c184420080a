/** Installs one version of a corpus case into a folder of its own, outside the repository. */
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export interface CorpusCase {
  readonly id: string;
  readonly package: string;
  readonly leaky: string;
  readonly fixed: string;
  readonly issue: string;
  readonly leakSites: readonly { readonly file: string; readonly line: number; readonly binding: string }[];
  /** Relative to `bench/corpus/`. */
  readonly driver: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly leakyDependencies: Readonly<Record<string, string>>;
  readonly fixedDependencies: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
}

export type Version = "leaky" | "fixed";

const folder = import.meta.dirname;

export const cases = JSON.parse(readFileSync(path.join(folder, "cases.json"), "utf8")) as CorpusCase[];

/** Where packages are installed: `$LEAK_CORPUS_DIR`, or a folder under the system's temporary one. */
export const corpusRoot = process.env["LEAK_CORPUS_DIR"] ?? path.join(tmpdir(), "leak-corpus");

/**
 * Installs a case's package and its driver as `driver.mjs`; a folder that is complete already is used again.
 *
 * @returns the folder
 * @throws when npm fails, with the end of what it said
 */
export function installCase(testCase: CorpusCase, version: Version, root = corpusRoot): string {
  const directory = path.join(root, testCase.id, version);
  const dependencies = {
    ...testCase.dependencies,
    ...testCase[`${version}Dependencies`],
    [testCase.package]: testCase[version],
  };
  const manifest = JSON.stringify({ name: "leak-case", private: true, type: "module", dependencies });
  const marker = path.join(directory, ".installed");
  if (!existsSync(marker) || readFileSync(marker, "utf8") !== manifest) {
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true });
    writeFileSync(path.join(directory, "package.json"), manifest);
    const parameters = [
      "install",
      "--no-audit",
      "--no-fund",
      "--ignore-scripts",
      "--legacy-peer-deps",
      "--prefer-offline",
      "--loglevel=error",
    ];
    const result = spawnSync("npm", parameters, {
      cwd: directory,
      encoding: "utf8",
      shell: process.platform === "win32",
    });
    if (result.status !== 0)
      throw new Error(`npm install failed for ${testCase.id} ${version}: ${(result.stderr ?? "").slice(-400)}`);
    writeFileSync(marker, manifest);
  }
  copyFileSync(path.join(folder, testCase.driver), path.join(directory, "driver.mjs"));
  return directory;
}

/** The file of a leak site as it lies in a case's folder, relative to it. */
export function siteFile(testCase: CorpusCase, file: string): string {
  return file.startsWith("node_modules/") ? file : `node_modules/${testCase.package}/${file}`;
}
