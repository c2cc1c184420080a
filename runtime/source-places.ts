/** Places in the user's source files ↔ places in the scripts that ran. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import {
  generatedPositionFor,
  LEAST_UPPER_BOUND,
  originalPositionFor,
  TraceMap,
  traceSegment,
} from "@jridgewell/trace-mapping";
import type { LoadedScript } from "./child/protocol.js";

/** A place in a source file: `line` from 1, `column` from 0. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** One loaded script as a view of one source file. A module that was evaluated twice has two. */
export interface ScriptView {
  readonly scriptId: number;
  readonly url: string;
  /** Whether Node itself has loaded it as a module, so that to import it runs nothing. */
  readonly isNodes: boolean;
  /** The place in the source file that a place in the script (`line` and `column` from 0) comes from; null if none. */
  toSource(line: number, column: number): Place | null;
  /** The script's offset of a place in the source file; null if the source map does not cover it. */
  toOffset(place: Place & { readonly offset: number }): number | null;
}

/** The scripts of a process, by the source files they come from. */
export class SourcePlaces {
  readonly #byFile = new Map<string, LoadedScript[]>();
  readonly #views = new Map<string, ScriptView[]>();
  readonly #scripts = new Map<number, LoadedScript>();
  // eslint-disable-next-line leakproof/no-growing-field -- one for each script of one verification
  readonly #maps = new Map<LoadedScript, ScriptMap | null>();

