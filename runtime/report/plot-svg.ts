/** A plot as an SVG picture of its own: no library, nothing from the network. */
import type { Point } from "../record/theil-sen.js";
import { FONTS } from "./graph-svg.js";
import { escapeMarkup, harmlessText } from "./harmless-text.js";
import { darkRules, fill, stroke } from "./plot-colours.js";
import { scaleAround, scaleWithin, type Scale } from "./plot-scale.js";
import type { Plot, PlotPanel, PlotSeries, TrendBand } from "./plot.js";

/** Pixels. */
const WIDTH = 960;
const LEFT = 84;
const RIGHT = 24;
const TITLE_HEIGHT = 40;
const LEGEND_HEIGHT = 20;
const HEADING_HEIGHT = 28;
const TALL = 112;
const LOW = 52;
const PANEL_GAP = 14;
const AXIS_HEIGHT = 46;
const SENTENCE_HEIGHT = 18;
/** Characters; the widest of the fonts needs 6.8 pixels for one. */
const SENTENCE_LENGTH = 126;
const TITLE_LENGTH = 90;
const LEGEND_LENGTH = 110;
/** More dots than that run into each other. */
const MOST_DOTS = 120;
const MOST_MARKS = 200;
const MEGABYTE = 1e6;
/** Times the height of what stays. */
const MOST_GARBAGE = 2;

/** The plot's measures that tell most are drawn taller. */
const TALL_MEASURES: ReadonlySet<string> = new Set(["objects", "heap_used", "rss"]);

/** A plot, drawn: the picture and where its axis is, for those who want to point at it. */
export interface DrawnPlot {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
  /** Pixels between which the panels lie. */
  readonly top: number;
  readonly bottom: number;
  readonly xOf: (x: number) => number;
}

/** The plot as one `<svg>` element with a size of its own, for light and dark screens. */
export function plotToSvg(plot: Plot): string {
  return drawPlot(plot, darkRules).svg;
}

