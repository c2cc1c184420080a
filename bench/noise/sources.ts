/** The pinned code bases of `sources.json`, and their files. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { findRepository, hasCommit } from "./git.js";
import { unpackPackage } from "./packages.js";
import { packageFiles, repositoryFiles, type Selection, type SourceFile } from "./source-files.js";

export interface PackageSource extends Selection {
  readonly package: string;
  readonly version: string;
}

export interface RepositorySource extends Selection {
  /** `owner/name`. */
  readonly repository: string;
  readonly commit: string;
}

export type Source = PackageSource | RepositorySource;

interface SourceList {
  readonly packages: readonly PackageSource[];
  readonly repositories: readonly RepositorySource[];
}

const list = JSON.parse(readFileSync(path.join(import.meta.dirname, "sources.json"), "utf8")) as SourceList;

export const sources: readonly Source[] = [...list.packages, ...list.repositories];

/** `mongodb@7.9.0`, `excalidraw/excalidraw@4872083c04`. */
export function labelOf(source: Source): string {
  return "package" in source
    ? `${source.package}@${source.version}`
    : `${source.repository}@${source.commit.slice(0, 10)}`;
}

/** Iterates over a source's files; null where no given folder has the repository with that commit. */
export function filesOf(source: Source, gitFolders: readonly string[]): Iterable<SourceFile> | null {
  if ("package" in source) return packageFiles(unpackPackage(source.package, source.version), source);
  const directory = findRepository(gitFolders, source.repository);
  if (directory === null || !hasCommit(directory, source.commit)) return null;
  return repositoryFiles(directory, source.commit, source);
}
