/** Recordings → what a plot of them shows: a panel for each measure, with one axis of time or iterations below all. */
import type { Description, Row } from "../record/description.js";
import { amountText, sentencesOf, shortTrend } from "../record/sentence.js";
import type { Measure } from "../record/sample.js";
import type { Point } from "../record/theil-sen.js";
import { thinnedLine } from "./plot-thinning.js";

/** One recording, by the name that its lines have. */
export interface Run {
  readonly name: string;
  readonly description: Description;
}

/** What a line is: of the only run, or of the first or second of two. */
export type Role = "only" | "before" | "after";

export interface TrendBand {
  readonly line: readonly Point[];
  readonly low: readonly Point[];
  readonly high: readonly Point[];
}

export interface PlotSeries {
  readonly role: Role;
  /** What the clock asked for. */
  readonly samples: readonly Point[];
  /** At the ends of iterations. */
  readonly marks: readonly Point[];
  readonly trend: TrendBand | null;
}

export interface PlotPanel {
  readonly measure: Measure;
  readonly heading: readonly { readonly role: Role; readonly text: string }[];
  readonly series: readonly PlotSeries[];
}

/** What the pointer finds at a place of the axis. */
export interface Reading {
  readonly x: number;
  readonly title: string;
  readonly lines: readonly string[];
}

export interface Plot {
  readonly title: string;
  readonly axis: "seconds" | "iterations";
  readonly first: number;
  readonly last: number;
  /** Where iterations end, on the axis. */
  readonly marks: readonly number[];
  readonly panels: readonly PlotPanel[];
  readonly legend: readonly { readonly role: Role; readonly text: string }[];
  readonly sentences: readonly { readonly role: Role; readonly text: string }[];
  readonly readings: readonly Reading[];
}

const LINE_PARTS = 400;
const MOST_READINGS = 2000;
export const PROVES =
  "This describes what was measured. Whether it is a leak, and who holds it, leakproof verify proves.";

/**
 * @param title plain text
 * @param runs one, or two to be laid over each other
 */
export function plotOf(title: string, runs: readonly [Run] | readonly [Run, Run]): Plot {
  const isComparison = runs.length === 2;
  // Runs of different speed are compared by what they have done.
  const axis =
    isComparison && runs.every(({ description }) => description.per === "iteration") ? "iterations" : "seconds";
  const parts = runs.map((run, index) => partOf(run, isComparison ? (index === 0 ? "before" : "after") : "only", axis));
  const panels = runs[0].description.rows
    .concat(runs[1]?.description.rows ?? [])
    .map(({ measure }) => measure)
    .filter((measure, index, all) => all.indexOf(measure) === index)
    .map((measure) => panelOf(measure, parts))
    .filter(({ series }) => series.some(({ marks, samples }) => marks.length + samples.length > 0));
  const ends = panels
    .flatMap(({ series }) => series.flatMap(({ samples, marks }) => [...samples, ...marks]))
    .map(({ x }) => x);
  return {
    title,
    axis,
    first: axis === "seconds" ? 0 : ends.reduce((low, x) => Math.min(low, x), Infinity),
    last: ends.reduce((high, x) => Math.max(high, x), 0),
    marks: isComparison ? [] : parts[0].marks,
    panels,
    legend: isComparison ? parts.map(({ role, name }) => ({ role, text: `${role}: ${name}` })) : [],
    sentences: [
      ...parts.flatMap(({ role, description }) =>
        sentencesOf(description).map((text) => ({ role, text: `${prefixOf(role)}${text}` })),
      ),
      { role: "only", text: PROVES },
    ],
    readings: readingsOf(parts),
  };
}

interface Part {
  readonly role: Role;
  readonly name: string;
  readonly description: Description;
  readonly axis: Plot["axis"];
  readonly marks: readonly number[];
}

