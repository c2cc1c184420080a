/** Files of commits, read from git directories without a work tree. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import type { SourceFile } from "./source-files.js";

const MAX_OUTPUT_BYTES = 1 << 30;
/** Files read by one `git` process. */
const BATCH = 200;

/**
 * The git directory of a repository below one of the folders, under any of the usual names: `owner+name`,
 * `owner/name`, `name`, each with or without `.git`, bare or with a work tree; null where there is none.
 */
export function findRepository(folders: readonly string[], repository: string): string | null {
  const name = repository.slice(repository.indexOf("/") + 1);
  for (const folder of folders) {
    for (const base of [repository.replace("/", "+"), repository, name]) {
      for (const inside of ["", ".git", "/.git", "/repo", "/repo/.git"]) {
        const directory = path.join(folder, `${base}${inside}`);
        if (existsSync(path.join(directory, "HEAD")) && existsSync(path.join(directory, "objects"))) return directory;
      }
    }
  }
  return null;
}

export function hasCommit(gitDirectory: string, commit: string): boolean {
  return spawnSync("git", ["--git-dir", gitDirectory, "cat-file", "-e", `${commit}^{commit}`]).status === 0;
}

/** The text of a file in a commit; null where the commit has no such file. */
export function textAt(gitDirectory: string, commit: string, file: string): string | null {
  const { status, stdout } = git(gitDirectory, ["show", `${commit}:${file}`]);
  return status === 0 ? stdout.toString("utf8") : null;
}

/** The paths of a commit's files. */
export function filesAt(gitDirectory: string, commit: string): readonly string[] {
  const { status, stdout, stderr } = git(gitDirectory, ["ls-tree", "-r", "-z", "--name-only", commit]);
  if (status !== 0) throw new Error(`git ls-tree ${commit}: ${stderr.toString("utf8").trim()}`);
  return stdout.toString("utf8").split("\0").slice(0, -1);
}

/** The texts of many files of a commit, in their order; links and missing files are left out. */
export function* textsAt(gitDirectory: string, commit: string, files: readonly string[]): Generator<SourceFile> {
  for (let start = 0; start < files.length; start += BATCH) {
    const batch = files.slice(start, start + BATCH);
    const { stdout } = git(gitDirectory, ["cat-file", "--batch"], batch.map((file) => `${commit}:${file}\n`).join(""));
    let offset = 0;
    for (const file of batch) {
      // `<object> blob <size>`, a line break, the bytes, a line break; or `<name> missing`.
      const headEnd = stdout.indexOf(10, offset);
      const head = stdout.toString("utf8", offset, headEnd);
      const size = Number(/ blob (\d+)$/.exec(head)?.[1] ?? NaN);
      offset = headEnd + 1;
      if (Number.isNaN(size)) continue;
      yield { file, text: stdout.toString("utf8", offset, offset + size) };
      offset += size + 1;
    }
  }
}

interface GitOutput {
  readonly status: number | null;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

function git(gitDirectory: string, parameters: readonly string[], input = ""): GitOutput {
  return spawnSync("git", ["--git-dir", gitDirectory, ...parameters], { input, maxBuffer: MAX_OUTPUT_BYTES });
}
