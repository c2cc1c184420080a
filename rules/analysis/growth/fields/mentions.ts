import type { SourceCode } from "../../syntax.js";

/** Names that stand for `this` in closures and in compiled code. */
export const SELF_NAME = /^(?:_?this\d*|_this_\d+|self|_self|that|_that|me)$/;

const ALIAS = /(?<![\w$.])(_?this\d+|_this(?:_\d+)?|self|_self|that|_that|me)\s*=\s*(?:[^;=\n]*\|\|\s*)?this\b/g;
/** A key, with one pair of brackets inside at most; a longer one is not looked over. */
const KEY = String.raw`\[[^[\]]{1,120}(?:\[[^[\]]{0,60}\][^[\]]{0,60})?\]`;
const METHOD = String.raw`[!?]?\.\s*(?:set|add|push|unshift)\s*[(<]`;
/** What follows the name of a field that code adds to. */
const GROWTH = new RegExp(
  `\\s*(?:${METHOD}|\\+=|\\|\\||\\?\\?|=\\s*\\[\\s*\\.\\.\\.|!?${KEY}\\s*(?:=[^=>]|\\|\\||\\?\\?|${METHOD}))`,
  "y",
);
/** What stands around `this.field` in `const entries = this.field;`. */
const ALIASED_BEFORE = /\b(?:const|let|var)\s+[\w$]+[^=;\n]{0,80}=\s*$/;
const ALIASED_AFTER = /[ \t]*[;,\n]/y;

/** Where a file speaks of a field of `this`: the offset of the field's name in each `this.field`. */
export type FieldMentions = ReadonlyMap<string, readonly number[]>;

/**
 * The fields that some code of the file adds to, by name, from the text alone: `this.x.push(`, `this.x[k] =`,
 * `(this.x ??= [])`, `this.x +=`. Most files have none, and then nothing else is looked at. Comments and strings may
 * speak of fields too: who looks up the nodes finds none there.
 */
export function grownFields({ text }: Pick<SourceCode, "text">): FieldMentions {
  const offsets = new Map<string, number[]>();
  const grown = new Set<string>();
  for (const self of ["this", ...aliasesOf(text)]) {
    const mention = new RegExp(String.raw`\b${self}\s*[!?]?\.\s*(#?[\w$]+)`, "g");
    for (let match = mention.exec(text); match; match = mention.exec(text)) {
      const [, written = ""] = match;
      if (text[match.index - 1] === ".") continue;
      // A private field's node begins with its `#`.
      const name = written.replace("#", "");
      const end = mention.lastIndex;
      const known = offsets.get(name);
      if (known) known.push(end - written.length);
      else offsets.set(name, [end - written.length]);
      if (!grown.has(name) && (isGrown(text, end) || isAliased(text, match.index, end))) grown.add(name);
    }
  }
  for (const name of offsets.keys()) if (!grown.has(name)) offsets.delete(name);
  return offsets;
}

/** The names that are given `this` in a file. */
function aliasesOf(text: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [, name] of text.matchAll(ALIAS)) if (name !== undefined) names.add(name);
  return names;
}

function isGrown(text: string, end: number): boolean {
  GROWTH.lastIndex = end;
  return GROWTH.test(text);
}

function isAliased(text: string, start: number, end: number): boolean {
  ALIASED_AFTER.lastIndex = end;
  return ALIASED_AFTER.test(text) && ALIASED_BEFORE.test(text.slice(Math.max(0, start - 120), start));
}
