// The script of a page made by graph-html.ts: copied to dist/ as it is, and put inline into the page.
// Text is set by `textContent` alone, so that nothing the program named can become markup.
/* global document, ResizeObserver */

const { direction, nodes, arrows } = JSON.parse(document.getElementById("graph-data").textContent);
const picture = document.getElementById("picture");
const svg = picture.querySelector("svg");
const details = document.getElementById("details");
const search = document.getElementById("search");
const found = document.getElementById("found");

const byId = new Map(nodes.map((node) => [node.id, { ...node, in: [], out: [] }]));
for (const arrow of arrows) {
  arrow.element = document.getElementById(`e${arrow.from}_${arrow.to}`);
  byId.get(arrow.from).out.push(arrow);
  byId.get(arrow.to).in.push(arrow);
}
for (const node of byId.values()) {
  node.element = document.getElementById(`n${node.id}`);
  node.element.setAttribute("tabindex", "0");
  node.element.setAttribute("role", "button");
  node.element.setAttribute("aria-label", [node.title, ...node.lines].join(", "));
}
const nodeAt = (target) => byId.get(Number(target.closest?.(".node:not(.undrawn)")?.id.slice(1)));

// ---- View: the top left corner in the picture's units, and pixels for each of them.

const whole = svg.viewBox.baseVal;
const size = { width: whole.width, height: whole.height };
const origin = svg.querySelector("#graph").transform.baseVal.consolidate().matrix;
const view = { x: 0, y: 0, scale: 1 };
/** Pixels around all of it. */
const MARGIN = 12;

function show(x, y, scale) {
  const [width, height] = [picture.clientWidth / scale, picture.clientHeight / scale];
  Object.assign(view, { x: within(x, width, size.width), y: within(y, height, size.height), scale });
  svg.setAttribute("viewBox", `${view.x} ${view.y} ${width} ${height}`);
}

/** Where a window may start so that the picture does not leave it; a picture that is smaller stands in its middle. */
function within(start, window, length) {
  if (window >= length) return (length - window) / 2;
  return Math.min(Math.max(start, -0.1 * window), length - 0.9 * window);
}

const fitScale = () => {
  const [width, height] = [picture.clientWidth - 2 * MARGIN, picture.clientHeight - 2 * MARGIN];
  return Math.max(Math.min(width / size.width, height / size.height, 1.5), 0.01);
};

function fit() {
  show(0, 0, fitScale());
}

/** @param x, y pixels in the window that stay where they are; its middle if they are not given */
function zoom(factor, x = picture.clientWidth / 2, y = picture.clientHeight / 2) {
  const scale = Math.min(Math.max(view.scale * factor, Math.min(fitScale(), 0.2) / 2), 8);
  show(view.x + x / view.scale - x / scale, view.y + y / view.scale - y / scale, scale);
}

function pan(right, down) {
  show(view.x + right / view.scale, view.y + down / view.scale, view.scale);
}

function boxOf(node) {
  const box = node.element.getBBox();
  return { x: box.x + origin.e, y: box.y + origin.f, width: box.width, height: box.height };
}

function centre(node, scale = view.scale) {
  const box = boxOf(node);
  const x = box.x + box.width / 2 - picture.clientWidth / scale / 2;
  show(x, box.y + box.height / 2 - picture.clientHeight / scale / 2, scale);
}

function bringIntoView(node) {
  const box = boxOf(node);
  const [right, bottom] = [view.x + picture.clientWidth / view.scale, view.y + picture.clientHeight / view.scale];
  const isSeen = box.x >= view.x && box.y >= view.y && box.x + box.width <= right && box.y + box.height <= bottom;
  if (!isSeen || view.scale < 0.5) centre(node, Math.max(view.scale, 0.8));
}

// ---- Collapsing: what can be reached from the targets without passing a collapsed node stays.

const collapsed = new Set();
// The last part of the picture: above arrows that cross.
const badges = document.createElementNS(svg.namespaceURI, "g");
svg.querySelector("#graph").append(badges);

const further = (node) =>
  direction === "backrefs" ? node.in.map(({ from }) => byId.get(from)) : node.out.map(({ to }) => byId.get(to));

function reach(starts, mayEnter, mayPass) {
  const reached = new Set(starts);
  for (const node of reached)
    if (mayPass(node)) for (const next of further(node)) if (mayEnter(next)) reached.add(next);
  return reached;
}