/** @param style rules put into the picture; none where the page around it has them */
export function drawPlot(plot: Plot, style: string): DrawnPlot {
  const lines = plot.sentences.flatMap(({ role, text }) =>
    wrapped(harmlessText(text, 4 * SENTENCE_LENGTH), SENTENCE_LENGTH).map((line) => ({ role, text: line })),
  );
  const axis = scaleWithin(plot.first, plot.last > plot.first ? plot.last : plot.first + 1, 9);
  const xOf = (x: number): number => LEFT + ((x - axis.low) / (axis.high - axis.low)) * (WIDTH - LEFT - RIGHT);
  const top = TITLE_HEIGHT + plot.legend.length * LEGEND_HEIGHT;
  let y = top;
  const panels = plot.panels.map((panel) => {
    const height = TALL_MEASURES.has(panel.measure.name) ? TALL : LOW;
    const drawn = panelOf(panel, plot, xOf, y + HEADING_HEIGHT, height);
    y += HEADING_HEIGHT + height + PANEL_GAP;
    return drawn;
  });
  const bottom = y - PANEL_GAP;
  const axisLines = axisOf(axis, plot, xOf, bottom);
  const height = bottom + AXIS_HEIGHT + lines.length * SENTENCE_HEIGHT + 14;
  const title = escapeMarkup(harmlessText(plot.title, TITLE_LENGTH, "middle"));
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="${FONTS}" font-size="12" role="img" aria-label="${title}">
${style === "" ? "" : `<style>${style}</style>\n`}<rect width="${WIDTH}" height="${height}" ${fill("back")}/>
<text x="${LEFT}" y="24" font-size="16" font-weight="bold" ${fill("text")}>${title}</text>
${plot.legend.map(({ role, text }, index) => legendOf(role, text, TITLE_HEIGHT + index * LEGEND_HEIGHT)).join("\n")}
${panels.join("\n")}
${axisLines}
${lines
  .map(
    ({ role, text }, index) =>
      `<text x="${LEFT}" y="${bottom + AXIS_HEIGHT + 8 + index * SENTENCE_HEIGHT}" ${fill(role === "only" ? "text" : role)}>${escapeMarkup(text)}</text>`,
  )
  .join("\n")}
</svg>
`;
  return { svg, width: WIDTH, height, top: top + HEADING_HEIGHT, bottom, xOf };
}

function panelOf(
  { measure, heading, series }: PlotPanel,
  plot: Plot,
  xOf: (x: number) => number,
  top: number,
  height: number,
): string {
  const divisor = measure.unit === "bytes" ? MEGABYTE : 1;
  const shown = shownOf(series, measure.unit, divisor);
  const values = shown.flatMap(({ samples, marks }) => [...samples, ...marks]).map(({ y }) => y / divisor);
  const scale = scaleAround(values, leastSpan(values, measure.unit), height === TALL ? 4 : 2);
  const yOf = (value: number): number =>
    top + height - ((value / divisor - scale.low) / (scale.high - scale.low)) * height;
  const place = ({ x, y }: Point): string => `${round(xOf(x))},${round(yOf(y))}`;
  const heads = heading.map(
    ({ role, text }) => `<tspan dx="14" ${fill(role === "only" ? "quiet" : role)}>${escapeMarkup(text)}</tspan>`,
  );
  return `<g>
<text x="${LEFT}" y="${top - 9}" ${fill("text")}><tspan font-weight="bold">${measure.title}</tspan>${measure.unit === "bytes" ? `<tspan ${fill("quiet")}>, MB</tspan>` : ""}${heads.join("")}</text>
${ticksOf(scale, top, height)}
${marksOf(plot.marks, xOf, top, height)}
<clipPath id="panel-${measure.name}"><rect x="${LEFT - 4}" y="${top - 4}" width="${WIDTH - LEFT - RIGHT + 8}" height="${height + 8}"/></clipPath>
<g clip-path="url(#panel-${measure.name})">
${shown.map((one) => seriesOf(one, place)).join("\n")}
</g>
</g>`;
}

/**
 * What stays is to be seen. Garbage that piles up between marks is drawn where it does not press that flat; else it is in
 * the CSV and in the page's readings.
 */
function shownOf(
  series: PlotPanel["series"],
  unit: PlotPanel["measure"]["unit"],
  divisor: number,
): readonly PlotSeries[] {
  const marks = series.flatMap(({ marks }) => marks.map(({ y }) => y / divisor));
  const samples = series.flatMap(({ samples }) => samples.map(({ y }) => y / divisor));
  if (marks.length === 0) return series;
  const span = Math.max(extent(marks), leastSpan(marks, unit));
  if (extent([...marks, ...samples]) <= MOST_GARBAGE * span) return series;
  return series.map((one) => (one.marks.length === 0 ? one : { ...one, samples: [] }));
}

function extent(values: readonly number[]): number {
  const low = values.reduce((least, value) => Math.min(least, value), Infinity);
  return values.reduce((greatest, value) => Math.max(greatest, value), -Infinity) - low;
}

function seriesOf({ role, samples, marks, trend }: PlotSeries, place: (point: Point) => string): string {
  const parts: string[] = [];
  if (trend !== null) parts.push(bandOf(trend, role, place));
  const hasMarks = marks.length > 0;
  // What was measured between collections is garbage in part, and stands behind.
  if (samples.length > marks.length) {
    const look = hasMarks ? `${stroke("faint")} stroke-width="1"` : `${stroke(role)} stroke-width="1.4"`;
    parts.push(`<polyline points="${samples.map(place).join(" ")}" ${look}/>`);
  }
  if (hasMarks) {
    parts.push(
      `<polyline points="${marks.map(place).join(" ")}" ${stroke(role)} stroke-width="1.6" stroke-linejoin="round"/>`,
    );
    if (marks.length <= MOST_DOTS)
      parts.push(
        ...marks.map((point) => {
          const [x, y] = place(point).split(",");
          return `<circle cx="${x}" cy="${y}" r="${marks.length > 40 ? 1.6 : 2.6}" ${fill(role)}/>`;
        }),
      );
  }
  if (trend !== null)
    parts.push(
      `<polyline points="${trend.line.map(place).join(" ")}" ${stroke(role === "only" ? "trend" : role)} stroke-width="1.4" stroke-dasharray="6 4"/>`,
    );
  return parts.join("\n");
}

function bandOf({ low, high }: TrendBand, role: PlotSeries["role"], place: (point: Point) => string): string {
  const outline = [...high, ...low.toReversed()].map(place).join(" ");
  return `<polygon points="${outline}" fill-opacity="0.16" ${fill(role === "only" ? "trend" : role)}/>`;
}

function ticksOf({ ticks, decimals }: Scale, top: number, height: number): string {
  const [low, high] = [ticks[0], ticks.at(-1) ?? ticks[0]];
  return ticks
    .map((tick) => {
      const y = round(top + height - (high === low ? 0 : ((tick - low) / (high - low)) * height));
      const text = tick.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
      return `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y}" y2="${y}" ${stroke("grid")}/><text x="${LEFT - 8}" y="${y + 4}" text-anchor="end" font-size="11" ${fill("quiet")}>${text}</text>`;
    })
    .join("\n");
}

