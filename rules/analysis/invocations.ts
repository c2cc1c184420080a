import type { TSESTree } from "@typescript-eslint/utils";
import { perFile } from "./per-file.js";
import { isNode, unwrap, wrapped, type Node, type SourceCode } from "./syntax.js";

export type Invocation = TSESTree.CallExpression | TSESTree.NewExpression;

/**
 * The calls and constructions of a file whose callee ends in one of `names`: `on` finds `a.b.on(…)` and `on(…)`,
 * `Worker` finds `new Worker(…)` and `new threads.Worker(…)`. In source order for each name.
 *
 * Found from the tokens that the parser made anyway: no rule visits nodes to find its calls, and only the nodes of
 * names that some rule asks for are looked up.
 */
export function invocationsOf(sourceCode: SourceCode, names: Iterable<string>): readonly Invocation[] {
  const index = indexOf(sourceCode);
  const found: Invocation[] = [];
  for (const name of names) found.push(...index.named(name));
  return found;
}

/** Every name that something of the file is called by. */
export function invokedNames(sourceCode: SourceCode): Iterable<string> {
  return indexOf(sourceCode).names();
}

/** The receiver of a method call: `a.b` of `a.b.on(…)`; null for plain calls. */
export function receiverOf({ callee }: Invocation): Node | null {
  const member = unwrap(callee);
  return member.type === "MemberExpression" ? unwrap(member.object) : null;
}

const indexOf = perFile((sourceCode) => new InvocationIndex(sourceCode));

class InvocationIndex {
  readonly #sourceCode: SourceCode;
  readonly #offsets = new Map<string, number[]>();
  readonly #found = new Map<string, readonly Invocation[]>();

  constructor(sourceCode: SourceCode) {
    this.#sourceCode = sourceCode;
    const { tokens } = sourceCode.ast;
    for (let index = 1; index < tokens.length; index++) {
      const next = tokens[index];
      if (next?.type !== "Punctuator") continue;
      if (next.value !== "(" && next.value !== "<" && next.value !== "?.") continue;
      const token = tokens[index - 1];
      if (token?.type !== "Identifier" && token?.type !== "Keyword") continue;
      const offsets = this.#offsets.get(token.value);
      if (offsets) offsets.push(token.range[0]);
      else this.#offsets.set(token.value, [token.range[0]]);
    }
  }

  names(): Iterable<string> {
    return this.#offsets.keys();
  }

  named(name: string): readonly Invocation[] {
    let found = this.#found.get(name);
    if (!found) {
      const offsets = this.#offsets.get(name) ?? [];
      found = offsets.map((offset) => invocationAt(this.#sourceCode, offset)).filter((node) => node !== null);
      this.#found.set(name, found);
    }
    return found;
  }
}

function invocationAt(sourceCode: SourceCode, offset: number): Invocation | null {
  const name = nodeAt(sourceCode, offset);
  if (name.type !== "Identifier" || name.range[0] !== offset) return null;
  const member = name.parent;
  const callee = wrapped(member.type === "MemberExpression" && member.property === name ? member : name);
  const call = callee.parent;
  if (call?.type !== "CallExpression" && call?.type !== "NewExpression") return null;
  return call.callee === callee ? call : null;
}

/** The innermost node around an offset. Looks only at nodes on the way, unlike ESLint's `getNodeByRangeIndex`. */
export function nodeAt(sourceCode: SourceCode, offset: number): Node {
  let node: Node = sourceCode.ast;
  for (;;) {
    const below = childAt(sourceCode, node, offset);
    if (!below) return node;
    node = below;
  }
}

function childAt(sourceCode: SourceCode, node: Node, offset: number): Node | null {
  for (const key of sourceCode.visitorKeys[node.type] ?? []) {
    const child: unknown = Reflect.get(node, key);
    if (Array.isArray(child)) {
      const found: unknown = child.find((item) => isAround(item, offset));
      if (isNode(found)) return found;
    } else if (isAround(child, offset)) {
      return child;
    }
  }
  return null;
}

function isAround(value: unknown, offset: number): value is Node {
  return isNode(value) && value.range[0] <= offset && offset < value.range[1];
}
