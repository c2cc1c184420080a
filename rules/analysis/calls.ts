import type { TSESTree } from "@typescript-eslint/utils";
import { invocationsOf, receiverOf } from "./invocations.js";
import { perFile } from "./per-file.js";
import {
  calleeName,
  functionAround,
  functionOf,
  isInside,
  keyName,
  propertyName,
  variableNamed,
  wrapped,
  type FunctionNode,
  type Node,
  type SourceCode,
} from "./syntax.js";

/** Whether running `from` may run `to`, through functions and methods of the file that it calls or hands on. */
export function reaches(sourceCode: SourceCode, from: FunctionNode, to: FunctionNode): boolean {
  if (isInside(to, from)) return true;
  const method = methodName(to);
  const calls = method === null ? [] : invocationsOf(sourceCode, [method.replace(/^#/, "")]).filter(receiverOf);
  if (calls.some((call) => isInside(call, from))) return true;
  const pending = [to, ...functionsAround(to), ...calls.flatMap(functionsAround)];
  const seen = new Set<FunctionNode>(pending);
  for (let next = pending.pop(); next; next = pending.pop()) {
    for (const caller of mentioning(sourceCode, next)) {
      if (caller === from) return true;
      if (seen.has(caller)) continue;
      seen.add(caller);
      pending.push(caller);
    }
  }
  return false;
}

/** Whether some function of the file leads to both: what one call adds, another step of the same call takes away. */
export function haveCommonCaller(sourceCode: SourceCode, first: FunctionNode, second: FunctionNode): boolean {
  const callers = new Set<FunctionNode>();
  const pending = [second];
  for (let next = pending.pop(); next; next = pending.pop()) {
    for (const caller of mentioning(sourceCode, next)) {
      // A function around both only declares them: its own callers say nothing of their calls.
      const isScope = isInside(first, caller) && isInside(second, caller);
      if (!isScope && !callers.has(caller)) {
        callers.add(caller);
        pending.push(caller);
      }
    }
  }
  callers.delete(second);
  for (const caller of callers) if (reaches(sourceCode, caller, first)) return true;
  return false;
}

const TIMER_CALL =
  /^(setTimeout|setInterval|setImmediate|requestAnimationFrame|requestIdleCallback|nextTick|queueMicrotask|debounce|throttle|defer)$/;

/** Whether code stands in a callback that a timer runs, in place or by name. */
export function isTimed(sourceCode: SourceCode, node: Node): boolean {
  return timerCalls(sourceCode, node).length > 0;
}

/** Whether a timer runs it over and over: an interval, or a timeout whose callback sets it again. */
export function isTimedAgain(sourceCode: SourceCode, node: Node): boolean {
  return timerCalls(sourceCode, node).some(
    ({ call, callback }) =>
      /Interval|Animation|debounce|throttle/.test(calleeName(call.callee)) || isInside(call, callback),
  );
}

interface TimerCall {
  readonly call: TSESTree.CallExpression;
  readonly callback: FunctionNode;
}

function timerCalls(sourceCode: SourceCode, node: Node): readonly TimerCall[] {
  const found: TimerCall[] = [];
  for (let callback = functionAround(node); callback; callback = functionAround(callback)) {
    const parent = wrapped(callback).parent;
    const name =
      callback.type === "FunctionDeclaration" ? callback.id : parent?.type === "VariableDeclarator" ? parent.id : null;
    const variable = name?.type === "Identifier" ? variableNamed(sourceCode, name) : null;
    for (const handedOn of [callback, ...(variable?.references.map(({ identifier }) => identifier) ?? [])]) {
      const call = timerCall(handedOn);
      if (call) found.push({ call, callback });
    }
  }
  return found;
}

function timerCall(node: Node): TSESTree.CallExpression | null {
  const outer = wrapped(node);
  const call = outer.parent;
  return call?.type === "CallExpression" && call.callee !== outer && TIMER_CALL.test(calleeName(call.callee))
    ? call
    : null;
}

/** A function's name as its author would say it: `clear`, `Registry.remove`; null where it has none. */
export function functionName(node: FunctionNode): string | null {
  if (node.id) return node.id.name;
  const parent = wrapped(node).parent;
  if (parent?.type === "VariableDeclarator" && parent.id.type === "Identifier") return parent.id.name;
  if (parent?.type === "AssignmentExpression") return assignedName(parent.left);
  const name = methodName(node);
  if (name === null || parent?.type !== "MethodDefinition") return name;
  const owner = parent.parent.parent;
  return owner.id ? `${owner.id.name}.${name}` : name;
}

function assignedName(left: Node): string | null {
  if (left.type === "Identifier") return left.name;
  if (left.type !== "MemberExpression") return null;
  const name = propertyName(left);
  const owner = left.object.type === "MemberExpression" ? left.object.object : left.object;
  return name !== null && owner.type === "Identifier" && !/^(exports|module)$/.test(owner.name)
    ? `${owner.name}.${name}`
    : name;
}

function methodName(node: FunctionNode): string | null {
  const parent = wrapped(node).parent;
  if (parent?.type === "MethodDefinition" || parent?.type === "PropertyDefinition" || parent?.type === "Property") {
    return keyName(parent.key, parent.computed);
  }
  return parent?.type === "AssignmentExpression" && parent.left.type === "MemberExpression"
    ? propertyName(parent.left)
    : null;
}

/** The functions whose code speaks of a named function, closures in them included. */
function mentioning(sourceCode: SourceCode, callee: FunctionNode): ReadonlySet<FunctionNode> {
  const table = mentioningTable(sourceCode);
  let found = table.get(callee);
  if (!found) table.set(callee, (found = findMentioning(sourceCode, callee)));
  return found;
}

const mentioningTable = perFile(() => new Map<FunctionNode, ReadonlySet<FunctionNode>>());

function findMentioning(sourceCode: SourceCode, callee: FunctionNode): ReadonlySet<FunctionNode> {
  const { parent } = wrapped(callee);
  const declared = [callee, ...(parent?.type === "VariableDeclarator" ? [parent] : [])];
  const variables = declared.flatMap((node) => sourceCode.getDeclaredVariables(node));
  const found = new Set<FunctionNode>();
  for (const variable of variables) {
    if (functionOf(variable) !== callee) continue;
    for (const { identifier, init } of variable.references) {
      if (init === true) continue;
      for (const around of functionsAround(identifier)) if (around !== callee) found.add(around);
    }
  }
  return found;
}

function functionsAround(node: Node): readonly FunctionNode[] {
  const found: FunctionNode[] = [];
  for (let around = functionAround(node); around; around = functionAround(around)) found.push(around);
  return found;
}
