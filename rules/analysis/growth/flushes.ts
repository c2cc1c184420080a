import type { TSESTree } from "@typescript-eslint/utils";
import { haveCommonCaller, isTimedAgain, reaches } from "../calls.js";
import type { Holder, Operation } from "./holder.js";
import type { Growing } from "./sanitizers.js";
import { calleeName, functionAround, isFunction, isInside, unwrap, type Node } from "../syntax.js";

/** Emptied by what the growth leads to, by a timer, or by another step of a common caller. */
export function isFlushed({ sourceCode, holder, growths }: Growing): boolean {
  const flushes = [
    ...holder.empties.filter((empty) => empty.depth === 0),
    ...holder.removals.filter((removal) => isSweep(holder, removal)),
  ];
  return flushes.some((flush) => {
    if (isTimedAgain(sourceCode, flush.node)) return true;
    const flusher = functionAround(flush.node);
    if (!flusher || flusher === holder.boundary) return false;
    return growths.some(({ node }) => {
      const grower = functionAround(node);
      return (
        grower !== null &&
        (reaches(sourceCode, grower, flusher) ||
          isInside(node, flusher) ||
          haveCommonCaller(sourceCode, grower, flusher))
      );
    });
  });
}

/** Removed in the callback of a `FinalizationRegistry`: entries go when the objects they stand for do. */
export function isFinalized({ holder }: Growing): boolean {
  return [...holder.removals, ...holder.empties].some(({ node }) => isInFinalizer(node));
}

function isInFinalizer(node: Node): boolean {
  for (let up = node.parent; up; up = up.parent) {
    if (up.type === "NewExpression" && calleeName(up.callee) === "FinalizationRegistry") return true;
  }
  return false;
}

/** A removal in a loop over the holder, or one that goes on until the holder is empty. */
function isSweep(holder: Holder, removal: Operation): boolean {
  if (removal.depth > 0) return false;
  if (holder.iterations.some((loop) => isInside(removal.node, loop))) return true;
  for (let up = removal.node.parent; up && !isFunction(up); up = up.parent) {
    if (up.type === "WhileStatement" || up.type === "DoWhileStatement") {
      const { test } = up;
      return isInside(removal.node, test) || holder.measures.some((measured) => isInside(measured, test));
    }
    if (up.type === "ForInStatement" || up.type === "ForOfStatement") {
      const { right } = up;
      return (
        holder.reads.length + holder.iterations.length > 0 && right.type === "CallExpression" && isKeysOf(right, holder)
      );
    }
  }
  return false;
}

function isKeysOf(call: TSESTree.CallExpression, holder: Holder): boolean {
  const last = holder.properties.at(-1) ?? holder.name;
  return (
    call.arguments.some((argument) => argument.type !== "SpreadElement" && nameOf(argument) === last) ||
    nameOf(call.callee) === last
  );
}

function nameOf(expression: Node): string | null {
  const node = unwrap(expression);
  if (node.type === "Identifier") return node.name;
  return node.type === "MemberExpression" && node.property.type === "Identifier" ? node.property.name : null;
}
