import { functionName } from "../calls.js";
import { calleePlace, invocationsOf } from "../invocations.js";
import type { Leak } from "../leak.js";
import {
  calleeName,
  functionAround,
  functionOf,
  isFunction,
  keyName,
  unwrap,
  variableNamed,
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
  for (const { call, looped } of selfCalls(sourceCode)) {
    if (!passesSameArguments(call, looped) || COUNTED.test(sourceCode.getText(looped))) continue;
    const callbacks = callbacksAround(call, looped);
    if (callbacks === null) continue;
    const name = functionName(looped) ?? "then";
    leaks.push({
      messageId: "recursion",
      data: { holder: name.split(".").at(-1) ?? name },
      place: calleePlace(call.callee),
      isLikely: isUnconditional(sourceCode, call, looped),
      holder: {
        kind: "promise",
        name: `${name}()`,
        container: "unknown",
        expression: null,
        closures: [looped, ...callbacks],
      },
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

/** Calls of a named function, or of a method through `this`, below that function itself, where promises are chained. */
function selfCalls(sourceCode: SourceCode): readonly SelfCall[] {
  const chaining = new Map<FunctionNode, string>();
  for (const then of invocationsOf(sourceCode, ["then", "catch", "finally"])) {
    for (let up = functionAround(then); up && !chaining.has(up); up = functionAround(up)) {
      const name = nameOf(up);
      if (name !== null) chaining.set(up, name);
    }
  }
  return [...chaining].flatMap(([looped, name]) =>
    invocationsOf(sourceCode, [name]).flatMap((call) =>
      call.type === "CallExpression" && isBelow(call, looped) && isCallOf(sourceCode, call, looped)
        ? [{ call, looped }]
        : [],
    ),
  );
}

/** What a function is called by: its binding's name, or that of the method it is. */
function nameOf(looped: FunctionNode): string | null {
  const { parent } = wrapped(looped);
  switch (parent?.type) {
    case "MethodDefinition":
    case "Property":
    case "PropertyDefinition":
      return keyName(parent.key, parent.computed)?.replace(/^#/, "") ?? null;
    case "VariableDeclarator":
      return parent.id.type === "Identifier" ? parent.id.name : null;
    default:
      return looped.id?.name ?? null;
  }
}

function isCallOf(sourceCode: SourceCode, call: SelfCall["call"], looped: FunctionNode): boolean {
  const callee = unwrap(call.callee);
  if (callee.type === "Identifier") {
    const variable = variableNamed(sourceCode, callee);
    return variable !== null && functionOf(variable) === looped;
  }
  const isMethod = /^(?:MethodDefinition|Property|PropertyDefinition)$/.test(looped.parent.type);
  const object = callee.type === "MemberExpression" ? unwrap(callee.object) : null;
  const isSelf = object?.type === "Identifier" && /^_?(?:this|self|that)$/.test(object.name);
  return isMethod && (object?.type === "ThisExpression" || isSelf);
}

function isBelow(node: Node, around: FunctionNode): boolean {
  return node.range[0] >= around.body.range[0] && node.range[1] <= around.body.range[1];
}

/**
 * The callbacks of `then` between a call and the function whose own promise waits for it: returned or awaited all the
 * way. Null where it does not wait.
 */
function callbacksAround(call: Node, looped: FunctionNode): readonly FunctionNode[] | null {
  const callbacks: FunctionNode[] = [];
  let node = call;
  for (;;) {
    const around = runningFunction(node);
    if (!around || !isReturnedFrom(node)) return null;
    if (around === looped) return callbacks.length > 0 ? callbacks : null;
    const then = wrapped(around).parent;
    if (then?.type !== "CallExpression" || !/^(then|catch|finally)$/.test(calleeName(then.callee))) return null;
    callbacks.push(around);
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
