/** The same snapshot in other bytes: what any writer of JSON may make of it. The engine must read the same heap. */
import { pick, type Random } from "./odd-values.js";

const SPACES = ["", "", "", " ", "\n", "\t", "\r\n", "  \n"];

/** @param text a snapshot as JSON.stringify writes it */
export function rewritten(text: string, random: Random): string {
  const [spaced, escaped] = [random(3) > 0, random(3) > 0];
  let result = "";
  let isInString = false;
  let isInStrings = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "[" && !isInString && text.startsWith('"strings":[', at - 10)) isInStrings = true;
    if (character === "\\") {
      result += text.slice(at, at + 2);
      at++;
    } else if (character === '"') {
      isInString = !isInString;
      result += spaced && !isInString ? character + pick(random, SPACES) : character;
    } else if (isInString) {
      // Names of sections are as V8 writes them.
      result += escaped && isInStrings && random(12) === 0 ? escape(character, random) : character;
    } else {
      if (character === "]") isInStrings = false;
      result +=
        spaced && random(4) === 0 && ",[]{}:".includes(character) ? character + pick(random, SPACES) : character;
    }
  }
  return result;
}

function escape(character: string, random: Random): string {
  if (character === "/" && random(2) === 0) return "\\/";
  // Half of a pair cannot be escaped alone.
  if (/[\ud800-\udfff]/.test(character)) return character;
  const digits = character.charCodeAt(0).toString(16).padStart(4, "0");
  return `\\u${random(2) === 0 ? digits : digits.toUpperCase()}`;
}
