/** Which verdict file a source file is under, as it is on disk now. */
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { parseVerdicts, VERDICT_FILE, VERDICT_FOLDER, type VerdictEntry } from "./format.js";

export interface VerdictFile {
  /** Absolute. */
  readonly path: string;
  /** The folder that the paths of its entries begin at. */
  readonly root: string;
  /** Entries by their file; null where the text is no verdict file. */
  readonly entries: ReadonlyMap<string, readonly VerdictEntry[]> | null;
  readonly hash: string;
}

/**
 * How long an answer stands, in milliseconds. A run over many files asks the disk some ten times a second, however many
 * files it lints; nobody writes a verdict file between two lints that follow each other so closely.
 */
export const FRESH_MS = 100;

// eslint-disable-next-line leakproof/no-unbounded-cache -- emptied before it is asked, once it is no longer fresh
const nearestByFolder = new Map<string, VerdictFile | null>();
let freshUntil = 0;

/** The verdict file of a folder (absolute), or of the nearest folder above it that has one; null where none has. */
export function nearestVerdictFile(folder: string): VerdictFile | null {
  const now = performance.now();
  if (now > freshUntil) {
    nearestByFolder.clear();
    freshUntil = now + FRESH_MS;
  }
  return nearestFrom(folder);
}

function nearestFrom(folder: string): VerdictFile | null {
  const known = nearestByFolder.get(folder);
  if (known !== undefined) return known;
  const above = path.dirname(folder);
  const nearest =
    verdictFileAt(path.join(folder, VERDICT_FOLDER, VERDICT_FILE)) ?? (above === folder ? null : nearestFrom(above));
  nearestByFolder.set(folder, nearest);
  return nearest;
}

interface Reading {
  readonly stamp: string;
  readonly file: VerdictFile;
}

// eslint-disable-next-line leakproof/no-unbounded-cache -- one for each verdict file there is
const readings = new Map<string, Reading>();

/** The verdict file at a path (absolute), read again only when it has changed; null where there is none. */
export function verdictFileAt(file: string): VerdictFile | null {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats?.isFile() !== true) {
    readings.delete(file);
    return null;
  }
  // It is replaced by renaming, so that its inode tells of a change within one tick of the clock.
  const stamp = `${stats.mtimeMs} ${stats.size} ${stats.ino}`;
  const known = readings.get(file);
  if (known?.stamp === stamp) return known.file;
  const read = readVerdictFile(file);
  readings.set(file, { stamp, file: read });
  return read;
}

function readVerdictFile(file: string): VerdictFile {
  const text = textOf(file);
  const parsed = parseVerdicts(text);
  return {
    path: file,
    root: path.dirname(path.dirname(file)),
    entries: parsed && groupedByFile(parsed),
    hash: createHash("sha256").update(text).digest("hex").slice(0, 16),
  };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // Unreadable, or gone since: no verdict file either way.
    return "";
  }
}

function groupedByFile(entries: readonly VerdictEntry[]): ReadonlyMap<string, readonly VerdictEntry[]> {
  const groups = new Map<string, VerdictEntry[]>();
  for (const entry of entries) {
    const group = groups.get(entry.file) ?? [];
    groups.set(entry.file, group);
    group.push(entry);
  }
  return groups;
}
