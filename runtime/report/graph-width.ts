/** How wide text may get where Graphviz does not know. */

/** What it has the measures of: Latin. A letter of another script counts as nothing there, or as little. */
const MEASURED = /^[\u0020-\u024f…]*$/u;
const MARK = /\p{M}/u;
/** Parts of the font's size, of bold letters: most of Latin, and the widest of others (`Щ`, `漢`, emoji). */
const LATIN_WIDTH = 0.76;
const OTHER_WIDTH = 1.25;

/**
 * The width in points that a box must at least have for this text, or null where Graphviz measures it well.
 * @param size of the font, in points
 */
export function unmeasuredWidth(text: string, size: number): number | null {
  if (MEASURED.test(text)) return null;
  let width = 0;
  for (const character of text)
    if (MEASURED.test(character)) width += LATIN_WIDTH;
    else if (!MARK.test(character)) width += OTHER_WIDTH;
  return Math.ceil(width * size);
}
