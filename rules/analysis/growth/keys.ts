import type { TSESTree } from "@typescript-eslint/utils";
import { isExportedDeclaration } from "../lifetime.js";
import { isClosedUnion } from "../types.js";
import {
  calleeName,
  functionOf,
  unwrap,
  variableNamed,
  type FunctionNode,
  type Node,
  type SourceCode,
  type Variable,
} from "../syntax.js";

const MAX_DEPTH = 6;

/** Whether the program's text alone bounds the values a key can take: literals, enums, constant tables, `x % 16`. */
export function isClosedKey(sourceCode: SourceCode, key: Node): boolean {
  return isClosed(sourceCode, key, MAX_DEPTH) || isClosedUnion(sourceCode, key) === true;
}

function isClosed(sourceCode: SourceCode, expression: Node, depth: number): boolean {
  if (depth === 0) return false;
  const node = unwrap(expression);
  const closed = (part: Node): boolean => isClosed(sourceCode, part, depth - 1);
  switch (node.type) {
    case "Literal":
      return true;
    case "TemplateLiteral":
      return node.expressions.every(closed);
    case "UnaryExpression":
      return node.operator === "typeof" || node.operator === "!" || node.operator === "void" || closed(node.argument);
    case "BinaryExpression":
      return isClosedOperation(node, closed);
    case "ConditionalExpression":
      return closed(node.consequent) && closed(node.alternate);
    case "LogicalExpression":
      return closed(node.left) && closed(node.right);
    case "MemberExpression":
      return isEnumMember(sourceCode, node) || isConstantEntry(sourceCode, node);
    case "CallExpression":
      return isClosedCall(node, closed);
    case "Identifier":
      return isClosedVariable(sourceCode, node, depth);
    default:
      return false;
  }
}

function isClosedOperation(node: TSESTree.BinaryExpression, closed: (part: Node) => boolean): boolean {
  if (["===", "!==", "==", "!=", "<", "<=", ">", ">=", "in", "instanceof"].includes(node.operator)) return true;
  if (node.operator === "%" || node.operator === "&") return closed(node.right);
  return closed(node.left) && closed(node.right);
}

function isClosedCall(node: TSESTree.CallExpression, closed: (part: Node) => boolean): boolean {
  const name = calleeName(node.callee);
  if (name === "Symbol" || name === "Boolean") return true;
  const isText = name === "String" || name === "toLowerCase" || name === "toUpperCase" || name === "trim";
  if (!isText) return false;
  return node.callee.type === "MemberExpression" ? closed(node.callee.object) : node.arguments.every(closed);
}

/** `Color.Red`, `Events.CLOSE`: a member of an enum, or an upper-case member of an upper-case name. */
function isEnumMember(sourceCode: SourceCode, node: TSESTree.MemberExpression): boolean {
  if (node.object.type !== "Identifier") return false;
  const definition = variableNamed(sourceCode, node.object)?.defs[0]?.node;
  if (definition?.type === "TSEnumDeclaration") return true;
  const isConstantName =
    !node.computed && node.property.type === "Identifier" && /^[A-Z][A-Z0-9_]*$/.test(node.property.name);
  return isConstantName && /^[A-Z]/.test(node.object.name);
}

/** `TABLE[i]` where `TABLE` is a constant array or object of literals. */
function isConstantEntry(sourceCode: SourceCode, node: TSESTree.MemberExpression): boolean {
  return node.object.type === "Identifier" && isConstantTable(sourceCode, node.object);
}

function isConstantTable(sourceCode: SourceCode, expression: Node): boolean {
  const node = unwrap(expression);
  if (node.type === "ArrayExpression") {
    return node.elements.every(
      (element) => element !== null && (element.type === "Literal" || element.type === "ArrayExpression"),
    );
  }
  if (node.type === "ObjectExpression")
    return node.properties.every((property) => property.type === "Property" && !property.computed);
  if (node.type === "CallExpression" && /^(keys|values|entries|freeze)$/.test(calleeName(node.callee))) {
    const [first] = node.arguments;
    const table = first ?? (node.callee.type === "MemberExpression" ? node.callee.object : null);
    return table !== null && table !== undefined && isConstantTable(sourceCode, table);
  }
  if (
    node.type === "CallExpression" &&
    calleeName(node.callee) === "split" &&
    node.callee.type === "MemberExpression"
  ) {
    return unwrap(node.callee.object).type === "Literal";
  }
  if (node.type !== "Identifier") return false;
  const variable = variableNamed(sourceCode, node);
  const definition = variable?.defs[0]?.node;
  if (!variable || definition?.type !== "VariableDeclarator" || !definition.init || definition.id.type !== "Identifier")
    return false;
  const isWrittenOnce = variable.references.filter((reference) => reference.isWrite()).length === 1;
  return isWrittenOnce && !growsByKey(variable) && isConstantTable(sourceCode, definition.init);
}

function growsByKey(variable: Variable): boolean {
  return variable.references.some(({ identifier }) => {
    const member = identifier.parent;
    if (member?.type !== "MemberExpression" || member.object !== identifier) return false;
    if (member.parent.type === "AssignmentExpression" && member.parent.left === member) return true;
    return member.parent.type === "CallExpression" && /^(push|unshift|splice)$/.test(calleeName(member));
  });
}

