import { classAround, isInside, normalisedText, variableNamed, walk, type Node, type SourceCode } from "../syntax.js";
import { fieldName, fieldWrites, memberAround } from "./fields.js";
import { rootOf } from "./lifespan.js";

/** Whether a part of the code gives the promise's variable or field a new value. */
export function isRemade(sourceCode: SourceCode, promise: Node, part: Node): boolean {
  const root = rootOf(promise);
  if (root.type === "Identifier") {
    const variable = variableNamed(sourceCode, root);
    if (variable?.references.some((reference) => reference.isWrite() && isInside(reference.identifier, part)))
      return true;
  }
  if (promise.type !== "MemberExpression") return false;
  const written = normalisedText(sourceCode, promise);
  let isWritten = false;
  walk(sourceCode, part, (node) => {
    if (node.type === "AssignmentExpression" && written.startsWith(normalisedText(sourceCode, node.left)))
      isWritten = true;
    return !isWritten;
  });
  return isWritten;
}

/** Whether the file gives it more than one value in its life. */
export function isReplaced(sourceCode: SourceCode, promise: Node): boolean {
  const root = rootOf(promise);
  if (root.type === "Identifier") {
    const variable = variableNamed(sourceCode, root);
    const writes = variable?.references.filter((reference) => reference.isWrite()) ?? [];
    return writes.length > 1;
  }
  const owner = classAround(promise);
  const field = fieldName(promise);
  if (!owner || field === null) return false;
  const assignments = fieldWrites(sourceCode, owner, field).filter(({ node }) => node.type === "AssignmentExpression");
  return assignments.some(({ node }) => memberAround(node) !== "constructor");
}
