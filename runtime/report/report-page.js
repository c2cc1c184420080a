// The script of a page made by html.ts: fills entries when they are opened, filters, searches.
/* global document, location, window */
import { chainGraph } from "./report-chain.js";
import { lineChart, make } from "./report-chart.js";

const { entries, frames, series } = JSON.parse(document.getElementById("report-data").textContent);
const search = document.getElementById("search");
const found = document.getElementById("found");
const filters = document.getElementById("filters");
const elements = entries.map((_, index) => document.getElementById(`entry-${index}`));

// ---- Memory over the run.

const column = (index) => series.filter((row) => row[index] !== null).map((row) => [row[0], row[index]]);
if (series.length > 0)
  document.getElementById("charts").append(
    lineChart({
      title: "Bytes",
      unit: "bytes",
      lines: [
        { name: "used by the JavaScript heap", points: column(2) },
        { name: "resident", points: column(1) },
      ],
    }),
    lineChart({ title: "Objects", unit: "count", lines: [{ name: "in snapshots", points: column(3) }] }),
  );
else document.getElementById("memory").remove();

// ---- What an entry shows when it is open.

function fill(index) {
  const element = elements[index];
  if (element.childElementCount > 1) return;
  const entry = entries[index];
  const graph = entry.chain.length > 0 ? chainGraph(entry.chain) : null;
  const code = codeFrames(entry);
  element.append(
    make(
      "div",
      { class: "body" },
      paragraph("advice", entry.advice === "" ? "" : `→ ${entry.advice}`),
      paragraph("note", entry.note),
      paragraph("message", entry.message),
      ...(entry.url === "" ? [] : [make("p", {}, pageLink(entry))]),
      ...(entry.chain.length === 0 ? [] : [make("h3", { text: "Kept by" }), chainText(entry, code)]),
      make(
        "div",
        { class: "columns" },
        make(
          "div",
          {},
          ...(entry.points.length === 0 ? [] : [growthChart(entry)]),
          ...(code.size === 0 ? [] : [make("h3", { text: "Code" }), ...code.values()]),
        ),
        ...(graph === null ? [] : [graph.element]),
      ),
    ),
  );
  graph?.layOut();
}

function paragraph(name, text) {
  return text === "" ? "" : make("p", { class: name, text });
}

function pageLink({ rule, url }) {
  return make("a", {
    href: url,
    rel: "noreferrer noopener",
    target: "_blank",
    text: `About ${rule.includes("/") ? rule : "growth without a finding"}`,
  });
}

function growthChart({ points, rate, bytes, holder }) {
  const told = [rate, bytes].filter((part) => part !== "").join(", ");
  const title = `Size of ${holder === "" ? "the holder" : holder}${told === "" ? "" : `: ${told}`}`;
  return lineChart({ title, unit: "count", lines: [{ name: "entries", points }] });
}

function chainText({ chain }, code) {
  const rows = chain.map((hop, depth) => {
    const row = make("li", { class: hop.isFlagged ? "flagged" : "" });
    row.append(
      make("span", { class: "indent", text: "  ".repeat(depth) }),
      make("span", { class: "edge", text: hop.name }),
    );
    const figure = code.get(hop.frame);
    if (hop.type !== "") row.append(" ", make("b", { text: hop.type }));
    if (hop.place !== "") row.append(" ", figure === undefined ? hop.place : linkTo(figure, hop.place));
    if (hop.details !== "") row.append(" ", make("span", { class: "details", text: hop.details }));
    if (hop.isFlagged) row.append(" ", make("em", { text: "← flagged" }));
    return row;
  });
  return make("ol", { class: "chain" }, ...rows);
}

function linkTo(figure, text) {
  const button = make("button", { type: "button", class: "link", text });
  button.addEventListener("click", () => {
    figure.scrollIntoView({ block: "nearest" });
    figure.focus();
  });
  return button;
}

/** By the frame's index: the finding's own first, then those of the hops. */
function codeFrames({ frame, chain }) {
  const indexes = new Set([frame, ...chain.map((hop) => hop.frame)].filter((index) => index >= 0));
  return new Map([...indexes].map((index) => [index, codeFrame(frames[index])]));
}

function codeFrame({ place, first, marked, lines }) {
  const rows = lines.map((text, index) => {
    const number = first + index;
    const row = make("span", { class: number === marked ? "code marked" : "code" });
    row.append(
      make("span", { class: "number", text: `${number === marked ? "▶" : " "}${String(number).padStart(5)} ` }),
    );
    row.append(text, "\n");
    return row;
  });
  return make(
    "figure",
    { tabindex: "-1" },
    make("figcaption", {}, make("code", { text: place })),
    make("pre", { tabindex: "0", "aria-label": place }, ...rows),
  );
}

for (const [index, element] of elements.entries())
  element.addEventListener("toggle", () => {
    if (element.open) fill(index);
  });

// ---- Filter and search.

const texts = entries.map(({ place, reason, rule, message, advice, chain }) =>
  [place, reason, rule, message, advice, ...chain.flatMap((hop) => [hop.name, hop.type, hop.place])]
    .join("\n")
    .toLowerCase(),
);

function filter() {
  const shown = new Set(
    [...filters.querySelectorAll("[aria-pressed=true]")].map((button) => button.getAttribute("data-status")),
  );
  const words = search.value.trim().toLowerCase().split(/\s+/);
  let count = 0;
  for (const [index, element] of elements.entries()) {
    const isShown = shown.has(entries[index].status) && words.every((word) => texts[index].includes(word));
    element.hidden = !isShown;
    if (isShown) count += 1;
  }
  found.textContent = count === entries.length ? `${count} shown` : `${count} of ${entries.length} shown`;
}

function showAll() {
  search.value = "";
  for (const button of filters.querySelectorAll("button")) button.setAttribute("aria-pressed", "true");
  filter();
}

filters.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button === null) return;
  button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
  filter();
});
search.addEventListener("input", filter);
search.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  search.value = "";
  filter();
});

// ---- Keys.

function goTo(step) {
  const visible = elements.filter((element) => !element.hidden);
  const current = visible.findIndex((element) => element.contains(document.activeElement));
  const next = current < 0 ? (step > 0 ? 0 : visible.length - 1) : current + step;
  visible[Math.min(Math.max(next, 0), visible.length - 1)]?.querySelector("summary").focus();
}

const keys = { "/": () => search.focus(), j: () => goTo(1), k: () => goTo(-1) };

document.addEventListener("keydown", (event) => {
  const action = keys[event.key];
  if (action === undefined || event.target === search || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  action();
});

// ---- Start: the entry that the address names, else the worst leak.

function openNamed() {
  const index = Number(/^#entry-(\d+)$/.exec(location.hash)?.[1] ?? -1);
  const named = elements[index];
  if (named === undefined) return false;
  if (named.hidden) showAll();
  named.open = true;
  // Before it is gone to: what grows later moves the page.
  fill(index);
  named.scrollIntoView();
  return true;
}

filter();
if (!openNamed() && (entries[0]?.chain.length ?? 0) > 0) elements[0].open = true;
window.addEventListener("hashchange", openNamed);