  /** Adds scripts that were loaded since; those known already are left as they are. */
  add(scripts: readonly LoadedScript[]): void {
    for (const script of scripts) {
      const scriptId = Number(script.scriptId);
      if (this.#scripts.has(scriptId)) continue;
      this.#scripts.set(scriptId, script);
      const file = fileURLToPath(script.url);
      this.#byFile.set(file, [...(this.#byFile.get(file) ?? []), script]);
      this.#views.clear();
    }
  }

  /** Files on disk that were loaded, absolute. */
  get files(): string[] {
    return [...this.#byFile.keys()];
  }

  /**
   * The first script of each module that a loader wrapped, so that its variables are in a block.
   *
   * @param leftOut files (absolute) whose modules are evaluated again and again
   */
  wrappedScripts(leftOut: ReadonlySet<string>): number[] {
    const first = [...this.#byFile].flatMap(([file, scripts]) => (leftOut.has(file) ? [] : scripts.slice(0, 1)));
    return first.filter(({ wrapperLength }) => wrapperLength > 0).map(({ scriptId }) => Number(scriptId));
  }

  /** Views of a source file: its own scripts, or those whose source map names it. */
  viewsOf(file: string): readonly ScriptView[] {
    const known = this.#views.get(file);
    if (known !== undefined) return known;
    const own = this.#byFile.get(file) ?? this.#compiledFrom(file);
    const views = own.map((script) => this.#view(script, file));
    this.#views.set(file, views);
    return views;
  }

  #compiledFrom(file: string): LoadedScript[] {
    return [...this.#scripts.values()].filter(
      (script) => !script.url.includes("/node_modules/") && this.#mapOf(script)?.sources.has(file) === true,
    );
  }

  /** The source file and line (from 1) of a place in a script (from 0); null for scripts that are no files. */
  sourceOf(scriptId: number, line: number, column: number): { file: string; line: number } | null {
    const script = this.#scripts.get(scriptId);
    // What comes before the first column is the loader's own.
    if (script === undefined || script.isRewritten || column < 0) return null;
    const map = this.#mapOf(script);
    if (map !== null) {
      const original = originalPositionFor(map.trace, { line: line + 1, column });
      if (original.line !== null && original.source?.startsWith("file:") === true) {
        return { file: fileURLToPath(original.source), line: original.line };
      }
    }
    return { file: fileURLToPath(script.url), line: line + 1 };
  }

  #view(script: LoadedScript, file: string): ScriptView {
    const map = this.#mapOf(script);
    const of = { scriptId: Number(script.scriptId), url: script.url, isNodes: script.wrapperLength === 0 };
    if (map === null && script.isRewritten) return { ...of, toSource: () => null, toOffset: () => null };
    const source = map?.sources.get(file);
    // A map that a bundler left beside the file is about its sources, though it may name the file among them.
    const isAsWritten = script.sourceMap === null && !script.isRewritten && fileURLToPath(script.url) === file;
    if (map === null || source === undefined || isAsWritten) {
      return {
        ...of,
        toSource: (line, column) => (column < 0 ? null : { line: line + 1, column }),
        toOffset: (place) => script.wrapperLength + place.offset,
      };
    }
    return {
      ...of,
      toSource: (line, column) => {
        if (column < 0) return null;
        const original = originalPositionFor(map.trace, { line: line + 1, column });
        if (original.source === null || original.source !== source) return null;
        return atParameters(map.trace, line, column) ?? { line: original.line, column: original.column };
      },
      toOffset: (place) => {
        const position = { source, line: place.line, column: place.column };
        let generated = generatedPositionFor(map.trace, position);
        if (generated.line === null)
          generated = generatedPositionFor(map.trace, { ...position, bias: LEAST_UPPER_BOUND });
        const lineStart = generated.line === null ? undefined : map.lineStarts[generated.line - 1];
        if (lineStart === undefined || generated.column === null) return null;
        return script.wrapperLength + lineStart + generated.column;
      },
    };
  }

  #mapOf(script: LoadedScript): ScriptMap | null {
    let map = this.#maps.get(script);
    if (map === undefined) {
      map = readMap(script);
      this.#maps.set(script, map);
    }
    return map;
  }
}

/**
 * V8 places a function at the parenthesis before its parameters, where sparse maps have no segment: the nearest before
 * is that of another argument. Null where the place itself has one, or what follows it has none.
 */
function atParameters(trace: TraceMap, line: number, column: number): Place | null {
  const [at] = traceSegment(trace, line, column) ?? [];
  const next = traceSegment(trace, line, column + 1);
  if (at === column || next?.[0] !== column + 1 || next.length === 1 || next[3] === 0) return null;
  return { line: next[2] + 1, column: next[3] - 1 };
}

interface ScriptMap {
  readonly trace: TraceMap;
  /** Absolute file → name in the map. */
  readonly sources: ReadonlyMap<string, string>;
  readonly lineStarts: readonly number[];
}

function readMap(script: LoadedScript): ScriptMap | null {
  if (script.sourceMap !== null) {
    return parseMap(script.sourceMap.json, script.url, lineStartsOf(script.sourceMap.lineLengths));
  }
  const file = fileURLToPath(script.url);
  if (script.isRewritten || !existsSync(file)) return null;
  const text = readFileSync(file, "utf8");
  const comment = /\/\/# sourceMappingURL=(?!data:)(\S+)\s*$/.exec(text.slice(-1000))?.[1];
  const mapFile = comment === undefined ? undefined : path.resolve(path.dirname(file), decodeURIComponent(comment));
  if (mapFile === undefined || !existsSync(mapFile)) return null;
  const lengths = text.split("\n").map((line) => line.length);
  return parseMap(readFileSync(mapFile, "utf8"), pathToFileURL(mapFile).href, lineStartsOf(lengths));
}

function parseMap(json: string, url: string, lineStarts: readonly number[]): ScriptMap | null {
  try {
    const trace = new TraceMap(json, url);
    const sources = new Map<string, string>();
    for (const source of trace.resolvedSources) {
      if (source?.startsWith("file:")) sources.set(fileURLToPath(source), source);
    }
    return { trace, sources, lineStarts };
  } catch {
    return null; // a map that cannot be read: the script is taken as it is
  }
}

function lineStartsOf(lengths: readonly number[]): number[] {
  let start = 0;
  return lengths.map((length) => {
    const lineStart = start;
    start += length + 1;
    return lineStart;
  });
}
