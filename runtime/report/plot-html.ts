/** A plot as a page that says what is under the pointer: one file that asks the network for nothing. */
import { harmlessText } from "./harmless-text.js";
import { pageOf, readAsset, readStyle } from "./page-assets.js";
import { darkRules } from "./plot-colours.js";
import { drawPlot } from "./plot-svg.js";
import type { Plot } from "./plot.js";

const SCRIPT = new URL("plot-page.js", import.meta.url);
const STYLE = new URL("plot-page.css", import.meta.url);
const TITLE_LENGTH = 160;
const LINE_LENGTH = 80;

/** The plot as a self-contained HTML page. */
export async function plotToHtml(plot: Plot): Promise<string> {
  const [script, look] = await Promise.all([readAsset(SCRIPT), readStyle(STYLE)]);
  const style = look + darkRules;
  const { svg, width, height, top, bottom, xOf } = drawPlot(plot, "");
  const title = harmlessText(plot.title, TITLE_LENGTH, "middle");
  const readings = plot.readings.map(({ x, title, lines }) => ({
    x: Math.round(xOf(x) * 10) / 10,
    title: harmlessText(title, LINE_LENGTH),
    lines: lines.map((line) => harmlessText(line, LINE_LENGTH)),
  }));
  const body = `<main id="plot" tabindex="0" aria-label="Plot: point at it, or move with the arrow keys, to read its values">
${svg}<output id="reading" aria-live="polite"></output>
</main>
`;
  return pageOf({ title, script, style, body, dataId: "plot-data", data: { width, height, top, bottom, readings } });
}
