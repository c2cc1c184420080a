import type { TSESTree } from "@typescript-eslint/utils";
import { isFunction, isInside, unwrap, type Node } from "../syntax.js";

export type Loop =
  | TSESTree.WhileStatement
  | TSESTree.DoWhileStatement
  | TSESTree.ForStatement
  | TSESTree.ForOfStatement
  | TSESTree.ForInStatement;

/** The outermost loop around a node that does not contain `declaration`, within the node's function. */
export function loopSince(node: Node, declaration: Node | null): Loop | null {
  let loop: Loop | null = null;
  for (let up = node.parent, below = node; up && !isFunction(up); below = up, up = up.parent) {
    if (!isLoop(up) || !repeats(up, below)) continue;
    if (declaration && isInside(declaration, up)) return loop;
    loop = up;
  }
  return loop;
}

/** Whether a loop ends by what happens outside it, not by its own counting: `while (!closed)`, `for await (…)`. */
export function isEndless(loop: Loop): boolean {
  if (loop.type === "ForOfStatement") return loop.await;
  return loop.type !== "ForInStatement" && (!loop.test || isFlag(loop.test));
}

function isFlag(test: Node): boolean {
  const node = unwrap(test);
  switch (node.type) {
    case "Literal":
      return Boolean(node.value);
    case "UnaryExpression":
      return node.operator === "!" && isFlag(node.argument);
    case "LogicalExpression":
      return isFlag(node.left) && isFlag(node.right);
    case "MemberExpression":
      return node.property.type !== "Identifier" || !/^(length|size)$/.test(node.property.name);
    case "Identifier":
      return true;
    default:
      return false;
  }
}

/** A loop's initialiser, and what it iterates over, run once. */
function repeats(loop: Loop, child: Node): boolean {
  if (loop.type === "ForStatement") return child !== loop.init;
  return loop.type !== "ForOfStatement" && loop.type !== "ForInStatement" ? true : child === loop.body;
}

function isLoop(node: Node): node is Loop {
  return (
    node.type === "WhileStatement" ||
    node.type === "DoWhileStatement" ||
    node.type === "ForStatement" ||
    node.type === "ForOfStatement" ||
    node.type === "ForInStatement"
  );
}
