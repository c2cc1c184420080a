// The script of a page made by plot-html.ts: copied to dist/ as it is, and put inline into the page.
// Text is set by `textContent` alone.
/* global document */

const { width, top, bottom, readings } = JSON.parse(document.getElementById("plot-data").textContent);
const plot = document.getElementById("plot");
const box = document.getElementById("reading");
const svg = plot.querySelector("svg");
const cursor = document.createElementNS("http://www.w3.org/2000/svg", "line");
cursor.id = "cursor";
cursor.setAttribute("y1", top);
cursor.setAttribute("y2", bottom);
cursor.setAttribute("visibility", "hidden");
svg.append(cursor);

let shown = -1;

/** The reading whose place is nearest: they are in order. */
function nearest(x) {
  let [low, high] = [0, readings.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((readings[middle].x + readings[middle + 1].x) / 2 < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

function show(index, y) {
  shown = Math.min(Math.max(index, 0), readings.length - 1);
  const { x, title, lines } = readings[shown];
  cursor.setAttribute("x1", x);
  cursor.setAttribute("x2", x);
  cursor.setAttribute("visibility", "visible");
  box.textContent = [title, ...lines].join("\n");
  const scale = svg.clientWidth / width;
  const isRight = x > width / 2;
  const left = x * scale + (isRight ? -12 - box.offsetWidth : 12);
  const above = Math.max(0, Math.min(y, svg.clientHeight - box.offsetHeight - 4));
  box.style.transform = `translate(${left}px, ${above}px)`;
}

function hide() {
  shown = -1;
  cursor.setAttribute("visibility", "hidden");
  box.textContent = "";
}

plot.addEventListener("pointermove", (event) => {
  const frame = svg.getBoundingClientRect();
  const x = ((event.clientX - frame.left) * width) / frame.width;
  if (readings.length > 0) show(nearest(x), event.clientY - frame.top + 12);
});
plot.addEventListener("pointerleave", hide);
plot.addEventListener("blur", hide);
plot.addEventListener("keydown", (event) => {
  const steps = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity };
  if (event.key === "Escape") hide();
  if (!(event.key in steps) || readings.length === 0) return;
  event.preventDefault();
  show(
    shown < 0 ? (event.key === "End" ? readings.length - 1 : 0) : shown + steps[event.key],
    (top * svg.clientWidth) / width,
  );
  box.scrollIntoView({ block: "nearest", inline: "nearest" });
});
