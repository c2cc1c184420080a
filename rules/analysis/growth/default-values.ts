import { propertyName, unwrap, variableNamed, type Node, type SourceCode, type Variable } from "../syntax.js";
import type { Holder, Operation } from "./holder.js";

/**
 * Whether code adds to a holder by way of a default value that names it: `(key, cache = shared) => cache.set(…)`,
 * `const own = options ?? DEFAULTS`. (A literal default is made anew at each call, and keeps nothing.)
 */
export function isThroughDefault(sourceCode: SourceCode, { root }: Holder, growth: Operation): boolean {
  if (root.kind !== "variable") return false;
  const receiver = variableAt(sourceCode, growth.receiver);
  if (!receiver || receiver === root.variable) return false;
  const names = (value: Node): boolean => variableAt(sourceCode, value) === root.variable;
  const isDefault = receiver.identifiers.some(
    ({ parent }) => parent?.type === "AssignmentPattern" && names(parent.right),
  );
  return (
    isDefault ||
    receiver.references.some(({ identifier, writeExpr }) => {
      if (!writeExpr) return false;
      const value = unwrap(writeExpr);
      const { parent } = identifier;
      if (parent?.type === "AssignmentExpression" && /^(?:\?\?|\|\|)=$/.test(parent.operator)) return names(value);
      if (value.type === "LogicalExpression") return value.operator !== "&&" && names(value.right);
      return value.type === "ConditionalExpression" && (names(value.consequent) || names(value.alternate));
    })
  );
}

/** The variable that a chain of properties and `get(…)` starts from. */
function variableAt(sourceCode: SourceCode, expression: Node): Variable | null {
  let node = unwrap(expression);
  for (;;) {
    if (node.type === "Identifier") return variableNamed(sourceCode, node);
    if (node.type === "MemberExpression") node = unwrap(node.object);
    else if (
      node.type === "CallExpression" &&
      node.callee.type === "MemberExpression" &&
      propertyName(node.callee) === "get"
    )
      node = unwrap(node.callee.object);
    else return null;
  }
}
