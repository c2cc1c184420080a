/** A recording as CSV: a line for the names, and a whole line for each sample. */
import { InputError } from "../input-error.js";
import { measureNames, type MeasureName, type Sample } from "./sample.js";

const HEADER = ["time_ms", "iteration", "pid", ...measureNames].join(",");

export const csvHeader = `${HEADER}\n`;

/** One sample as a line; what was not measured is an empty field. */
export function csvLine({ timeMs, iteration, pid, values }: Sample): string {
  const fields = [Math.round(timeMs), iteration, pid, ...measureNames.map((name) => values[name])];
  return `${fields.map((field) => field ?? "").join(",")}\n`;
}

/**
 * The samples of a recording. A last line without its end is passed over: the recorder was killed while it wrote.
 *
 * @param name of the file, for the error
 * @throws {InputError} where the text is not such a recording, with the line
 */
export function parseCsv(text: string, name: string): Sample[] {
  const lines = text.replace(/^\ufeff/, "").split("\n");
  // After the last line's end stands nothing, or what was not written to its end.
  lines.pop();
  const [header, ...rows] = lines.map((line) => line.replace(/\r$/, ""));
  if (header !== HEADER) throw new InputError(`${name} is no recording: its first line is not ${HEADER}`);
  const samples = rows.filter((row) => row !== "").map((row, index) => sampleOf(row, index + 2, name));
  if (samples.length === 0) throw new InputError(`${name} holds no sample: record again`);
  return samples;
}

function sampleOf(row: string, line: number, name: string): Sample {
  const fields = row.split(",").map((field) => (field === "" ? null : /^\d+$/.test(field) ? Number(field) : NaN));
  const [timeMs, iteration, pid, ...values] = fields;
  const isWhole = values.length === measureNames.length && fields.every((field) => field === null || !isNaN(field));
  if (!isWhole || typeof timeMs !== "number")
    throw new InputError(
      `${name}, line ${line}: not a sample of a recording: remove the line, and --plot the file again`,
    );
  const named = measureNames.map((measure, index) => [measure, values[index]]);
  return { timeMs, iteration, pid, values: Object.fromEntries(named) as Record<MeasureName, number | null> };
}
