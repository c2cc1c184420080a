/** Published packages as their tarballs have them, each unpacked into a folder of its own outside the repository. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** Where packages are unpacked: `$LEAKPROOF_PACKAGES_DIR`, or a folder under the system's temporary one. */
export const packagesRoot = process.env["LEAKPROOF_PACKAGES_DIR"] ?? path.join(tmpdir(), "leakproof-packages");

/**
 * Brings one version of a package, without its dependencies; what is here already is used again.
 *
 * @returns its folder
 * @throws when npm or tar fails, with the end of what it said
 */
export function unpackPackage(name: string, version: string): string {
  const directory = path.join(packagesRoot, `${name.replace("/", "+")}@${version}`);
  const folder = path.join(directory, "package");
  const marker = path.join(directory, ".unpacked");
  if (existsSync(marker)) return folder;
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  run("npm", ["pack", `${name}@${version}`, "--ignore-scripts", "--prefer-offline", "--loglevel=error"], directory);
  const tarball = readdirSync(directory).find((file) => file.endsWith(".tgz"));
  if (tarball === undefined) throw new Error(`npm pack ${name}@${version} left no tarball`);
  // Most tarballs have one folder `package`, some call it otherwise. (Times are not kept: old ones have none that tar takes.)
  run("tar", ["-xmzf", tarball, "--strip-components=1", "-C", "package"], directory);
  rmSync(path.join(directory, tarball));
  writeFileSync(marker, "");
  return folder;
}

function run(command: string, parameters: readonly string[], cwd: string): void {
  const { status, error, stderr } = spawnSync(command, parameters, {
    cwd,
    encoding: "utf8",
    maxBuffer: 1 << 26,
    shell: process.platform === "win32",
  });
  if (status === 0) return;
  const reason = error?.message ?? stderr.slice(-400);
  throw new Error(`${command} ${parameters.slice(0, 2).join(" ")} failed: ${reason}`);
}
