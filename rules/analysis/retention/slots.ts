import { assignmentsToMember } from "../mentions.js";
import type { TSESTree } from "@typescript-eslint/utils";
import {
  isInside,
  normalisedText,
  propertyName,
  unwrap,
  variableNamed,
  type Node,
  type SourceCode,
  type Variable,
} from "../syntax.js";

/** The expression of a place that a local variable reads: `current`, `console.log` of `console.log || noop`. */
export function slotRead(value: Node): Node | null {
  const node = unwrap(value);
  if (node.type === "LogicalExpression" && node.operator !== "&&") return slotRead(node.left);
  if (node.type === "Identifier") return node;
  // `object[key]` is another place in each turn of a loop.
  return node.type === "MemberExpression" && propertyName(node) !== null ? node : null;
}

/** The assignments `slot = …` below a node. */
export function assignmentsTo(
  sourceCode: SourceCode,
  slot: Node,
  below: Node,
): readonly TSESTree.AssignmentExpression[] {
  if (slot.type === "Identifier") {
    const references = variableNamed(sourceCode, slot)?.references ?? [];
    return references.flatMap(({ identifier }) => {
      const parent = identifier.parent;
      const isWrite = parent?.type === "AssignmentExpression" && parent.left === identifier && parent.operator === "=";
      return isWrite && isInside(parent, below) ? [parent] : [];
    });
  }
  const written = normalisedText(sourceCode, slot);
  const name = slot.type === "MemberExpression" ? propertyName(slot) : null;
  if (name === null) return [];
  return assignmentsToMember(sourceCode, name, below).filter(
    ({ left, operator }) => operator === "=" && normalisedText(sourceCode, left) === written,
  );
}

/** Whether a local variable keeps the value it is declared with. */
export function isConstant(variable: Variable): boolean {
  return variable.references.every((reference) => !reference.isWrite() || reference.init === true);
}
