import type { TSESTree } from "@typescript-eslint/utils";
import { perFile } from "./per-file.js";
import { isNode, unwrap, wrapped, type Node, type SourceCode } from "./syntax.js";
import { wordsOf } from "./words.js";

export type Invocation = TSESTree.CallExpression | TSESTree.NewExpression;

/**
 * The calls and constructions of a file whose callee ends in one of `names`: `on` finds `a.b.on(…)`, `on(…)` and
 * `(0, a.on)(…)`, `Worker` finds `new Worker(…)` and `new threads.Worker(…)`. In source order for each name.
 *
 * Found among the words of the text, and only then among the nodes: most files name little of what the rules look for.
 */
export function invocationsOf(sourceCode: SourceCode, names: Iterable<string>): readonly Invocation[] {
  const search = searchIn(sourceCode);
  let found: readonly Invocation[] = NONE;
  for (const name of names) {
    const named = invocationsNamed(search, name);
    if (named.length > 0) found = found.length === 0 ? named : [...found, ...named];
  }
  return found;
}

/** Each `new Name(…)` of a file, for one name of the language: not what is named in types. */
export function constructionsOf(sourceCode: SourceCode, name: string): readonly TSESTree.NewExpression[] {
  const { text } = sourceCode;
  return wordsOf(sourceCode)
    .offsetsOf(name)
    .flatMap((offset) => {
      if (!/\bnew\s+$/.test(text.slice(Math.max(0, offset - 12), offset))) return [];
      const made = invocationAt(nodeAt(sourceCode, offset), offset);
      return made?.type === "NewExpression" ? [made] : [];
    });
}

/** The receiver of a method call: `a.b` of `a.b.on(…)`; null for plain calls. */
export function receiverOf({ callee }: Invocation): Node | null {
  const member = calleeOf(callee);
  return member.type === "MemberExpression" ? unwrap(member.object) : null;
}

/** What is called, out of assertions and of the `(0, f)` that compilers write. */
export function calleeOf(callee: Node): Node {
  const node = unwrap(callee);
  const last = node.type === "SequenceExpression" ? node.expressions.at(-1) : undefined;
  return last ? unwrap(last) : node;
}

/** Where a report on a call stands: the name of what is called. */
export function calleePlace(callee: Node): Node {
  const called = calleeOf(callee);
  return called.type === "MemberExpression" ? called.property : called;
}

const NONE: readonly Invocation[] = [];
/** What it takes to find the invocations of a file, and those that were asked for. */
const searchIn = perFile((sourceCode) => ({
  words: wordsOf(sourceCode),
  cursor: cursorOf(sourceCode),
  known: new Map<string, readonly Invocation[]>(),
}));

function invocationsNamed({ words, cursor, known }: ReturnType<typeof searchIn>, name: string): readonly Invocation[] {
  // Most names that are asked for are in no file.
  if (!words.has(name)) return NONE;
  let found = known.get(name);
  if (!found) {
    found = words.offsetsOf(name).flatMap((offset) => {
      if (!mayBeCalled(words.text, offset, offset + name.length)) return [];
      return invocationAt(cursor.nodeAt(offset), offset) ?? [];
    });
    known.set(name, found);
  }
  return found;
}

/** Whether what follows a name could begin its arguments: `(`, type arguments, `?.`, `!`, or the end of `(0, f)`. */
function mayBeCalled(text: string, start: number, end: number): boolean {
  let at = end;
  while (text.charCodeAt(at) <= 32) at++;
  const next = text[at];
  if (next === "(" || next === "<" || next === "?" || next === "!") return true;
  if (next !== ")") return false;
  let before = start - 1;
  while (before > 0 && text.charCodeAt(before) <= 32) before--;
  return text[before] === "." || text[before] === ",";
}

function invocationAt(name: Node, offset: number): Invocation | null {
  if (name.type !== "Identifier" || name.range[0] !== offset) return null;
  let callee = wrapped(name.parent.type === "MemberExpression" && name.parent.property === name ? name.parent : name);
  const sequence = callee.parent;
  if (sequence?.type === "SequenceExpression" && sequence.expressions.at(-1) === callee) callee = wrapped(sequence);
  const call = callee.parent;
  if (call?.type !== "CallExpression" && call?.type !== "NewExpression") return null;
  return call.callee === callee ? call : null;
}

/** The innermost node around an offset. Looks only at nodes on the way, unlike ESLint's `getNodeByRangeIndex`. */
export function nodeAt(sourceCode: SourceCode, offset: number): Node {
  return cursorOf(sourceCode).nodeAt(offset);
}

const cursorOf = perFile((sourceCode) => new Cursor(sourceCode));

/** The innermost node around an offset; asked in rising order, each answer starts from the one before. */
class Cursor {
  readonly #sourceCode: SourceCode;
  #node: Node;

  constructor(sourceCode: SourceCode) {
    this.#sourceCode = sourceCode;
    this.#node = sourceCode.ast;
  }

  nodeAt(offset: number): Node {
    let node = this.#node;
    while (node.parent && !isAround(node, offset)) node = node.parent;
    for (let below = this.#childAt(node, offset); below; below = this.#childAt(node, offset)) node = below;
    this.#node = node;
    return node;
  }

  #childAt(node: Node, offset: number): Node | null {
    for (const key of this.#sourceCode.visitorKeys[node.type] ?? []) {
      const child: unknown = Reflect.get(node, key);
      const found = Array.isArray(child)
        ? itemAt(child, offset)
        : isNode(child) && isAround(child, offset)
          ? child
          : null;
      if (found) return found;
    }
    return null;
  }
}

/** Lists of nodes are in source order; the holes of `[, a]` are not nodes. */
function itemAt(items: readonly unknown[], offset: number): Node | null {
  if (items.length < 8) return items.find((item): item is Node => isNode(item) && isAround(item, offset)) ?? null;
  let [low, high] = [0, items.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (!isNode(item)) return items.find((each): each is Node => isNode(each) && isAround(each, offset)) ?? null;
    if (offset < item.range[0]) high = middle - 1;
    else if (offset >= item.range[1]) low = middle + 1;
    else return item;
  }
  return null;
}

function isAround({ range }: Node, offset: number): boolean {
  return range[0] <= offset && offset < range[1];
}
