/** Which files of a package or repository are its own source, and their text. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { filesAt, textsAt } from "./git.js";

export interface SourceFile {
  /** Relative to the root of the package or repository, with `/`. */
  readonly file: string;
  readonly text: string;
}

/** What of a package or repository is linted: folders and files, `.` for all. */
export interface Selection {
  readonly roots: readonly string[];
  /** Generated or vendored files and folders below the roots. */
  readonly exclude?: readonly string[];
}

const SOURCE = /\.(?:[cm]?[jt]s|[jt]sx)$/;
const NOT_SOURCE = /\.d\.[cm]?ts$|[.-]min\.[cm]?js$/;
const TEST = /(?:^|\/)(?:tests?|__tests__|specs?|__mocks__|__fixtures__|fixtures)\/|[.-](?:test|spec)\.[cm]?[jt]sx?$/;
/** Of a module that is there in several formats, the first of these counts. */
const FORMATS = [".js", ".mjs", ".cjs"];

/** The files of an unpacked package, sorted. */
export function* packageFiles(folder: string, selection: Selection): Generator<SourceFile> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) => file.replaceAll("\\", "/"));
  for (const file of selected(files, selection)) yield { file, text: readFileSync(path.join(folder, file), "utf8") };
}

/** The files of a commit, sorted. */
export function* repositoryFiles(gitDirectory: string, commit: string, selection: Selection): Generator<SourceFile> {
  yield* textsAt(gitDirectory, commit, selected(filesAt(gitDirectory, commit), selection));
}

/** The source files below the roots: no tests, declarations, minified files, or second formats of the same module. */
export function selected(files: readonly string[], { roots, exclude = [] }: Selection): readonly string[] {
  const source = files.filter(
    (file) =>
      SOURCE.test(file) &&
      !NOT_SOURCE.test(file) &&
      !TEST.test(file) &&
      !file.includes("node_modules/") &&
      roots.some((root) => isBelow(file, root)) &&
      !exclude.some((root) => isBelow(file, root)),
  );
  const all = new Set(source);
  return source.filter((file) => !hasEarlierFormat(file, all)).sort();
}

/** Physical lines, as an editor counts them. */
export function lineCount(text: string): number {
  return text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}

function isBelow(file: string, root: string): boolean {
  return root === "." || file === root || file.startsWith(`${root}/`);
}

function hasEarlierFormat(file: string, all: ReadonlySet<string>): boolean {
  const extension = path.posix.extname(file);
  const stem = file.slice(0, -extension.length);
  return FORMATS.slice(0, Math.max(0, FORMATS.indexOf(extension))).some((earlier) => all.has(`${stem}${earlier}`));
}
