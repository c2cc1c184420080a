import { createHash } from "node:crypto";
import { functionName, isTimed } from "./calls.js";
import type { HolderPath, OperationSite, SourceRange } from "./facts.js";
import { isExportedDeclaration } from "./lifetime.js";
import {
  functionAround,
  keyName,
  unwrap,
  wrapped,
  type FunctionNode,
  type Node,
  type SourceCode,
  type Variable,
} from "./syntax.js";

/** Where an operation on a holder stands, and in which function. */
export function siteOf(sourceCode: SourceCode, node: Node, operation: string): OperationSite {
  const around = functionAround(node);
  return {
    ...rangeOf(node),
    operation,
    functionRange: around && rangeOf(around),
    functionName: around && functionName(around),
    isPublic: around !== null && isPublic(sourceCode, around),
    isTimed: isTimed(sourceCode, node),
  };
}

/** A function that code elsewhere could call: exported, a method without `private` or `#`, or stored on an object. */
function isPublic(sourceCode: SourceCode, around: FunctionNode): boolean {
  const parent = wrapped(around).parent;
  if (parent?.type === "MethodDefinition") {
    return parent.accessibility !== "private" && !(keyName(parent.key, parent.computed) ?? "").startsWith("#");
  }
  if (
    parent?.type === "Property" ||
    parent?.type === "AssignmentExpression" ||
    parent?.type === "ExportDefaultDeclaration"
  )
    return true;
  const declaration =
    around.type === "FunctionDeclaration" ? around : parent?.type === "VariableDeclarator" ? parent : null;
  const [variable] = declaration ? sourceCode.getDeclaredVariables(declaration) : [];
  if (!variable) return false;
  return isExportedDeclaration(variable) || variable.references.some(({ identifier }) => isHandedOut(identifier));
}

function isHandedOut(identifier: Node): boolean {
  const parent = wrapped(identifier).parent;
  if (parent?.type === "AssignmentExpression")
    return parent.right === identifier && parent.left.type === "MemberExpression";
  return (
    parent?.type === "ExportSpecifier" ||
    parent?.type === "ExportDefaultDeclaration" ||
    parent?.type === "Property" ||
    parent?.type === "ReturnStatement"
  );
}

/** How running code reaches a variable. */
export function variableRoot(
  sourceCode: SourceCode,
  variable: Variable,
  boundary: FunctionNode | null,
): HolderPath["root"] {
  const { block } = variable.scope.variableScope;
  const [definition] = variable.defs;
  const identifier = variable.identifiers[0] ?? block;
  const value =
    definition?.node.type === "VariableDeclarator" && definition.node.init
      ? unwrap(definition.node.init)
      : definition?.node;
  const isCallable = value !== undefined && /^(Class|Function|ArrowFunction)/.test(value.type);
  return {
    kind: "variable",
    name: variable.name,
    scope: boundary === null && block.type === "Program" ? "module" : "function",
    scopeRange: block.type === "Program" ? wholeText(sourceCode) : rangeOf(block),
    declaration: nameRange(identifier, variable.name),
    definition: isCallable ? rangeOf(value) : null,
    isConstant: !variable.references.some((reference) => reference.isWrite() && reference.init !== true),
  };
}

export function rangeOf(node: Node): SourceRange {
  return {
    start: { ...node.loc.start, offset: node.range[0] },
    end: { ...node.loc.end, offset: node.range[1] },
  };
}

/** An identifier without the type annotation that its node includes. */
function nameRange(identifier: Node, name: string): SourceRange {
  const { start } = rangeOf(identifier);
  return { start, end: { line: start.line, column: start.column + name.length, offset: start.offset + name.length } };
}

function wholeText(sourceCode: SourceCode): SourceRange {
  const offset = sourceCode.text.length;
  return { start: { line: 1, column: 0, offset: 0 }, end: { ...sourceCode.getLocFromIndex(offset), offset } };
}

/** A hash that is the same while a holder's code is, wherever its lines move. */
export function fingerprintOf(
  sourceCode: SourceCode,
  file: string,
  rule: string,
  name: string,
  operations: readonly Node[],
): string {
  const code = operations.map((node) => sourceCode.getText(node).replace(/\s+/g, " "));
  const parts = [file.replaceAll("\\", "/"), rule, name, ...code];
  return createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, 16);
}
