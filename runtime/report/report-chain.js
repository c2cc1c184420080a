// The graph of a chain, to zoom and pan: boxes from the module downwards, coloured as in other pictures of the heap.
/* global ResizeObserver */
import { make, picture } from "./report-chart.js";

const BOX = { padding: 9, titleHeight: 16, lineHeight: 13, gap: 40, stack: 4 };
const SHADES = 7;
const MOST_SCALE = 4;
const HIGHEST = 640;

/**
 * A frame with the graph in it. Its boxes are as wide as their texts are drawn, so it has to be in the document before
 * it is laid out: call `layOut` of what is answered then.
 */
export function chainGraph(chain) {
  const drawing = picture("g", {});
  const svg = picture("svg", { class: "graph", tabindex: "0", role: "img" });
  svg.setAttribute("aria-label", `Chain of ${chain.length} objects: ${chain.map(({ name }) => name).join(", ")}`);
  svg.append(drawing);
  const view = { x: 0, y: 0, scale: 1, size: { width: 1, height: 1 } };
  const buttons = [
    ["−", "Zoom out", () => zoom(svg, view, 0.8)],
    ["+", "Zoom in", () => zoom(svg, view, 1.25)],
    ["Fit", "Show all of the graph", () => fit(svg, view)],
  ].map(([text, label, action]) => {
    const button = make("button", { type: "button", text, title: label, "aria-label": label });
    button.addEventListener("click", action);
    return button;
  });
  listen(svg, view);
  const bar = make("div", { class: "bar", role: "toolbar", "aria-label": "View of the graph" }, ...buttons);
  const layOut = () => {
    view.size = drawChain(drawing, chain);
    svg.setAttribute("height", String(Math.min(view.size.height, HIGHEST)));
    // All of a long chain would be too small to read: it starts at its beginning.
    if (fitScale(svg, view) < 0.6) show(svg, view, view.size.width / 2 - svg.clientWidth / 1.8, 0, 0.9);
    else fit(svg, view);
  };
  // The window becomes narrower, and an entry that was closed is opened.
  // eslint-disable-next-line leakproof/no-leaked-resource -- the observer of a drawing goes with it
  new ResizeObserver(() => {
    if (svg.clientWidth > 0) show(svg, view, view.x, view.y, view.scale);
  }).observe(svg);
  return { element: make("div", { class: "graph-frame" }, bar, svg), layOut };
}

/** @returns the size of the drawing */
function drawChain(drawing, chain) {
  let y = 10;
  const target = chain.findLastIndex(({ isFlagged }) => isFlagged);
  const rows = chain.map((hop, index) => {
    const shade = Math.min(SHADES - 1, Math.abs(index - Math.max(target, 0)));
    const box = picture("g", { class: `node ${hop.kind} shade${shade}${hop.isFlagged ? " target" : ""}` });
    const texts = [
      picture("text", { class: "title" }, hop.type === "" ? hop.name : hop.type),
      ...[hop.place, hop.details]
        .filter((line) => line !== "")
        .map((line) => picture("text", { class: "detail" }, line)),
    ];
    box.append(...texts);
    drawing.append(box);
    const width = Math.max(40, ...texts.map((text) => text.getComputedTextLength())) + 2 * BOX.padding;
    return { hop, box, texts, width, height: BOX.titleHeight + (texts.length - 1) * BOX.lineHeight + 12 };
  });
  const labels = rows.slice(1).map(({ hop }) => hop.name);
  const middle = Math.max(...rows.map(({ width }) => width / 2)) + 10;
  let widest = 2 * middle;
  rows.forEach(({ hop, box, texts, width, height }, index) => {
    const x = middle - width / 2;
    const back = (offset) => picture("rect", { x: x + offset, y: y + offset, width, height, rx: 6 });
    box.prepend(...(hop.count > 1 ? [back(BOX.stack)] : []), back(0));
    texts.forEach((text, line) => {
      text.setAttribute("x", x + BOX.padding);
      text.setAttribute("y", y + 17 + line * BOX.lineHeight + (line > 0 ? 2 : 0));
    });
    y += height + (hop.count > 1 ? BOX.stack : 0);
    if (index < labels.length) {
      const end = y + BOX.gap;
      const label = picture("text", { x: middle + 9, y: y + BOX.gap / 2 + 3, class: "edge-label" }, labels[index]);
      const arrow = picture("path", { d: `M${middle} ${y}V${end - 2}m-4 -7l4 8l4 -8`, class: "edge" });
      drawing.append(arrow, label);
      widest = Math.max(widest, middle + 19 + label.getComputedTextLength());
      y = end;
    }
  });
  return { width: widest, height: y + 10 };
}

