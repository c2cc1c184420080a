import type { TSESTree } from "@typescript-eslint/utils";
import { invocationsOf, receiverOf } from "../invocations.js";
import { perFile } from "../per-file.js";
import {
  calleeName,
  isFunction,
  propertyName,
  unwrap,
  variableNamed,
  type FunctionNode,
  type Node,
  type SourceCode,
  type Variable,
} from "../syntax.js";

/** A race of promises, `Promise.race(…)` or `Promise.any(…)`. */
export interface Race {
  readonly call: TSESTree.CallExpression;
  readonly operands: readonly Node[];
  /** The collection whose promises race, where the operands are not written out. */
  readonly collection: RacedCollection | null;
}

export interface RacedCollection {
  /** `pending` of `[...pending.values()].map((task) => task.done)`. */
  readonly expression: Node;
  readonly mapping: FunctionNode | null;
}

/** `Promise`, and what libraries and wrappers call theirs. */
const PROMISE_CLASS = /Promise$|^(Bluebird|Q)$/;

/** All races of a file. */
export const racesOf = perFile((sourceCode): readonly Race[] => {
  const races: Race[] = [];
  for (const call of invocationsOf(sourceCode, ["race", "any"])) {
    const receiver = receiverOf(call);
    const [raced] = call.arguments;
    if (call.type !== "CallExpression" || !raced || !receiver) continue;
    if (!PROMISE_CLASS.test(calleeName(receiver))) continue;
    races.push(raceOf(sourceCode, call, unwrap(raced)));
  }
  return races;
});

function raceOf(sourceCode: SourceCode, call: TSESTree.CallExpression, raced: Node): Race {
  const elements = elementsOf(sourceCode, raced);
  const spread = elements?.find((element) => element.type === "SpreadElement");
  if (!elements || (elements.length === 1 && spread)) {
    const mapped = mappingOf(raced);
    return { call, operands: [], collection: { expression: collectionOf(mapped.source), mapping: mapped.mapping } };
  }
  return { call, operands: elements.filter((element) => element.type !== "SpreadElement"), collection: null };
}

/** The members of an array literal, or of a variable that starts as one and may be pushed to. */
function elementsOf(sourceCode: SourceCode, raced: Node): readonly Node[] | null {
  if (raced.type === "ArrayExpression") return raced.elements.filter((element) => element !== null);
  const variable = raced.type === "Identifier" ? variableNamed(sourceCode, raced) : null;
  const value = variable && onlyValue(variable);
  if (!variable || value?.type !== "ArrayExpression") return null;
  const pushed = variable.references.flatMap(({ identifier }) => pushedTo(identifier));
  return [...value.elements.filter((element) => element !== null), ...pushed];
}

function pushedTo(identifier: Node): readonly Node[] {
  const member = identifier.parent;
  if (member?.type !== "MemberExpression" || member.object !== identifier || propertyName(member) !== "push") return [];
  return member.parent.type === "CallExpression" && member.parent.callee === member ? member.parent.arguments : [];
}

/** What a variable is given once and for all; null where it has no value, or several. */
export function onlyValue(variable: Variable): Node | null {
  const writes = variable.references.filter((reference) => reference.isWrite() && reference.writeExpr);
  const [write] = writes;
  return writes.length === 1 && write?.writeExpr && isWhole(write.identifier) ? unwrap(write.writeExpr) : null;
}

/** Not one name of a destructuring pattern. */
function isWhole(identifier: Node): boolean {
  const parent = identifier.parent;
  return parent?.type === "VariableDeclarator" || parent?.type === "AssignmentExpression";
}

/** The promise that an operand hangs on: `closed` of `closed.then(() => null)`, which adds to `closed` each time. */
export function chainedPromise(operand: Node): Node {
  let node = unwrap(operand);
  while (node.type === "CallExpression" && /^(then|catch|finally)$/.test(calleeName(node.callee))) {
    const member = unwrap(node.callee);
    if (member.type !== "MemberExpression") break;
    node = unwrap(member.object);
  }
  return node;
}

/** What an operand's promise comes from: the initialiser of a variable, else the operand itself. */
export function originOf(sourceCode: SourceCode, operand: Node): Node {
  const node = chainedPromise(operand);
  const variable = node.type === "Identifier" ? variableNamed(sourceCode, node) : null;
  const value = variable && onlyValue(variable);
  return value ? chainedPromise(value) : node;
}

function mappingOf(raced: Node): { readonly source: Node; readonly mapping: FunctionNode | null } {
  if (raced.type !== "CallExpression") return { source: raced, mapping: null };
  const member = unwrap(raced.callee);
  const mapping = raced.arguments[calleeName(member) === "from" ? 1 : 0];
  if (!mapping || !isFunction(mapping)) return { source: raced, mapping: null };
  const [first] = raced.arguments;
  if (calleeName(member) === "from") return { source: unwrap(first ?? raced), mapping };
  return member.type === "MemberExpression"
    ? { source: unwrap(member.object), mapping }
    : { source: raced, mapping: null };
}

/** `pending` of `[...pending.values()]`, `Array.from(pending)`, `Object.values(pending)`. */
function collectionOf(source: Node): Node {
  const node = unwrap(source);
  if (node.type === "ArrayExpression") {
    const [only] = node.elements;
    return only?.type === "SpreadElement" ? collectionOf(only.argument) : node;
  }
  if (node.type !== "CallExpression") return node;
  const [first] = node.arguments;
  const name = calleeName(node.callee);
  if (first && /^(from|values)$/.test(name)) return collectionOf(first);
  const member = unwrap(node.callee);
  return member.type === "MemberExpression" && /^(keys|values|entries)$/.test(name)
    ? collectionOf(member.object)
    : node;
}
