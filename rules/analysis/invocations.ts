import type { TSESTree } from "@typescript-eslint/utils";
import { perFile } from "./per-file.js";
import { isNode, unwrap, wrapped, type Node, type SourceCode } from "./syntax.js";

export type Invocation = TSESTree.CallExpression | TSESTree.NewExpression;

/**
 * The calls and constructions of a file whose callee ends in one of `names`: `on` finds `a.b.on(…)`, `on(…)` and
 * `(0, a.on)(…)`, `Worker` finds `new Worker(…)` and `new threads.Worker(…)`. In source order for each name.
 *
 * Found in the text, and only then among the nodes: a regular expression reads a file many times faster than a visitor
 * sees its nodes, and most files name little of what the rules look for.
 */
export function invocationsOf(sourceCode: SourceCode, names: Iterable<string>): readonly Invocation[] {
  return indexOf(sourceCode).named([...names]);
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

const indexOf = perFile((sourceCode) => new InvocationIndex(sourceCode));

class InvocationIndex {
  readonly #sourceCode: SourceCode;
  readonly #found = new Map<string, Invocation[]>();

  constructor(sourceCode: SourceCode) {
    this.#sourceCode = sourceCode;
  }

  named(names: readonly string[]): readonly Invocation[] {
    const unknown = names.filter((name) => !this.#found.has(name));
    if (unknown.length > 0) this.#search(unknown);
    const found = names.flatMap((name) => this.#found.get(name) ?? []);
    return found;
  }

  #search(names: readonly string[]): void {
    for (const name of names) this.#found.set(name, []);
    const { text } = this.#sourceCode;
    const pattern = patternOf(names);
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
      const [name] = match;
      if (!mayBeCalled(text, pattern.lastIndex)) continue;
      const invocation = invocationAt(nodeAt(this.#sourceCode, match.index), match.index);
      if (invocation) this.#found.get(name)?.push(invocation);
    }
  }
}

const patterns = new Map<string, RegExp>();

function patternOf(names: readonly string[]): RegExp {
  const source = names.map((name) => name.replace(/[^\w]/g, "\\$&")).join("|");
  let pattern = patterns.get(source);
  if (!pattern) {
    if (patterns.size >= 100) patterns.clear();
    pattern = new RegExp(`(?<![\\w$])(?:${source})(?![\\w$])`, "g");
    patterns.set(source, pattern);
  }
  return pattern;
}

/** Whether what follows a name could begin its arguments: `(`, type arguments, `?.`, `!`, or the end of `(0, f)`. */
function mayBeCalled(text: string, index: number): boolean {
  let at = index;
  while (text.charCodeAt(at) <= 32) at++;
  const next = text[at];
  return next === "(" || next === "<" || next === "?" || next === "!" || next === ")";
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
