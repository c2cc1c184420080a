/**
 * Text of the program under test, made harmless: the only way by which it gets into a picture, a page or a terminal.
 * Names of classes and properties can be anything, megabytes long, and can hold markup, bytes that move the cursor,
 * and marks that turn the direction of what follows.
 */

/**
 * Controls, formats (those that turn the direction of text are among them), lone surrogates, private and unassigned
 * code points, separators of lines, and all that is drawn as nothing.
 */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
/** They choose between the text and the picture form of the sign before them: nothing is lost without. */
const FORM_SELECTORS: ReadonlySet<string> = new Set(["\ufe0e", "\ufe0f"]);
const SPACES = /[\p{Zs}]+/gu;
/** No script puts more marks than that on a letter; a pile of them covers the lines above. */
const PILED_MARKS = /(\p{M}{4})\p{M}+/gu;

const NAMED_ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0" };

const ELLIPSIS = "…";

/** Which part of a text that is too long is left out: a path says most at its end. */
export type Shortening = "end" | "middle";

/**
 * One line of well-formed Unicode without anything that is not seen: such characters stand as JavaScript writes them
 * (`\n`, `\u202e`). Never empty. Costs the same for a text of any length.
 * @param length code points of the result at most
 */
export function harmlessText(text: string, length: number, shortening: Shortening = "end"): string {
  const seen = endsOf(text, 2 * (length + 1))
    .replace(UNSEEN, escapeUnseen)
    .replace(SPACES, " ")
    .replace(PILED_MARKS, "$1" + ELLIPSIS)
    .trim();
  return seen === "" ? "(empty)" : shorten(seen, length, shortening);
}

/** The text as content or quoted attribute of XML, SVG and HTML. Call `harmlessText` first. */
export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/**
 * The text inside an HTML-like label of DOT. Graphviz first undoes the escapes of markup and then looks for its own
 * (`\N` is the name of the node), there as in quoted strings.
 */
export function escapeDotLabel(text: string): string {
  return escapeMarkup(text).replaceAll("\\", "\\\\");
}

/**
 * The text as it reads in Markdown, in a cell of a table as well: no mark of it is taken for Markdown's or HTML's own, and
 * no address in it becomes a link. Call `harmlessText` first.
 */
export function escapeMarkdown(text: string): string {
  return text.replace(/[!-/:-@[-`{-~]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The lines as a block of code of Markdown, fenced by more backticks than they have. Call `harmlessText` first. */
export function markdownCode(lines: readonly string[]): string {
  const longest = Math.max(0, ...lines.flatMap((line) => (line.match(/`+/g) ?? []).map(({ length }) => length)));
  const fence = "`".repeat(Math.max(3, longest + 1));
  return [`${fence}text`, ...lines, fence].join("\n");
}

/** JSON that can stand in a `<script>` element: no text of it can end the element or open a comment. */
export function jsonForScript(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => unicodeEscape(character.charCodeAt(0)));
}

function escapeUnseen(character: string): string {
  if (FORM_SELECTORS.has(character)) return "";
  return NAMED_ESCAPES[character] ?? unicodeEscape(character.codePointAt(0) ?? 0);
}

function unicodeEscape(codePoint: number): string {
  const digits = codePoint.toString(16);
  return codePoint > 0xffff ? `\\u{${digits}}` : `\\u${digits.padStart(4, "0")}`;
}

/** As much of both ends as `shorten` may keep, where a code point has two units at most. */
function endsOf(text: string, units: number): string {
  return text.length <= 2 * units ? text : text.slice(0, units) + ELLIPSIS + text.slice(-units);
}

function shorten(text: string, length: number, shortening: Shortening): string {
  const points = Array.from(text);
  if (points.length <= length) return text;
  const end = shortening === "end" ? 0 : Math.floor((length - 1) * 0.7);
  return [...points.slice(0, length - 1 - end), ELLIPSIS, ...points.slice(points.length - end)].join("");
}
