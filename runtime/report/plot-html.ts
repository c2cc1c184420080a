/** A plot as a page that says what is under the pointer: one file that asks the network for nothing. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { escapeMarkup, harmlessText, jsonForScript } from "./harmless-text.js";
import { darkRules } from "./plot-colours.js";
import { drawPlot } from "./plot-svg.js";
import type { Plot } from "./plot.js";

const SCRIPT = new URL("plot-page.js", import.meta.url);
const STYLE = new URL("plot-page.css", import.meta.url);
const TITLE_LENGTH = 160;
const LINE_LENGTH = 80;

/** The plot as a self-contained HTML page. */
export async function plotToHtml(plot: Plot): Promise<string> {
  const [script, look] = await Promise.all([asset(SCRIPT), asset(STYLE)]);
  const style = look + darkRules;
  const { svg, width, height, top, bottom, xOf } = drawPlot(plot, "");
  const title = escapeMarkup(harmlessText(plot.title, TITLE_LENGTH, "middle"));
  // Scripts and styles of others do not run even if one got in: only these two texts may.
  const policy = `default-src 'none'; base-uri 'none'; form-action 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}`;
  const readings = plot.readings.map(({ x, title, lines }) => ({
    x: Math.round(xOf(x) * 10) / 10,
    title: harmlessText(title, LINE_LENGTH),
    lines: lines.map((line) => harmlessText(line, LINE_LENGTH)),
  }));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<main id="plot" tabindex="0" aria-label="Plot: point at it, or move with the arrow keys, to read its values">
${svg}<output id="reading" aria-live="polite"></output>
</main>
<script type="application/json" id="plot-data">${jsonForScript({ width, height, top, bottom, readings })}</script>
<script type="module">${script}</script>
</body>
</html>
`;
}

/** Browsers hash with the ends of lines that HTML has, whatever those of the file are. */
async function asset(file: URL): Promise<string> {
  return (await readFile(file, "utf8")).replaceAll("\r\n", "\n");
}

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
