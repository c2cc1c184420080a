import type { TSESTree } from "@typescript-eslint/utils";
import { nodeAt } from "./invocations.js";
import { propertyName, type Node, type SourceCode } from "./syntax.js";
import { wordsOf } from "./words.js";

/** The identifiers of a name, in source order. */
export function mentionsOf(sourceCode: SourceCode, name: string): readonly Node[] {
  return wordsOf(sourceCode)
    .offsetsOf(name)
    .map((offset) => nodeAt(sourceCode, offset))
    .filter((node) => (node.type === "Identifier" || node.type === "PrivateIdentifier") && node.name === name);
}

/** Each `object.name` (or, for `#name`, `object.#name`) of a file, or of the code within a node, in source order. */
export function membersNamed(
  sourceCode: SourceCode,
  name: string,
  within: Node = sourceCode.ast,
): readonly TSESTree.MemberExpression[] {
  const word = name.startsWith("#") ? name.slice(1) : name;
  const found: TSESTree.MemberExpression[] = [];
  for (const offset of wordsOf(sourceCode).offsetsOf(word)) {
    if (offset < within.range[0] || offset >= within.range[1] || !isAfterDot(sourceCode.text, offset)) continue;
    const property = nodeAt(sourceCode, offset);
    const member = property.parent;
    if (member?.type !== "MemberExpression" || member.property !== property) continue;
    if (!member.computed && propertyName(member) === name) found.push(member);
  }
  return found;
}

/** Each `object.name = value`, `object.name ??= value` of a file, or of the code within a node. */
export function assignmentsToMember(
  sourceCode: SourceCode,
  name: string,
  within?: Node,
): readonly TSESTree.AssignmentExpression[] {
  return membersNamed(sourceCode, name, within).flatMap((member) => {
    const { parent } = member;
    return parent.type === "AssignmentExpression" && parent.left === member ? [parent] : [];
  });
}

function isAfterDot(text: string, offset: number): boolean {
  let before = offset - 1;
  if (text[before] === "#") before--;
  while (before > 0 && text.charCodeAt(before) <= 32) before--;
  return text[before] === ".";
}
