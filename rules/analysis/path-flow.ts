/**
 * The ways control can take from one place to others of the same function, worked out on the syntax tree for the few
 * functions that are asked about: ESLint's code paths are built for every function of every file, and take only calls
 * inside `try` for calls that may throw.
 */
import type { TSESTree } from "@typescript-eslint/utils";
import {
  calleeName,
  functionOf,
  isFunction,
  isInside,
  isNode,
  unwrap,
  variableNamed,
  walk,
  wrapped,
  type FunctionNode,
  type Node,
  type SourceCode,
} from "./syntax.js";

/** A way out of a function that passes by a release. */
export interface Exit {
  /**
   * `throw`, `return`, `break`, `continue`: a statement that leaves. `branch`: the release is on one side of a
   * condition only. `rejection`: the release waits for a promise, and is not told when that fails. `await`: a promise
   * may reject, or a generator be left. `call`: a call may throw.
   */
  readonly kind: "throw" | "return" | "break" | "continue" | "branch" | "rejection" | "await" | "call";
  /** What leaves; for `branch` the condition's statement or expression. */
  readonly node: Node;
}

/** A way out that is taken while the resource is held. */
interface Leaving extends Exit {
  /** The label of a `break` or `continue`. */
  readonly label: string | null;
}

/** What can be true at a place. None of it: the place is not reached. */
interface State {
  /** The acquisition has not run. */
  readonly before: boolean;
  /** It has, and no release; with what was thrown and caught since, if anything was. */
  readonly held: { readonly caught: Leaving | null } | null;
  readonly released: boolean;
}

const NEVER: State = { before: false, held: null, released: false };

function either(one: State, other: State): State {
  const held = one.held?.caught === null ? one.held : (other.held ?? one.held);
  return { before: one.before || other.before, held, released: one.released || other.released };
}

/**
 * Where a release happens for the function `around`: the release itself, or each place at which a local function that
 * contains it is called or handed on.
 */
export function releasePoints(sourceCode: SourceCode, release: Node, around: FunctionNode | null): readonly Node[] {
  for (let up = release.parent; up && up !== around; up = up.parent) {
    if (!isFunction(up)) continue;
    const declared = wrapped(up).parent;
    const name =
      up.type === "FunctionDeclaration" ? up.id : declared?.type === "VariableDeclarator" ? declared.id : null;
    const variable = name?.type === "Identifier" ? variableNamed(sourceCode, name) : null;
    if (!variable || functionOf(variable) !== up) continue;
    const uses = variable.references.filter(({ identifier, init }) => init !== true && !isInside(identifier, up));
    return uses.map(({ identifier }): Node => {
      const call = identifier.parent;
      return call?.type === "CallExpression" && call.callee === identifier ? call : identifier;
    });
  }
  return [release];
}

export class Flow {
  readonly #sourceCode: SourceCode;
  readonly #from: Node;
  readonly #releases: readonly Node[];
  readonly #around: FunctionNode | null;
  /** The ways out of what is being looked at, which an enclosing `try` or loop may still catch. */
  #leaving: readonly Leaving[] = [];

  constructor(sourceCode: SourceCode, from: Node, releases: readonly Node[], around: FunctionNode | null) {
    this.#sourceCode = sourceCode;
    this.#from = from;
    this.#releases = releases;
    this.#around = around;
  }

  exits(): readonly Exit[] {
    const end = this.#run(this.#around?.body ?? this.#sourceCode.ast, { ...NEVER, before: true });
    const exits: Exit[] = [...this.#leaving];
    if (!end.held) return exits;
    const condition = this.#conditionOfRelease();
    const last = end.held.caught ?? (condition && { kind: "branch", node: condition });
    return last ? [...exits, last] : exits;
  }

  /** The condition that a release stands under and the acquisition does not. */
  #conditionOfRelease(): Node | null {
    for (const release of this.#releases) {
      for (let up = release.parent; up && up !== this.#around && !isInside(this.#from, up); up = up.parent) {
        if (/^(?:If|For|ForOf|ForIn|While|Switch)Statement$|^ConditionalEx|^LogicalEx/.test(up.type)) return up;
      }
    }
    return null;
  }

