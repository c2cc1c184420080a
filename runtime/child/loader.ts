/** How the workload's process is to read TypeScript. */
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const FIRST_STRIPPING_NODE = [22, 18] as const;

/** TypeScript that this Node cannot run: the message names the file and the mend. */
export class MissingLoader extends Error {}

/**
 * Node options with which a workload can be imported: none for JavaScript and where Node strips types itself, else
 * the `tsx` of the user's project.
 *
 * @param sources files the workload is likely to import; they too may be TypeScript, or may have been compiled
 * @throws {MissingLoader} where the workload needs a loader and none is installed
 */
export function loaderOptions(
  workload: string,
  sources: readonly string[],
  nodeVersion = process.versions.node,
): string[] {
  const needsLoader = (file: string): boolean =>
    /\.[jt]sx$/.test(file) || (/\.[cm]?ts$/.test(file) && !stripsTypes(nodeVersion));
  if (![workload, ...sources].some(needsLoader)) return [];
  const tsx = resolveTsx(workload);
  if (tsx !== null) return ["--import", tsx];
  if (!needsLoader(workload)) return [];
  throw new MissingLoader(
    `${path.relative(process.cwd(), workload)} is TypeScript, which Node ${nodeVersion} cannot run by itself: ` +
      "install tsx (npm install --save-dev tsx) or use Node 22.18 or later",
  );
}

/** The URL of the `tsx` loader installed beside `file` or in the working directory; null where there is none. */
export function resolveTsx(file: string): string | null {
  for (const from of [file, `${process.cwd()}/package.json`]) {
    try {
      return pathToFileURL(createRequire(from).resolve("tsx")).href;
    } catch {
      continue;
    }
  }
  return null;
}

/** Whether an error is Node's for TypeScript that it cannot read, or not without a transformation. */
export function needsTypeScript({ message }: Error): boolean {
  return /Unknown file extension "\.[cm]?tsx?"|TypeScript .* is not supported in strip-only mode/.test(message);
}

function stripsTypes(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > FIRST_STRIPPING_NODE[0] || (major === FIRST_STRIPPING_NODE[0] && minor >= FIRST_STRIPPING_NODE[1]);
}