function partOf({ name, description }: Run, role: Role, axis: Plot["axis"]): Part {
  const marks = description.marks.map(({ iteration, timeMs }) => (axis === "seconds" ? timeMs / 1000 : iteration));
  return { role, name, description, axis, marks };
}

function panelOf(measure: Measure, parts: readonly Part[]): PlotPanel {
  const found = parts.flatMap((part) => {
    const row = part.description.rows.find((row) => row.measure === measure);
    return row === undefined ? [] : [{ part, row }];
  });
  return {
    measure,
    heading: found.map(({ part, row }) => ({
      role: part.role,
      text: `${prefixOf(part.role)}${shortTrend(row, part.description.per)}`,
    })),
    series: found.map(({ part, row }) => seriesOf(part, row)),
  };
}

function seriesOf({ role, axis, description }: Part, row: Row): PlotSeries {
  const iterationAt = new Map(description.marks.map(({ iteration, timeMs }) => [timeMs, iteration]));
  const inSeconds = (points: readonly Point[]): Point[] => points.map(({ x, y }) => ({ x: x / 1000, y }));
  const marks =
    axis === "seconds" ? inSeconds(row.marks) : row.marks.map(({ x, y }) => ({ x: iterationAt.get(x) ?? 0, y }));
  return {
    role,
    // Counts are taken at marks; what the clock saw of handles is the iteration at work.
    samples:
      axis === "seconds" && (marks.length === 0 || row.measure.unit === "bytes")
        ? thinnedLine(inSeconds(row.samples), LINE_PARTS)
        : [],
    marks: thinnedLine(marks, LINE_PARTS),
    trend: bandOf(row, description, axis),
  };
}

function bandOf({ trend }: Row, description: Description, axis: Plot["axis"]): TrendBand | null {
  if (trend.kind === "too-few") return null;
  const timeAt = new Map(description.marks.map(({ iteration, timeMs }) => [iteration, timeMs / 1000]));
  const isOverTime = axis === "seconds" && description.per === "iteration";
  const along = (slope: number): readonly Point[] =>
    thinnedLine(
      trend.points.map(({ x }) => ({
        x: isOverTime ? (timeAt.get(x) ?? 0) : x,
        y: trend.centre.y + slope * (x - trend.centre.x),
      })),
      LINE_PARTS,
    );
  return { line: along(trend.slope), low: along(trend.low), high: along(trend.high) };
}

function prefixOf(role: Role): string {
  return role === "only" ? "" : `${role}: `;
}

function readingsOf(parts: readonly Part[]): Reading[] {
  const readings = new Map<number, { title: string; lines: string[] }>();
  for (const { role, description, axis } of parts) {
    const iterationAt = new Map(description.marks.map(({ iteration, timeMs }) => [timeMs, iteration]));
    for (const { measure, samples } of description.rows) {
      for (const { x, y } of samples) {
        const iteration = iterationAt.get(x);
        if (axis === "iterations" && iteration === undefined) continue;
        const at = axis === "seconds" ? x / 1000 : (iteration ?? 0);
        const reading = readings.get(at) ?? { title: titleOf(x, iteration, axis), lines: [] };
        reading.lines.push(`${prefixOf(role)}${measure.title} ${amountText(y, measure.unit)}`);
        readings.set(at, reading);
      }
    }
  }
  const sorted = [...readings].map(([x, reading]) => ({ x, ...reading })).sort((one, other) => one.x - other.x);
  const stride = Math.ceil(sorted.length / MOST_READINGS);
  return sorted
    .filter(({ title }, index) => index % stride === 0 || title.includes("iteration"))
    .slice(0, 2 * MOST_READINGS);
}

function titleOf(timeMs: number, iteration: number | undefined, axis: Plot["axis"]): string {
  const mark = iteration === undefined ? "" : `after iteration ${iteration}`;
  if (axis === "iterations") return mark;
  return [`${(timeMs / 1000).toFixed(2)} s`, mark].filter((text) => text !== "").join(" · ");
}