/** A tick where an iteration ends, as long as they can be told apart. */
function marksOf(marks: readonly number[], xOf: (x: number) => number, top: number, height: number): string {
  if (marks.length === 0 || marks.length > MOST_MARKS) return "";
  const path = marks.map((x) => `M${round(xOf(x))} ${top}v${height}`).join("");
  return `<path d="${path}" stroke-opacity="${marks.length > 60 ? 0.35 : 0.7}" stroke-dasharray="1 3" ${stroke("tick")}/>`;
}

function axisOf({ ticks, decimals }: Scale, plot: Plot, xOf: (x: number) => number, bottom: number): string {
  const isSeconds = plot.axis === "seconds";
  const labels = ticks
    .filter((tick) => isSeconds || Number.isInteger(tick))
    .map((tick) => {
      const x = round(xOf(tick));
      const text = tick.toLocaleString("en-US", { maximumFractionDigits: decimals });
      return `<line x1="${x}" x2="${x}" y1="${bottom}" y2="${bottom + 5}" ${stroke("quiet")}/><text x="${x}" y="${bottom + 18}" text-anchor="middle" font-size="11" ${fill("quiet")}>${text}${isSeconds ? " s" : ""}</text>`;
    });
  const label = isSeconds
    ? `time${plot.marks.length === 0 ? "" : "; dotted lines: an iteration ended, and garbage was collected"}`
    : "iterations";
  return `${labels.join("\n")}
<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${bottom + 33}" text-anchor="middle" font-size="11" ${fill("quiet")}>${label}</text>`;
}

function legendOf(role: PlotSeries["role"], text: string, y: number): string {
  return `<line x1="${LEFT}" x2="${LEFT + 24}" y1="${y}" y2="${y}" stroke-width="2.4" ${stroke(role)}/><text x="${LEFT + 32}" y="${y + 4}" ${fill(role)}>${escapeMarkup(harmlessText(text, LEGEND_LENGTH, "middle"))}</text>`;
}

/** A wiggle that is nothing shall look like nothing, and 10 objects among thousands shall be seen. */
function leastSpan(values: readonly number[], unit: "bytes" | "count"): number {
  const level = values.reduce((high, value) => Math.max(high, Math.abs(value)), 0);
  return unit === "bytes" ? Math.max(0.1, level * 0.05) : Math.max(4, level * 0.005);
}

function wrapped(text: string, length: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines[lines.length - 1];
    if (last !== "" && last.length + word.length + 1 > length) lines.push(`  ${word}`);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines;
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
