// Line charts of a page made by html.ts: put inline into the page, with the other report-*.js, as one module.
/* global document */

const PICTURES = "http://www.w3.org/2000/svg";
const CHART = { width: 460, height: 200, left: 62, right: 14, top: 10, bottom: 34 };

export function picture(name, attributes, text) {
  const element = document.createElementNS(PICTURES, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  if (text !== undefined) element.textContent = text;
  return element;
}

/** An element of HTML; text is set as text alone, so that nothing the program named can become markup. */
export function make(tag, { text, ...attributes } = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  element.append(...children);
  return element;
}

const bytes = (value) => {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3)));
  return `${Number((value / 1000 ** power).toPrecision(3)).toLocaleString("en-US")} ${units[power]}`;
};
const count = (value) => Number(value.toPrecision(12)).toLocaleString("en-US");
const formats = { bytes, count };
/** Beside an axis there is room for seven characters. */
const axisFormats = { bytes, count: (value) => (value < 1e6 ? count(value) : `${count(value / 1e6)} M`) };

/**
 * A figure with lines over iterations, from zero on.
 * @param lines name and points, each [iteration, value], ascending
 */
export function lineChart({ title, unit, lines }) {
  const format = formats[unit];
  const points = lines.flatMap((line) => line.points);
  const [mostX, mostY] = [Math.max(1, ...points.map(([x]) => x)), Math.max(1, ...points.map(([, y]) => y))];
  const [rows, columns] = [ticks(mostY), ticks(mostX)];
  const top = Math.max(mostY, rows.at(-1));
  const across = (x) => CHART.left + (x / mostX) * (CHART.width - CHART.left - CHART.right);
  const up = (y) => CHART.height - CHART.bottom - (y / top) * (CHART.height - CHART.top - CHART.bottom);
  const svg = picture("svg", { viewBox: `0 0 ${CHART.width} ${CHART.height}`, class: "chart", role: "img" });
  svg.setAttribute("aria-label", `${title}. ${lines.map((line) => inWords(line, format)).join(". ")}.`);
  for (const y of rows) {
    svg.append(picture("line", { x1: CHART.left, x2: CHART.width - CHART.right, y1: up(y), y2: up(y), class: "grid" }));
    svg.append(picture("text", { x: CHART.left - 6, y: up(y) + 4, class: "tick row" }, axisFormats[unit](y)));
  }
  for (const x of columns) svg.append(picture("text", { x: across(x), y: CHART.height - 18, class: "tick" }, count(x)));
  svg.append(picture("text", { x: CHART.width - CHART.right, y: CHART.height - 3, class: "tick row" }, "iterations"));
  lines.forEach((line, index) => svg.append(drawn(line, index, across, up, format)));
  const legend = lines.map((line, index) =>
    make(
      "span",
      {},
      make("span", { class: `swatch line-${index}` }),
      `${line.name}: ${line.points.length === 0 ? "not measured" : format(line.points.at(-1)[1])}`,
    ),
  );
  return make("figure", {}, make("figcaption", {}, make("strong", { text: title }), " ", ...legend), svg);
}

function drawn(line, index, across, up, format) {
  const group = picture("g", { class: `line-${index}` });
  const places = line.points.map(([x, y]) => `${across(x).toFixed(1)},${up(y).toFixed(1)}`);
  group.append(picture("polyline", { points: places.join(" "), class: "line" }));
  // More would run into each other.
  if (line.points.length <= 40)
    for (const [x, y] of line.points) {
      const dot = picture("circle", { cx: across(x).toFixed(1), cy: up(y).toFixed(1), r: 2.5 });
      dot.append(picture("title", {}, `iteration ${count(x)}: ${format(y)}`));
      group.append(dot);
    }
  return group;
}

function inWords({ name, points }, format) {
  if (points.length === 0) return `${name} not measured`;
  const [[x1, y1], [x2, y2]] = [points[0], points.at(-1)];
  return `${name} from ${format(y1)} at iteration ${count(x1)} to ${format(y2)} at iteration ${count(x2)}`;
}

/** Round numbers from 0 up to about the largest. */
function ticks(largest) {
  const rough = largest / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) * power);
  return Array.from({ length: Math.floor(largest / step + 1e-9) + 1 }, (_, index) => index * step);
}
