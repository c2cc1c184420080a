/** The files of a recording: its CSV as it goes, and the plots at its end. */
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { InputError } from "../input-error.js";
import { csvHeader, csvLine, parseCsv } from "../record/csv.js";
import type { Sample } from "../record/sample.js";
import { plotToHtml } from "../report/plot-html.js";
import { plotToSvg } from "../report/plot-svg.js";
import type { Plot } from "../report/plot.js";
import { svgToPng } from "../report/svg-png.js";

/** What is measured of a program is its user's alone. */
const MODE = 0o600;

/** A CSV that holds each sample as soon as `add` is back, whatever then becomes of this process. */
export class CsvFile {
  readonly #file: string;
  readonly #descriptor: number;
  /** Why the last samples are not in it; null where all are. */
  failure: InputError | null = null;

  /** @throws {InputError} where it cannot be written */
  constructor(file: string) {
    this.#file = file;
    try {
      this.#descriptor = openSync(file, "w", MODE);
      this.#write(csvHeader);
    } catch (error) {
      throw cannotWrite(file, error);
    }
  }

  /** A full disk ends the file, and not what is recorded. */
  add(sample: Sample): void {
    if (this.failure !== null) return;
    try {
      this.#write(csvLine(sample));
    } catch (error) {
      this.failure = cannotWrite(this.#file, error);
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  // One call for a whole line: a kill between two calls leaves no half of one.
  #write(line: string): void {
    writeSync(this.#descriptor, line);
  }
}

/** @throws {InputError} where the file cannot be read, or is no recording */
export function readRecording(name: string): Sample[] {
  let text: string;
  try {
    text = readFileSync(name, "utf8");
  } catch (error) {
    throw new InputError(`cannot read ${name}: ${reasonOf(error)}: name the .csv of a recording`);
  }
  return parseCsv(text, name);
}

/**
 * Writes `<output>.svg`, `<output>.html`, and `<output>.png` where that can be made.
 *
 * @returns the files, and why there is no PNG, or null
 * @throws {InputError} where one cannot be written
 */
export async function writePlots(plot: Plot, output: string): Promise<{ files: string[]; withoutPng: string | null }> {
  const files = [`${output}.svg`, `${output}.html`];
  writePlot(files[0], plotToSvg(plot));
  writePlot(files[1], await plotToHtml(plot));
  try {
    writePlot(`${output}.png`, await svgToPng(() => plotToSvg(plot)));
    return { files: [...files, `${output}.png`], withoutPng: null };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { files, withoutPng: error.message };
  }
}

function writePlot(file: string, content: string | Uint8Array): void {
  try {
    writeFileSync(file, content, { mode: MODE });
  } catch (error) {
    throw cannotWrite(file, error);
  }
}

function cannotWrite(file: string, error: unknown): InputError {
  return new InputError(`cannot write ${file}: ${reasonOf(error)}: name another --output`);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  switch ("code" in error ? error.code : null) {
    case "ENOENT":
      return "no such file";
    case "EACCES":
    case "EPERM":
      return "not permitted";
    case "EISDIR":
      return "it is a folder";
    case "ENOSPC":
    case "EDQUOT":
      return "the disk is full";
    default:
      return error.message;
  }
}
