/** What recordings show, as text and as data. */
import { sentenceOf, sentencesOf } from "../record/sentence.js";
import { harmlessText } from "./harmless-text.js";
import { PROVES, type Run } from "./plot.js";

const LONGEST_LINE = 500;
const LONGEST_NAME = 200;

export interface RecordedRun extends Run {
  /** `failed`: what was recorded did not run to its end. */
  readonly status: "complete" | "failed" | "interrupted";
}

/** @param files that were written */
export function formatRecording(
  runs: readonly RecordedRun[],
  files: readonly string[],
  format: "text" | "json",
): string {
  return format === "json" ? `${JSON.stringify(dataOf(runs, files), null, 2)}\n` : textOf(runs);
}

function textOf(runs: readonly RecordedRun[]): string {
  const lines = runs.flatMap(({ name, description }) => [
    ...(runs.length > 1 ? [`${harmlessText(name, LONGEST_NAME, "middle")}:`] : []),
    ...sentencesOf(description),
  ]);
  return `${[...lines, PROVES].map((line) => harmlessText(line, LONGEST_LINE)).join("\n")}\n`;
}

function dataOf(runs: readonly RecordedRun[], files: readonly string[]): unknown {
  return {
    schemaVersion: 1,
    runs: runs.map(({ name, status, description }) => ({
      name,
      status,
      durationMs: Math.round(description.durationMs),
      per: description.per,
      iterations: description.marks.at(-1)?.iteration ?? null,
      pid: description.pid,
      processes: description.processes,
      measures: description.rows.map((row) => ({
        name: row.measure.name,
        unit: row.measure.unit,
        first: row.samples[0]?.y ?? null,
        last: row.samples.at(-1)?.y ?? null,
        trend: trendData(row.trend),
        sentence: sentenceOf(row, description.per),
      })),
      remarks: description.remarks,
    })),
    files,
  };
}

function trendData(trend: Run["description"]["rows"][number]["trend"]): unknown {
  if (trend.kind === "too-few") return trend;
  const { kind, slope, low, high, p, steps, passedOver, warmUpRise, isSettled } = trend;
  return { kind, slope, low, high, p, steps, warmUp: { steps: passedOver, rise: warmUpRise }, isSettled };
}
