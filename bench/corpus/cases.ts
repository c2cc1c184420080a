/** The corpus: leaks of published packages, and where in a package each of them is. */
import { readFileSync } from "node:fs";
import path from "node:path";

export interface LeakSite {
  /** Relative to the package; below `node_modules/` for a site in one of its dependencies. */
  readonly file: string;
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** What holds, as the source names it; `(discarded handle)` where it has no name. */
  readonly binding: string;
  readonly what: string;
}

type Dependencies = Readonly<Record<string, string>>;

export interface Leak {
  readonly id: string;
  readonly package: string;
  /** The version that leaks, and the one that does not: absent where no release has fixed the leak. */
  readonly leaky: string;
  readonly fixed?: string;
  readonly issue: string | null;
  readonly category: string;
  readonly leakSites: readonly LeakSite[];
  /** Relative to `bench/corpus/`. */
  readonly driver: string;
  readonly dependencies: Dependencies;
  readonly leakyDependencies: Dependencies;
  readonly fixedDependencies?: Dependencies;
  readonly env: Readonly<Record<string, string>>;
  /** What keeps the objects, in words. */
  readonly expectedChain: string;
}

export interface CorpusCase extends Leak {
  readonly fixed: string;
  readonly fixedDependencies: Dependencies;
}

export const VERSIONS = ["leaky", "fixed"] as const;
export type Version = (typeof VERSIONS)[number];

/** Leaks that a release has fixed. */
export const cases = readList("cases.json") as readonly CorpusCase[];

/** Leaks that no release had fixed when they were measured. */
export const liveCases = readList("live.json");

function readList(file: string): readonly Leak[] {
  return JSON.parse(readFileSync(path.join(import.meta.dirname, file), "utf8")) as Leak[];
}

/** The file of a leak site as it lies in a case's folder, relative to it. */
export function siteFile(leak: Pick<Leak, "package">, file: string): string {
  return file.startsWith("node_modules/") ? file : `node_modules/${leak.package}/${file}`;
}