function drawCollapsed() {
  const targets = [...byId.values()].filter(({ isTarget }) => isTarget);
  const visible = reach(
    targets,
    () => true,
    (node) => !collapsed.has(node),
  );
  for (const node of byId.values()) {
    node.isGone = !visible.has(node);
    node.element.classList.toggle("gone", node.isGone);
    node.element.setAttribute("aria-expanded", String(!collapsed.has(node)));
    for (const id of [`more${node.id}`, `e_more${node.id}`])
      document.getElementById(id)?.classList.toggle("gone", node.isGone || collapsed.has(node));
  }
  for (const { from, to, element } of arrows)
    element.classList.toggle("gone", byId.get(from).isGone || byId.get(to).isGone);
  badges.replaceChildren();
  for (const node of collapsed) if (!node.isGone) addBadge(node, hiddenBehind(node).size);
}

function hiddenBehind(node) {
  const hidden = reach(
    [node],
    (next) => next.isGone,
    () => true,
  );
  hidden.delete(node);
  return hidden;
}

function addBadge(node, count) {
  const box = node.element.getBBox();
  const badge = document.createElementNS(svg.namespaceURI, "g");
  badge.setAttribute("class", "badge");
  const back = document.createElementNS(svg.namespaceURI, "rect");
  const text = document.createElementNS(svg.namespaceURI, "text");
  text.textContent = `${count} hidden`;
  badge.append(back, text);
  badges.append(badge);
  const width = text.getComputedTextLength() + 12;
  const [x, y] = [box.x + box.width - width + 8, box.y - 12];
  for (const [name, value] of Object.entries({ x, y, width, height: 16, rx: 8 })) back.setAttribute(name, value);
  text.setAttribute("x", x + 6);
  text.setAttribute("y", y + 11.5);
}

function toggle(node) {
  let note = "";
  if (!collapsed.delete(node)) collapsed.add(node);
  drawCollapsed();
  if (collapsed.has(node) && hiddenBehind(node).size === 0) {
    collapsed.delete(node);
    drawCollapsed();
    note = "Nothing is reached through it alone.";
  }
  showDetails(node, note);
}

function expandAll() {
  collapsed.clear();
  drawCollapsed();
  if (selected !== null) showDetails(selected);
}

// ---- Marks: the references of the node under the pointer, or else of the selected one.

let selected = null;

function mark(node) {
  for (const element of svg.querySelectorAll(".near")) element.classList.remove("near");
  svg.classList.toggle("marking", node !== null);
  if (node === null) return;
  for (const arrow of [...node.in, ...node.out]) {
    arrow.element.classList.add("near");
    byId.get(arrow.from).element.classList.add("near");
    byId.get(arrow.to).element.classList.add("near");
  }
}

function select(node) {
  selected?.element.classList.remove("selected");
  selected = node;
  node?.element.classList.add("selected");
  mark(node);
  showDetails(node);
}

function goTo(node) {
  if (node.isGone) expandAll();
  node.element.focus({ preventScroll: true });
  bringIntoView(node);
}

// ---- Details of the selected node.

function make(tag, text, ...children) {
  const element = document.createElement(tag);
  element.textContent = text;
  element.append(...children);
  return element;
}

function showDetails(node, note = "") {
  if (node === null) return details.replaceChildren(make("p", "Select an object to see its references."));
  details.replaceChildren(
    make("h2", node.title),
    make("p", `${node.isTarget ? "Target, " : ""}${node.kind} @${node.id}`),
    ...node.lines.map((line) => make("p", line)),
    ...(further(node).length > 0 ? [collapseButton(node)] : []),
    make("p", note),
    ...references("Referred to by", node.in, "from"),
    ...references("Refers to", node.out, "to"),
    ...(node.undrawn === null ? [] : [make("p", `${node.undrawn}, not drawn.`)]),
  );
}

function collapseButton(node) {
  const button = make("button", collapsed.has(node) ? `Expand (${hiddenBehind(node).size} hidden)` : "Collapse");
  button.type = "button";
  button.addEventListener("click", () => {
    toggle(node);
    details.querySelector("button").focus();
  });
  return button;
}

function references(heading, list, side) {
  const items = list.map((arrow) => {
    const other = byId.get(arrow[side]);
    const link = make("a", `${other.title} @${other.id}`);
    link.href = `#n${other.id}`;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      goTo(other);
    });
    return make("li", "", make("code", arrow.label), side === "from" ? " of " : " → ", link);
  });
  return [make("h3", `${heading} (${list.length})`), make("ul", "", ...items)];
}

// ---- Search.

let matches = [];
let current = -1;