function isClosedVariable(sourceCode: SourceCode, identifier: TSESTree.Identifier, depth: number): boolean {
  if (identifier.name === "undefined") return true;
  const variable = variableNamed(sourceCode, identifier);
  const definition = variable?.defs[0];
  if (!variable || !definition || variable.defs.length > 1) return false;
  if (definition.type === "Parameter") return isClosedParameter(sourceCode, variable, identifier, depth);
  const declarator = definition.node;
  if (declarator.type === "TSEnumDeclaration") return true;
  if (declarator.type !== "VariableDeclarator") return false;
  const loop = declarator.parent.parent;
  if ((loop.type === "ForOfStatement" || loop.type === "ForInStatement") && loop.left === declarator.parent) {
    return isConstantTable(sourceCode, loop.right);
  }
  if (loop.type === "ForStatement" && loop.init === declarator.parent)
    return isCountedTo(loop.test, (part) => isClosed(sourceCode, part, depth - 1));
  const writes = variable.references.filter((reference) => reference.isWrite());
  if (declarator.id.type !== "Identifier") return false;
  return (
    writes.length > 0 &&
    writes.every(({ writeExpr, identifier: written }) => {
      const parent = written.parent;
      const isPlain =
        parent?.type === "VariableDeclarator" || (parent?.type === "AssignmentExpression" && parent.operator === "=");
      return isPlain && writeExpr !== null && writeExpr !== undefined && isClosed(sourceCode, writeExpr, depth - 1);
    })
  );
}

/** `for (let i = 0; i < 256; i++)`. */
function isCountedTo(test: Node | null, closed: (part: Node) => boolean): boolean {
  return test?.type === "BinaryExpression" && /^<=?$|^!==?$/.test(test.operator) && closed(test.right);
}

/** A parameter whose type is a union of literals, or that every call in the file gives a closed value. */
function isClosedParameter(
  sourceCode: SourceCode,
  variable: Variable,
  identifier: TSESTree.Identifier,
  depth: number,
): boolean {
  const [declared] = variable.identifiers;
  if (
    declared?.type === "Identifier" &&
    declared.typeAnnotation &&
    isClosedType(sourceCode, declared.typeAnnotation.typeAnnotation, identifier)
  ) {
    return true;
  }
  const owner = variable.defs[0]?.node;
  if (
    !owner ||
    (owner.type !== "FunctionDeclaration" &&
      owner.type !== "FunctionExpression" &&
      owner.type !== "ArrowFunctionExpression")
  ) {
    return false;
  }
  const index = owner.params.findIndex((parameter) => parameter === declared);
  if (index < 0) return false;
  const callback = constantCallback(sourceCode, owner);
  if (callback !== null) return callback && index === 0;
  const name = ownerVariable(sourceCode, owner);
  if (!name || functionOf(name) !== owner || isExportedDeclaration(name)) return false;
  const calls = name.references.filter((reference) => reference.init !== true);
  return (
    calls.length > 0 &&
    calls.every(({ identifier: callee }) => {
      const call = callee.parent;
      if (call?.type !== "CallExpression" || call.callee !== callee) return false;
      const argument = call.arguments[index];
      return argument !== undefined && isClosed(sourceCode, argument, depth - 1);
    })
  );
}

/** For `["a", "b"].forEach((name) => …)`: whether the table is constant; null where it is no such callback. */
function constantCallback(sourceCode: SourceCode, owner: FunctionNode): boolean | null {
  const call = owner.parent;
  if (call.type !== "CallExpression" || call.arguments[0] !== owner || call.callee.type !== "MemberExpression")
    return null;
  if (!/^(forEach|map|filter|some|every|flatMap)$/.test(calleeName(call.callee))) return null;
  return isConstantTable(sourceCode, call.callee.object);
}

function ownerVariable(sourceCode: SourceCode, owner: FunctionNode): Variable | null {
  if (owner.type === "FunctionDeclaration") return sourceCode.getDeclaredVariables(owner)[0] ?? null;
  const parent = owner.parent;
  return parent.type === "VariableDeclarator" && parent.id.type === "Identifier"
    ? variableNamed(sourceCode, parent.id)
    : null;
}

function isClosedType(sourceCode: SourceCode, type: TSESTree.TypeNode, at: TSESTree.Identifier): boolean {
  switch (type.type) {
    case "TSLiteralType":
    case "TSBooleanKeyword":
    case "TSNullKeyword":
    case "TSUndefinedKeyword":
      return true;
    case "TSUnionType":
      return type.types.every((part) => isClosedType(sourceCode, part, at));
    case "TSTypeOperator":
      return type.operator === "keyof" && type.typeAnnotation?.type === "TSTypeQuery";
    case "TSTypeReference": {
      if (type.typeName.type !== "Identifier") return false;
      const definition = variableNamed(sourceCode, type.typeName)?.defs[0]?.node;
      if (definition?.type === "TSEnumDeclaration") return true;
      return definition?.type === "TSTypeAliasDeclaration" && isClosedType(sourceCode, definition.typeAnnotation, at);
    }
    default:
      return false;
  }
}
