/** Lines of source around a place, read when the report is written. */
import { readFileSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { harmlessText } from "./harmless-text.js";

const LINES_AROUND = 3;
const LINE_LENGTH = 160;
const DEEPEST_INDENT = 40;
/** Larger files are bundles, of which a line says nothing. */
const LARGEST_FILE = 4_000_000;
/** A report of another machine may name any file: what is no source is not shown. */
const SOURCE = /\.(?:[cm]?[jt]sx?|vue|svelte)$/;

export interface CodeFrame {
  /** The number of the first of the lines. */
  readonly first: number;
  /** The number of the line that is meant. */
  readonly marked: number;
  readonly lines: readonly string[];
}

/** Reads each file once. */
export class SourceFrames {
  readonly #root: string;
  // eslint-disable-next-line leakproof/no-growing-field -- lives as long as one report is written
  readonly #files = new Map<string, readonly string[] | null>();

  /** @param root what paths are relative to; files outside of it are not read */
  constructor(root: string) {
    this.#root = root;
  }

  /** The lines around a place; null where the file is not there, is no source, or is shorter. */
  around(file: string, line: number, column: number | null): CodeFrame | null {
    const lines = this.#linesOf(file);
    if (lines === null || line > lines.length) return null;
    const first = Math.max(1, line - LINES_AROUND);
    const shown = lines.slice(first - 1, line + LINES_AROUND);
    return {
      first,
      marked: line,
      lines: shown.map((text, index) => codeLine(text, first + index === line ? (column ?? 1) : 1)),
    };
  }

  #linesOf(file: string): readonly string[] | null {
    let lines = this.#files.get(file);
    if (lines === undefined) {
      lines = this.#read(file);
      this.#files.set(file, lines);
    }
    return lines;
  }

  #read(file: string): readonly string[] | null {
    if (!SOURCE.test(file)) return null;
    try {
      const real = realpathSync(path.resolve(this.#root, file));
      const relative = path.relative(realpathSync(this.#root), real);
      if (relative.startsWith("..") || path.isAbsolute(relative) || !SOURCE.test(real)) return null;
      if (statSync(real).size > LARGEST_FILE) return null;
      return readFileSync(real, "utf8").split(/\r\n|[\n\r\u2028\u2029]/);
    } catch {
      return null;
    }
  }
}

/** The line with its indentation; of a minified one, what is around the column. */
function codeLine(text: string, column: number): string {
  const start = column > LINE_LENGTH ? column - LINE_LENGTH / 2 : 0;
  const shown = start === 0 ? text : `…${text.slice(start)}`;
  const indent = /^[ \t]*/.exec(shown)?.[0] ?? "";
  const rest = shown.slice(indent.length);
  if (rest.trim() === "") return "";
  return indent.replaceAll("\t", "  ").slice(0, DEEPEST_INDENT) + harmlessText(rest, LINE_LENGTH);
}
