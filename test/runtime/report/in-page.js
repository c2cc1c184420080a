// Put into each page that a test opens, before its own script: what only the document can tell.
/* global document, getComputedStyle, innerHeight, innerWidth, matchMedia, NodeFilter */

globalThis.inPage = { contrasts, focused, interactive };

const INTERACTIVE = 'a[href], button, input, summary, [tabindex="0"]';
const NOT_PAINTED = new Set(["SCRIPT", "STYLE", "NOSCRIPT", "TITLE"]);

/** Of each text that is shown, in the colours that are painted. */
function contrasts(within) {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const all = [];
  while (texts.nextNode()) {
    const text = texts.currentNode.data.trim();
    const element = texts.currentNode.parentElement;
    if (text === "" || NOT_PAINTED.has(element.tagName.toUpperCase()) || !element.checkVisibility()) continue;
    if (element.closest(within) === null) continue;
    const style = getComputedStyle(element);
    all.push(contrastOf(text, isSvg(element) ? style.fill : style.color, element));
  }
  for (const element of document.querySelectorAll("input[placeholder]"))
    if (element.checkVisibility())
      all.push(contrastOf(element.placeholder, getComputedStyle(element, "::placeholder").color, element));
  return all.filter((each) => each !== null);
}

/** Null where a picture's window hides the text. */
function contrastOf(text, ink, element) {
  element.scrollIntoView({ block: "center", inline: "center" });
  const [{ left, top, width, height }] = element.getClientRects();
  const [x, y] = [left + width / 2, top + height / 2];
  const frame = (element.ownerSVGElement ?? document.documentElement).getBoundingClientRect();
  if (x < frame.left || x > frame.right || y < frame.top || y > frame.bottom) return null;
  let opacity = 1;
  for (let at = element; at !== null; at = at.parentElement) opacity *= Number(getComputedStyle(at).opacity);
  const back = backOf(element, x, y);
  const front = over(colourOf(ink), back, opacity);
  const [light, dark] = [luminance(front), luminance(back)].sort((left, right) => right - left);
  return { text, contrast: (light + 0.05) / (dark + 0.05), colours: `${hex(front)} on ${hex(back)}` };
}

/** What is painted below an element at a point: boxes of HTML and shapes of SVG, as they overlap. */
function backOf(element, x, y) {
  const here = document.elementsFromPoint(x, y);
  // An element that the pointer passes through is not among them.
  const below = here.includes(element) ? here.slice(here.indexOf(element)) : here;
  const canvas = matchMedia("screen and (prefers-color-scheme: dark)").matches ? [0, 0, 0, 1] : [255, 255, 255, 1];
  return below.map(paintOf).reduceRight((back, paint) => over(paint, back, 1), canvas);
}

const CLEAR = [0, 0, 0, 0];
const SHAPES = new Set(["rect", "path", "polygon", "circle", "ellipse"]);

function isSvg(element) {
  return (element.ownerSVGElement ?? null) !== null;
}

function paintOf(element) {
  const style = getComputedStyle(element);
  if (!isSvg(element)) return colourOf(style.backgroundColor);
  return SHAPES.has(element.tagName) ? colourOf(style.fill) : CLEAR;
}

/** Red, green, blue and alpha of a computed colour. */
function colourOf(text) {
  const [red = 0, green = 0, blue = 0, alpha = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
  return text.startsWith("rgb") ? [red, green, blue, alpha] : CLEAR;
}

function over([red, green, blue, alpha], back, opacity) {
  const share = alpha * opacity;
  return [red, green, blue].map((value, index) => value * share + back[index] * (1 - share)).concat(1);
}

/** WCAG 2.2, relative luminance. */
function luminance(colour) {
  const [red, green, blue] = colour
    .slice(0, 3)
    .map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function hex(colour) {
  const parts = colour.slice(0, 3).map((value) => Math.round(value).toString(16).padStart(2, "0"));
  return `#${parts.join("")}`;
}

function nameOf(element) {
  const name = element.getAttribute("aria-label") ?? element.textContent.trim().replace(/\s+/g, " ").slice(0, 60);
  return `${element.tagName.toLowerCase()} ${element.id === "" ? name : `#${element.id}`}`;
}

/** Names of all that the keyboard has to reach. */
function interactive() {
  const all = [...document.querySelectorAll(INTERACTIVE)];
  return all.filter((element) => element.checkVisibility() && element.tabIndex >= 0).map(nameOf);
}

/** What has the focus, whether that shows, and whether nothing lies over it; null where the focus left the page. */
function focused() {
  const element = document.activeElement;
  if (element === document.body || element === null) return null;
  const { left, top, right, bottom } = element.getBoundingClientRect();
  const x = (Math.max(left, 0) + Math.min(right, innerWidth)) / 2;
  const y = (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2;
  const hit = document.elementFromPoint(x, y);
  const isSeen = hit !== null && (element.contains(hit) || hit.contains(element));
  return { name: nameOf(element), isMarked: isOutlined(element) || isFramed(element), isSeen };
}

function isOutlined(element) {
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  return outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2;
}

/** Nodes of a graph have a thicker border. */
function isFramed(element) {
  const border = element.querySelector(":scope.node > path");
  return border !== null && Number.parseFloat(getComputedStyle(border).strokeWidth) >= 4;
}
