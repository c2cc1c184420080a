import { functionName } from "../calls.js";
import { invocationsOf } from "../invocations.js";
import type { Leak } from "../leak.js";
import {
  calleeName,
  functionAround,
  functionOf,
  isFunction,
  keyName,
  unwrap,
  wrapped,
  type FunctionNode,
  type Node,
  type SourceCode,
} from "../syntax.js";
import { runningFunction } from "./lifespan.js";

/**
 * Functions that answer with the promise of their own next call: `return step().then(() => loop())`. Each promise is
 * resolved with the next one, and V8 keeps the whole chain until the last of them settles.
 */
export function promiseRecursions(sourceCode: SourceCode): readonly Leak[] {
  const leaks: Leak[] = [];
  if (!/\.(?:then|catch|finally)\s*[(<]/.test(sourceCode.text)) return leaks;
  for (const { call, looped } of selfCalls(sourceCode)) {
    if (!passesSameArguments(call, looped) || COUNTED.test(sourceCode.getText(looped))) continue;
    if (!isAnswer(call, looped)) continue;
    const name = functionName(looped) ?? "then";
    leaks.push({
      messageId: "recursion",
      data: { holder: name.split(".").at(-1) ?? name },
      place: call.callee.type === "MemberExpression" ? call.callee.property : call.callee,
      isLikely: isUnconditional(sourceCode, call, looped),
      holder: { kind: "promise", name: `${name}()`, container: "unknown", expression: null, closures: [looped] },
      acquisitions: [call],
      releases: [],
    });
  }
  return leaks;
}

/** Rounds that are counted come to an end. */
const COUNTED = /retr(?:y|ies)|attempt|tries|max[A-Z_]|\blimit|\+\+|--|[+-]= ?1\b|\.shift\(|\.pop\(|\.length\b/i;

interface SelfCall {
  readonly call: Extract<Node, { type: "CallExpression" }>;
  readonly looped: FunctionNode;
}

/** Calls of a named function, or of a method through `this`, below that function itself. */
function selfCalls(sourceCode: SourceCode): readonly SelfCall[] {
  const found: SelfCall[] = [];
  for (const scope of sourceCode.scopeManager?.scopes ?? []) {
    for (const variable of scope.variables) {
      const looped = functionOf(variable);
      if (!looped) continue;
      for (const { identifier } of variable.references) {
        const call = identifier.parent;
        if (call?.type === "CallExpression" && call.callee === identifier && isBelow(call, looped))
          found.push({ call, looped });
      }
    }
  }
  return [...found, ...methodCalls(sourceCode)];
}

function methodCalls(sourceCode: SourceCode): readonly SelfCall[] {
  const methods = new Map<string, Set<FunctionNode>>();
  for (const then of invocationsOf(sourceCode, ["then"])) {
    for (let up = functionAround(then); up; up = functionAround(up)) {
      const parent = up.parent;
      if (parent.type !== "MethodDefinition" && parent.type !== "Property" && parent.type !== "PropertyDefinition")
        continue;
      const name = keyName(parent.key, parent.computed);
      if (name !== null) methods.set(name, (methods.get(name) ?? new Set()).add(up));
    }
  }
  const found: SelfCall[] = [];
  for (const [name, functions] of methods) {
    for (const call of invocationsOf(sourceCode, [name])) {
      if (call.type !== "CallExpression" || call.callee.type !== "MemberExpression") continue;
      const object = unwrap(call.callee.object);
      const isOwn =
        object.type === "ThisExpression" || (object.type === "Identifier" && /^_?(this|self|that)$/.test(object.name));
      for (const looped of functions) if (isOwn && isBelow(call, looped)) found.push({ call, looped });
    }
  }
  return found;
}

function isBelow(node: Node, around: FunctionNode): boolean {
  return node.range[0] >= around.body.range[0] && node.range[1] <= around.body.range[1];
}

/** Whether the function's own promise waits for the call: returned or awaited, through callbacks of `then`. */
function isAnswer(call: Node, looped: FunctionNode): boolean {
  let node = call;
  let isChained = false;
  for (;;) {
    const around = runningFunction(node);
    if (!around) return false;
    const isReturned = isReturnedFrom(node);
    if (around === looped) return isReturned && isChained;
    if (!isReturned) return false;
    const then = wrapped(around).parent;
    if (then?.type !== "CallExpression" || !/^(then|catch|finally)$/.test(calleeName(then.callee))) return false;
    isChained = true;
    node = chainEnd(then);
  }
}

/** The whole of `a.then(…).catch(…)`. */
function chainEnd(call: Node): Node {
  let node = call;
  for (;;) {
    const member = wrapped(node).parent;
    if (member?.type !== "MemberExpression" || member.object !== wrapped(node)) return node;
    if (member.parent.type !== "CallExpression" || member.parent.callee !== member) return node;
    if (!/^(then|catch|finally)$/.test(calleeName(member))) return node;
    node = member.parent;
  }
}

function isReturnedFrom(node: Node): boolean {
  const outer = wrapped(node);
  const parent = outer.parent;
  if (!parent) return false;
  if (
    parent.type === "ConditionalExpression" ||
    parent.type === "LogicalExpression" ||
    parent.type === "AwaitExpression"
  )
    return isReturnedFrom(parent);
  return parent.type === "ReturnStatement" || (isFunction(parent) && parent.body === outer);
}

function passesSameArguments(call: SelfCall["call"], looped: FunctionNode): boolean {
  return call.arguments.every((argument, index) => {
    const parameter = looped.params[index];
    const name = parameter?.type === "AssignmentPattern" ? parameter.left : parameter;
    return argument.type === "Identifier" && name?.type === "Identifier" && argument.name === name.name;
  });
}

/** Whether nothing between the function's start and the call could end the rounds. */
function isUnconditional(sourceCode: SourceCode, call: Node, looped: FunctionNode): boolean {
  for (let up = call.parent; up && up !== looped; up = up.parent) {
    if (/^(If|Conditional|Logical|Switch|Try|Catch)/.test(up.type)) return false;
  }
  const before = sourceCode.text.slice(looped.body.range[0], call.range[0]);
  return !/\b(?:if|throw|switch|return\s*;)/.test(before) && !/\bif\b|\bthrow\b/.test(before);
}