  #run(node: Node | null | undefined, state: State): State {
    // Before the acquisition and after the release, nothing that happens matters.
    if (!node || (!state.held && !isInside(this.#from, node))) return state;
    if (this.#releases.includes(node)) return this.#released(this.#children(node, state));
    if (isFunction(node)) return this.#closure(node, state);
    if (node === this.#from) return this.#acquire(node, state);
    switch (node.type) {
      case "IfStatement":
      case "ConditionalExpression":
        return this.#branches(node, state);
      case "LogicalExpression": {
        const left = this.#run(node.left, state);
        const right = this.#run(node.right, left);
        return this.#isAboutHandle(node.left, node.right) ? right : either(left, right);
      }
      case "SwitchStatement":
        return this.#switch(node, state);
      case "WhileStatement":
      case "DoWhileStatement":
      case "ForStatement":
      case "ForOfStatement":
      case "ForInStatement":
        return this.#loop(node, state, null);
      case "LabeledStatement":
        return this.#labelled(node, state);
      case "TryStatement":
        return this.#try(node, state);
      case "ReturnStatement":
        return this.#leave("return", node, this.#run(node.argument, state));
      case "ThrowStatement":
        return this.#leave("throw", node, this.#run(node.argument, state));
      case "BreakStatement":
      case "ContinueStatement":
        return this.#leave(node.type === "BreakStatement" ? "break" : "continue", node, state, node.label?.name);
      case "AwaitExpression":
      case "YieldExpression":
        return this.#mayLeave("await", node, this.#run(node.argument, state));
      case "CallExpression":
      case "NewExpression":
        return this.#mayLeave("call", node, this.#children(node, state));
      default:
        return this.#children(node, state);
    }
  }

  #children(node: Node, state: State): State {
    let next = state;
    for (const key of this.#sourceCode.visitorKeys[node.type] ?? []) {
      const child: unknown = Reflect.get(node, key);
      for (const item of Array.isArray(child) ? child : [child]) if (isNode(item)) next = this.#run(item, next);
    }
    return next;
  }

  #acquire(node: Node, state: State): State {
    const inside = this.#children(node, state);
    return { before: false, held: inside.before ? { caught: null } : inside.held, released: inside.released };
  }

  #released(state: State): State {
    return state.held ? { before: state.before, held: null, released: true } : state;
  }

  /** A closure that releases takes the duty over when it is made, unless it only hears of success. */
  #closure(node: FunctionNode, state: State): State {
    if (!state.held || !this.#releases.some((release) => isInside(release, node))) return state;
    const settling = successCallOf(node);
    if (settling) this.#leaving = [...this.#leaving, { kind: "rejection", node: settling, label: null }];
    return this.#released(state);
  }

  #branches(node: TSESTree.IfStatement | TSESTree.ConditionalExpression, state: State): State {
    const tested = this.#run(node.test, state);
    const consequent = this.#run(node.consequent, tested);
    const alternate = this.#run(node.alternate, tested);
    if (this.#isAboutHandle(node.test, node.consequent)) return consequent;
    if (node.alternate && this.#isAboutHandle(node.test, node.alternate)) return alternate;
    return either(consequent, alternate);
  }

  /** `if (timer) clearTimeout(timer)`: the condition is that there is something to release. */
  #isAboutHandle(test: Node, branch: Node): boolean {
    const releases = this.#releases.filter((release) => isInside(release, branch));
    if (releases.length === 0) return false;
    const tested = namesIn(this.#sourceCode, test);
    return releases.some((release) => namesIn(this.#sourceCode, release).some((name) => tested.includes(name)));
  }

  #switch(node: TSESTree.SwitchStatement, state: State): State {
    const start = this.#run(node.discriminant, state);
    return this.#apart(() => {
      let fallen = NEVER;
      for (const { consequent } of node.cases) {
        fallen = consequent.reduce((next: State, statement) => this.#run(statement, next), either(start, fallen));
      }
      const after = holding(
        fallen,
        this.#take(({ kind, label }) => kind === "break" && label === null),
      );
      return node.cases.some(({ test }) => test === null) ? after : either(start, after);
    });
  }

  #loop(node: Loop, state: State, name: string | null): State {
    const first = this.#loopHead(node, state);
    return this.#apart(() => {
      const round = this.#run(node.body, first);
      // What one round acquires and a `continue` leaves behind is lost to the next round.
      const isPerRound = isInside(this.#from, node.body) && this.#releases.some((each) => isInside(each, node.body));
      const isOwn = ({ kind, label }: Leaving) =>
        (kind === "break" || kind === "continue") && (label === null || label === name);
      const left = isPerRound ? [] : this.#take(isOwn);
      if (isPerRound && round.held) return round;
      const isEndless = (node.type === "ForStatement" && !node.test) || ("test" in node && isTrue(node.test));
      const after = holding(isEndless ? { ...round, held: null } : round, left);
      return isEndless || node.type === "DoWhileStatement" ? after : either(first, after);
    });
  }

