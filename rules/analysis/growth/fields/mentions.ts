import type { TSESTree } from "@typescript-eslint/utils";
import { nodeAt } from "../../invocations.js";
import type { SourceCode } from "../../syntax.js";
import { wordsOf, type Words } from "../../words.js";

const SELF_NAMES = ["self", "_self", "that", "_that", "me", "_this"];
/** Names that stand for `this` in closures and in compiled code. */
export const SELF_NAME = new RegExp(`^(?:${SELF_NAMES.join("|")}|_?this\\d+|_this_\\d+)$`);

const NUMBERED = /\b(?:_?this\d+|_this_\d+)(?=\s*=)/g;
const IS_GIVEN_THIS = /\s*=\s*(?:[^;=\n]*\|\|\s*)?this\b/y;
const FIELD = /\s*[!?]?\.\s*#?([\w$]+)/y;
/** What a piece of a stream is called. */
const CHUNK_NAMES = "(?:data|chunk|text|str|string|buf|buffer|message|msg|line|output|part|piece)";
export const CHUNK_NAME = new RegExp(`^${CHUNK_NAMES}$`, "i");
/** A key, with one pair of brackets inside at most; a longer one is not looked over. */
const KEY = String.raw`\[[^[\]]{1,120}(?:\[[^[\]]{0,60}\][^[\]]{0,60})?\]`;
const METHOD = String.raw`[!?]?\.\s*(?:set|add|push|unshift)\s*[(<]`;
/** What follows the name of a field that code adds to. */
const GROWTH = new RegExp(
  `\\s*(?:${METHOD}|\\+=\\s*${CHUNK_NAMES}\\b|(?:\\|\\||\\?\\?)\\s*[=([{]|=\\s*\\[\\s*\\.\\.\\.|!?${KEY}\\s*(?:=[^=>]|\\|\\||\\?\\?|${METHOD}))`,
  "iy",
);
/** What follows the name of a field where it is given a collection or a text: `= []`, `: Map<K, V> = new Map()`. */
const GIVEN = /\s*[?!]?\s*(?:[:=]|\?\?=|\|\|=)(?!=)[^;\n]*?\s*(?:[[{"'`]|\b(?:new|Array|Object)\b)/y;
/** A call, after the name of a field, that takes an entry out of it. */
const TAKING = /\s*[!?]?\.\s*(?:delete|pop|shift)\s*\(/y;
/** What stands around `this.field` in `const entries = this.field;`. */
const ALIASED_BEFORE = /\b(?:const|let|var)\s+[\w$]+[^=;\n]{0,80}=\s*$/;
const ALIASED_AFTER = /[ \t]*[;,\n]/y;

/**
 * The fields of `this` that some code of the file adds to, from the text alone: `this.x.push(`, `this.x[k] =`,
 * `(this.x ??= [])`, `this.x +=`. Most files have none, and then nothing else is looked at. Strings may speak of
 * fields too: who looks up the nodes finds none there.
 */
export function grownFields(words: Words): ReadonlySet<string> {
  const grown = new Set<string>();
  for (const self of ["this", ...aliasesOf(words)]) {
    for (const offset of words.offsetsOf(self)) addGrown(words.text, offset, offset + self.length, grown);
  }
  return grown;
}

/** Whether the text anywhere gives a name a collection or a text to start with: a field without is no holder. */
export function isGivenSomething(words: Words, name: string): boolean {
  return isFollowed(words, name, GIVEN);
}

/** Whether the text plainly takes an entry out of a field: `this.name.delete(key)`, `self.name.shift()`. */
export function isTakenFrom(words: Words, name: string): boolean {
  return isFollowed(words, name, TAKING, isOfSelf);
}

function isFollowed(words: Words, name: string, by: RegExp, isMeant: typeof isOfSelf = () => true): boolean {
  return words.offsetsOf(name).some((offset) => {
    by.lastIndex = offset + name.length;
    return by.test(words.text) && isMeant(words.text, offset);
  });
}

/** Whether the word at an offset is a property of `this`, or of a name that stands for it. */
function isOfSelf(text: string, offset: number): boolean {
  return text.startsWith("this.", offset - 5) || OF_SELF.test(text.slice(Math.max(0, offset - 20), offset));
}

/** Where the code of the file speaks of a field of `this`: each `this.name`, `self.name`. */
export function mentionsOfField(sourceCode: SourceCode, name: string): readonly TSESTree.MemberExpression[] {
  const { text } = sourceCode;
  const found: TSESTree.MemberExpression[] = [];
  for (const offset of wordsOf(sourceCode).offsetsOf(name)) {
    if (!isOfSelf(text, offset)) continue;
    const member = nodeAt(sourceCode, offset).parent;
    if (member?.type === "MemberExpression" && member.property.range[1] === offset + name.length) found.push(member);
  }
  return found;
}

const OF_SELF = new RegExp(`(?<![\\w$.])(?:this|${SELF_NAMES.join("|")}|_?this\\d+|_this_\\d+)\\s*[!?]?\\.\\s*#?$`);

function addGrown(text: string, start: number, end: number, grown: Set<string>): void {
  const next = text[end];
  // Most are `this.` alone, or an argument.
  if (next === "," || next === ")" || next === ";" || text[start - 1] === ".") return;
  FIELD.lastIndex = end;
  const name = FIELD.exec(text)?.[1];
  if (name === undefined || grown.has(name)) return;
  if (isGrown(text, FIELD.lastIndex) || isAliased(text, start, FIELD.lastIndex)) grown.add(name);
}

/** The names that are given `this` in a file. */
function aliasesOf(words: Words): readonly string[] {
  // Compilers number the names where functions nest.
  const numbered = words.has("_this") ? (words.text.match(NUMBERED) ?? []) : [];
  return [...SELF_NAMES, ...new Set(numbered)].filter((name) =>
    words.offsetsOf(name).some((offset) => isGivenThis(words.text, offset + name.length)),
  );
}

function isGivenThis(text: string, end: number): boolean {
  IS_GIVEN_THIS.lastIndex = end;
  return IS_GIVEN_THIS.test(text);
}

function isGrown(text: string, end: number): boolean {
  // A call of another method is by far what most often follows.
  if (text[end] === "(" || text[end] === ")") return false;
  GROWTH.lastIndex = end;
  return GROWTH.test(text);
}

function isAliased(text: string, start: number, end: number): boolean {
  if (!/[=\s]/.test(text[start - 1] ?? "")) return false;
  ALIASED_AFTER.lastIndex = end;
  return ALIASED_AFTER.test(text) && ALIASED_BEFORE.test(text.slice(Math.max(0, start - 120), start));
}