function find() {
  const wanted = search.value.trim().toLowerCase();
  matches = wanted === "" ? [] : [...byId.values()].filter((node) => node.searched.includes(wanted));
  current = -1;
  svg.classList.toggle("searching", wanted !== "");
  for (const node of byId.values()) node.element.classList.toggle("match", matches.includes(node));
  showFound(wanted);
}

function showFound(wanted) {
  const position = current < 0 ? "" : `${current + 1} of `;
  found.textContent = wanted === "" ? "" : `${position}${matches.length} found`;
}

function goToMatch(step) {
  if (matches.length === 0) return;
  current = current < 0 && step < 0 ? matches.length - 1 : (current + step + matches.length) % matches.length;
  const node = matches[current];
  if (node.isGone) expandAll();
  select(node);
  centre(node, Math.max(view.scale, 0.8));
  showFound(search.value);
}

for (const node of byId.values()) node.searched = [node.title, ...node.lines, `@${node.id}`].join("\n").toLowerCase();
search.addEventListener("input", find);
search.addEventListener("keydown", (event) => {
  if (event.key === "Enter") goToMatch(event.shiftKey ? -1 : 1);
  if (event.key !== "Escape") return;
  search.value = "";
  find();
});

// ---- Pointer and keys.

let drag = null;
let wasSelected = false;

picture.addEventListener("pointerdown", (event) => {
  if (event.button !== 0) return;
  drag = { x: event.clientX, y: event.clientY, hasMoved: false };
  wasSelected = selected !== null && nodeAt(event.target) === selected;
});
picture.addEventListener("pointermove", (event) => {
  if (drag === null) return;
  const [right, down] = [event.clientX - drag.x, event.clientY - drag.y];
  // A hand is never quite still when it clicks.
  if (!drag.hasMoved && Math.hypot(right, down) < 4) return;
  if (!drag.hasMoved) picture.setPointerCapture(event.pointerId);
  pan(-right, -down);
  drag = { x: event.clientX, y: event.clientY, hasMoved: true };
});
picture.addEventListener("pointercancel", () => (drag = null));
picture.addEventListener("click", (event) => {
  const hasMoved = drag?.hasMoved;
  drag = null;
  if (hasMoved) return;
  const node = nodeAt(event.target);
  if (node === undefined) select(null);
  else if (wasSelected) toggle(node);
  else select(node);
});
picture.addEventListener("pointerover", (event) => mark(nodeAt(event.target) ?? selected));
picture.addEventListener("pointerleave", () => mark(selected));
picture.addEventListener("focusin", (event) => {
  const node = nodeAt(event.target);
  if (node === undefined) return;
  select(node);
  if (drag === null) bringIntoView(node);
});
picture.addEventListener(
  "wheel",
  (event) => {
    event.preventDefault();
    const pixels = event.deltaMode === 0 ? event.deltaY : event.deltaY * 20;
    const { left, top } = picture.getBoundingClientRect();
    zoom(Math.exp(-pixels * 0.0015), event.clientX - left, event.clientY - top);
  },
  { passive: false },
);

const keys = {
  "+": () => zoom(1.25),
  "=": () => zoom(1.25),
  "-": () => zoom(0.8),
  0: fit,
  ArrowLeft: () => pan(-80, 0),
  ArrowRight: () => pan(80, 0),
  ArrowUp: () => pan(0, -80),
  ArrowDown: () => pan(0, 80),
  "/": () => search.focus(),
  d: () => details.focus(),
  Escape: () => select(null),
};

document.addEventListener("keydown", (event) => {
  if (event.target === search || event.ctrlKey || event.metaKey || event.altKey) return;
  const node = nodeAt(event.target);
  const isPress = event.key === "Enter" || event.key === " ";
  const action = node !== undefined && isPress ? () => toggle(node) : keys[event.key];
  if (action === undefined || (event.key.startsWith("Arrow") && details.contains(event.target))) return;
  event.preventDefault();
  action();
});

const buttons = { "zoom-in": keys["+"], "zoom-out": keys["-"], fit, "expand-all": expandAll };
for (const [id, action] of Object.entries(buttons)) document.getElementById(id).addEventListener("click", action);

// ---- Start: all of it where that can be read, else the target.

svg.removeAttribute("width");
svg.removeAttribute("height");
drawCollapsed();
showDetails(null);
if (fitScale() >= 0.5) fit();
else centre(byId.get(nodes[0].id), 0.9);
new ResizeObserver(() => show(view.x, view.y, view.scale)).observe(picture);