  #loopHead(node: Loop, state: State): State {
    switch (node.type) {
      case "ForStatement":
        return this.#run(node.test, this.#run(node.init, state));
      case "WhileStatement":
        return this.#run(node.test, state);
      case "DoWhileStatement":
        return state;
      default: {
        const listed = this.#run(node.right, state);
        return node.type === "ForOfStatement" && node.await ? this.#mayLeave("await", node.right, listed) : listed;
      }
    }
  }

  #labelled({ body, label }: TSESTree.LabeledStatement, state: State): State {
    if (isLoop(body)) return this.#loop(body, state, label.name);
    const after = this.#run(body, state);
    return holding(
      after,
      this.#take((each) => each.label === label.name),
    );
  }

  #try(node: TSESTree.TryStatement, state: State): State {
    return this.#apart(() => {
      let after = this.#run(node.block, state);
      if (node.handler) {
        const failures = this.#take(({ kind }) => kind === "throw" || kind === "await" || kind === "call");
        const thrown = failures.find(({ kind }) => kind !== "call") ?? failures[0];
        if (thrown) after = either(after, this.#run(node.handler.body, { ...NEVER, held: { caught: thrown } }));
      }
      return node.finalizer ? this.#finally(node.finalizer, after) : after;
    });
  }

  #finally(finalizer: Node, before: State): State {
    const pending = this.#leaving;
    this.#leaving = [];
    const releases = !this.#run(finalizer, { ...NEVER, held: { caught: null } }).held;
    this.#leaving = releases ? [] : pending;
    return this.#run(finalizer, releases ? this.#released(before) : before);
  }

  /** Looks at something whose ways out it may catch itself, apart from those that were found before. */
  #apart(look: () => State): State {
    const outer = this.#leaving;
    this.#leaving = [];
    const state = look();
    this.#leaving = [...outer, ...this.#leaving];
    return state;
  }

  /** A failure that was caught is why a later `return` still holds: it is named in its stead. */
  #leave(kind: Leaving["kind"], node: Node, { held }: State, label?: string): State {
    if (held) this.#leaving = [...this.#leaving, held.caught ?? { kind, node, label: label ?? null }];
    return NEVER;
  }

  #mayLeave(kind: "await" | "call", node: Node, state: State): State {
    const isLater = state.held !== null && !isInside(this.#from, node);
    if (isLater && (kind === "await" || mayThrow(node))) {
      this.#leaving = [...this.#leaving, { kind, node, label: null }];
    }
    return state;
  }

  #take(isWanted: (leaving: Leaving) => boolean): readonly Leaving[] {
    const taken = this.#leaving.filter(isWanted);
    this.#leaving = this.#leaving.filter((each) => !taken.includes(each));
    return taken;
  }
}

type Loop =
  | TSESTree.WhileStatement
  | TSESTree.DoWhileStatement
  | TSESTree.ForStatement
  | TSESTree.ForOfStatement
  | TSESTree.ForInStatement;

function isLoop(node: Node): node is Loop {
  return /^(?:While|DoWhile|For|ForOf|ForIn)Statement$/.test(node.type);
}

function holding(state: State, leaving: readonly Leaving[]): State {
  return leaving.length > 0 ? { ...state, held: { caught: null } } : state;
}

function isTrue(test: Node | null): boolean {
  return test?.type === "Literal" && Boolean(test.value);
}

/** `work.then(release)`, with nothing for a rejection further along the chain: the call, else null. */
function successCallOf(closure: FunctionNode): Node | null {
  const outer = wrapped(closure);
  const call = outer.parent;
  if (call?.type !== "CallExpression" || call.callee === outer) return null;
  if (calleeName(call.callee) !== "then" || call.arguments.length > 1) return null;
  for (let next = wrapped(call).parent; next; next = wrapped(next).parent) {
    if (next.type === "MemberExpression") continue;
    if (next.type !== "CallExpression" || unwrap(next.callee).type !== "MemberExpression") break;
    if (/^(?:catch|finally)$/.test(calleeName(next.callee)) || next.arguments.length > 1) return null;
  }
  return call;
}

/** Calls that do not throw in any code worth the name. */
const SAFE_CALL =
  /^(?:log|debug|info|warn|error|trace|time|timeEnd|now|push|unshift|pop|shift|unref|ref|hasRef|clear\w*|set(?:Timeout|Interval|Immediate)|queueMicrotask|nextTick|resolve|reject|has|get|set|add|delete|keys|values|entries|isArray|min|max|floor|ceil|round|abs|random|toString|String|Number|Boolean|parseInt|parseFloat|Map|Set|WeakMap|WeakSet|Date|Error|\w+Error|Array|Object|Promise|AbortController|from|slice|indexOf|includes|trim|split|join|on|once|off|addEventListener|removeEventListener|then|catch|finally)$/;

function mayThrow(call: Node): boolean {
  return (call.type === "CallExpression" || call.type === "NewExpression") && !SAFE_CALL.test(calleeName(call.callee));
}

function namesIn(sourceCode: SourceCode, node: Node): readonly string[] {
  const names: string[] = [];
  walk(sourceCode, node, (each) => {
    if (each.type === "Identifier" || each.type === "PrivateIdentifier") names.push(each.name);
    return true;
  });
  return names;
}
