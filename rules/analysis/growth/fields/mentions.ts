import type { SourceCode } from "../../syntax.js";

/** Names that stand for `this` in closures and in compiled code. */
export const SELF_NAME = /^(?:_?this\d*|_this_\d+|self|_self|that|_that|me)$/;

const GROWING_METHOD = /^(?:set|add|push|unshift)$/;
const LAZY = new Set(["||", "??", "||=", "??="]);
/** A longer key is not looked over. */
const MAX_KEY_TOKENS = 40;

/** Where a file speaks of a field of `this`: the offset of the field's name in each `this.field`. */
export type FieldMentions = ReadonlyMap<string, readonly number[]>;

/**
 * The fields that some code of the file adds to, by name, from the tokens alone: `this.x.push(`, `this.x[k] =`,
 * `(this.x ??= [])`, `this.x +=`. Most files have none, and then nothing else is looked at.
 */
export function grownFields(sourceCode: SourceCode): FieldMentions {
  const { tokens } = sourceCode.ast;
  const offsets = new Map<string, number[]>();
  const grown = new Set<string>();
  for (let index = 2; index < tokens.length; index++) {
    const dot = tokens[index - 1]?.value;
    if (dot !== "." && dot !== "?.") continue;
    const self = tokens[index - 2];
    const name = tokens[index];
    if (!self || !name || (self.value !== "this" && !SELF_NAME.test(self.value))) continue;
    if (tokens[index - 3]?.value === ".") continue;
    const key = name.value.replace(/^#/, "");
    const known = offsets.get(key);
    if (known) known.push(name.range[0]);
    else offsets.set(key, [name.range[0]]);
    if (!grown.has(key) && (isGrown(tokens, index + 1) || isAliased(tokens, index))) grown.add(key);
  }
  for (const name of offsets.keys()) if (!grown.has(name)) offsets.delete(name);
  return offsets;
}

/** `const entries = this.entries;`. */
function isAliased(tokens: Tokens, index: number): boolean {
  if (tokens[index - 3]?.value !== "=" || !/^(?:const|let|var)$/.test(tokens[index - 5]?.value ?? "")) return false;
  const next = tokens[index + 1];
  return next === undefined || !/^[.[(?+*/<>=&|-]/.test(next.value);
}

type Tokens = SourceCode["ast"]["tokens"];

function isGrown(tokens: Tokens, start: number): boolean {
  let at = start;
  if (tokens[at]?.value === "!") at++;
  const next = tokens[at]?.value ?? "";
  if (next === "+=" || LAZY.has(next)) return true;
  if (next === "." || next === "?.")
    return GROWING_METHOD.test(tokens[at + 1]?.value ?? "") && isOpening(tokens[at + 2]?.value);
  if (next === "[") return isKeyedGrowth(tokens, at);
  return next === "=" && tokens[at + 1]?.value === "[" && tokens[at + 2]?.value === "...";
}

/** `this.x[key] =`, `this.x[key].push(`. */
function isKeyedGrowth(tokens: Tokens, open: number): boolean {
  let depth = 0;
  for (let at = open; at < open + MAX_KEY_TOKENS; at++) {
    const value = tokens[at]?.value;
    if (value === "[") depth++;
    else if (value === "]" && --depth === 0) {
      const after = tokens[at + 1]?.value ?? "";
      return after === "=" || LAZY.has(after) || (after === "." && GROWING_METHOD.test(tokens[at + 2]?.value ?? ""));
    }
  }
  return false;
}

function isOpening(value: string | undefined): boolean {
  return value === "(" || value === "<";
}
