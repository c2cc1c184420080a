import { functionName, reaches } from "../calls.js";
import type { Operation } from "./holder.js";
import { removedEntry, grownEntry } from "./pairing.js";
import type { Growing } from "./sanitizers.js";
import {
  calleeName,
  functionAround,
  isFunction,
  isInside,
  normalisedText,
  unwrap,
  variableNamed,
  walk,
  type FunctionNode,
  type Node,
  type SourceCode,
} from "../syntax.js";

/**
 * Whether every entry has its own way out that callers were given: `join(room, user)` and `leave(room, user)` by the
 * same key, `constructor` and `close()` with `this`. Whether they take it, no file can tell.
 *
 * Not so where the removal has a condition of its own, where key or entry are read off objects that change, or where
 * the code that adds also leads to code that takes the entry up and leaves it in.
 */
export function isReleasedByCounterpart({ sourceCode, holder, growths }: Growing): boolean {
  const readers = holder.reads.flatMap(({ node, depth }) => {
    const reader = depth === 0 ? functionAround(node) : null;
    return reader ? [reader] : [];
  });
  return growths.every((growth) => {
    const grower = functionAround(growth.node);
    if (!grower) return false;
    const releases = holder.removals.filter((removal) => isCounterpart(sourceCode, growth, removal));
    const removers = releases.map(({ node }) => functionAround(node));
    const isConsumed = readers.some(
      (reader) => reader !== grower && !removers.includes(reader) && reaches(sourceCode, grower, reader),
    );
    return releases.length > 0 && !isConsumed;
  });
}

function isCounterpart(sourceCode: SourceCode, growth: Operation, removal: Operation): boolean {
  const grower = functionAround(growth.node);
  const remover = functionAround(removal.node);
  const added = grownEntry(growth);
  const removed = removedEntry(sourceCode, removal);
  if (!grower || !remover || !added || !removed || grower === remover || removal.depth !== growth.depth) return false;
  if (isInside(remover, grower) || isInside(grower, remover) || !isUnconditional(sourceCode, removal.node, remover))
    return false;
  if (!isCallable(remover) || !isCallable(grower)) return false;
  if (normalisedText(sourceCode, added) !== normalisedText(sourceCode, removed)) return false;
  if (unwrap(added).type === "ThisExpression")
    return classAround(grower) !== null && classAround(grower) === classAround(remover);
  return (
    isOfParameters(sourceCode, removed, remover) &&
    (isOfParameters(sourceCode, added, grower) || isReturned(sourceCode, added, grower))
  );
}

/** A function of the module or of a class that has a name: not a callback, nor one that each call makes anew. */
function isCallable(node: FunctionNode): boolean {
  return functionName(node) !== null && functionAround(node) === null;
}

function classAround(method: FunctionNode): Node | null {
  const definition = method.parent;
  return definition.type === "MethodDefinition" ? definition.parent : null;
}

/** In the function's own body; a look whether the entry is there may stand around it. */
function isUnconditional(sourceCode: SourceCode, removal: Node, remover: FunctionNode): boolean {
  for (let up = removal.parent; up && up !== remover; up = up.parent) {
    if (isFunction(up) || /^(?:For|While|Do|Switch|Try|Catch)/.test(up.type)) return false;
    if (
      up.type === "IfStatement" &&
      !/index|idx|has\(|includes\(|>\s*-1|!==?\s*-1|>=\s*0|~/i.test(sourceCode.getText(up.test))
    )
      return false;
  }
  return true;
}

/** Whether an expression is made of literals and of a function's parameters alone, each handed in by the caller. */
function isOfParameters(sourceCode: SourceCode, expression: Node, owner: FunctionNode): boolean {
  let isOf = true;
  let count = 0;
  walk(sourceCode, unwrap(expression), (node) => {
    if (node.type === "CallExpression" && node.callee.type === "Identifier") {
      isOf &&=
        /^(?:String|Number)$/.test(calleeName(node.callee)) &&
        node.arguments.every((part) => isOfParameters(sourceCode, part, owner));
      count++;
      return false;
    }
    if (node.type === "Identifier") {
      const definition = variableNamed(sourceCode, node)?.defs[0];
      isOf &&= definition?.type === "Parameter" && definition.node === owner;
      count++;
    } else if (node.type === "MemberExpression" || node.type === "ThisExpression" || node.type === "CallExpression") {
      isOf = false;
    }
    return isOf;
  });
  return isOf && count > 0;
}

/** `rows.push(row); return row;`: the caller is given what it can hand back. */
function isReturned(sourceCode: SourceCode, entry: Node, grower: FunctionNode): boolean {
  const node = unwrap(entry);
  if (node.type !== "Identifier") return false;
  return (variableNamed(sourceCode, node)?.references ?? []).some(
    ({ identifier }) => identifier.parent?.type === "ReturnStatement" && functionAround(identifier) === grower,
  );
}