// ---- View: the top left corner in the drawing's units, and pixels for each of them.

function show(svg, view, x, y, scale) {
  const [width, height] = [svg.clientWidth / scale, svg.clientHeight / scale];
  Object.assign(view, { x: within(x, width, view.size.width), y: within(y, height, view.size.height), scale });
  svg.setAttribute("viewBox", `${view.x} ${view.y} ${width} ${height}`);
}

/** Where a window may start so that the drawing does not leave it; one that is smaller stands in its middle. */
function within(start, window, length) {
  if (window >= length) return (length - window) / 2;
  return Math.min(Math.max(start, -0.1 * window), length - 0.9 * window);
}

function fitScale(svg, { size }) {
  return Math.min(svg.clientWidth / size.width, svg.clientHeight / size.height, 1);
}

function fit(svg, view) {
  show(svg, view, 0, 0, fitScale(svg, view));
}

function zoom(svg, view, factor, x = svg.clientWidth / 2, y = svg.clientHeight / 2) {
  const scale = Math.min(Math.max(view.scale * factor, fitScale(svg, view) / 2), MOST_SCALE);
  show(svg, view, view.x + x / view.scale - x / scale, view.y + y / view.scale - y / scale, scale);
}

function pan(svg, view, right, down) {
  show(svg, view, view.x + right / view.scale, view.y + down / view.scale, view.scale);
}

/* eslint-disable leakproof/no-leaked-listener -- the listeners of a drawing go with it */
function listen(svg, view) {
  const keys = {
    "+": () => zoom(svg, view, 1.25),
    "=": () => zoom(svg, view, 1.25),
    "-": () => zoom(svg, view, 0.8),
    0: () => fit(svg, view),
    ArrowLeft: () => pan(svg, view, -60, 0),
    ArrowRight: () => pan(svg, view, 60, 0),
    ArrowUp: () => pan(svg, view, 0, -60),
    ArrowDown: () => pan(svg, view, 0, 60),
  };
  svg.addEventListener("keydown", (event) => {
    const action = keys[event.key];
    if (action === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  });
  let last = null;
  svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.pointerType === "touch") return;
    last = { x: event.clientX, y: event.clientY };
    svg.setPointerCapture(event.pointerId);
  });
  svg.addEventListener("pointermove", (event) => {
    if (last === null) return;
    pan(svg, view, last.x - event.clientX, last.y - event.clientY);
    last = { x: event.clientX, y: event.clientY };
  });
  for (const end of ["pointerup", "pointercancel"]) svg.addEventListener(end, () => (last = null));
  svg.addEventListener(
    "wheel",
    (event) => {
      // The page scrolls past a graph that nobody has clicked on.
      if (!event.ctrlKey && !svg.matches(":focus")) return;
      event.preventDefault();
      const pixels = event.deltaMode === 0 ? event.deltaY : event.deltaY * 20;
      const { left, top } = svg.getBoundingClientRect();
      zoom(svg, view, Math.exp(-pixels * 0.0015), event.clientX - left, event.clientY - top);
    },
    { passive: false },
  );
}
