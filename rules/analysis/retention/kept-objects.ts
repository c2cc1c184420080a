import type { TSESTree } from "@typescript-eslint/utils";
import {
  calleeName,
  functionAround,
  isFunction,
  unwrap,
  variableNamed,
  type Node,
  type SourceCode,
  type Variable,
} from "../syntax.js";
import { isThisAlias, rootOf } from "./lifespan.js";
import { lastName } from "./operands.js";

/** An object with much behind it, that a call is given and is done with when it returns. */
export type KeptObject = "instance" | "error" | "event" | "request" | "element" | "component" | "state";

type Named = Exclude<KeptObject, "instance">;

const BY_NAME: readonly (readonly [Named, RegExp])[] = [
  ["error", /^(?:e|ex|err|error|exception|reason|\w+Error)$/],
  ["event", /^(?:ev|evt|event|\w+Event)$/],
  ["request", /^(?:req|request|res|response|ctx|context|socket|connection|session|\w+(?:Request|Response|Context))$/],
  ["element", /^(?:el|elem|element|target|vnode|\w+(?:Element|VNode))$/],
  ["component", /^(?:component|comp|vm|fiber|\w+Component)$/],
];
const BY_TYPE: readonly (readonly [Named, RegExp])[] = [
  ["error", /(?:Error|Exception)$/],
  ["event", /Event$/],
  ["request", /(?:Request|Response|Message|Context|Socket|Connection|Session)$/],
  ["element", /(?:Element|VNode)$|^Node$/],
  ["component", /(?:Component|Instance|Fiber)$/],
  ["state", /(?:State|Subscription|Subscriber)$/],
];

/** What a value is, by `this`, by its name where it is a parameter's, or by its type; null where nothing says it. */
export function keptObject(
  sourceCode: SourceCode,
  value: Node,
  annotation: TSESTree.TypeNode | null,
): KeptObject | null {
  if (value.type === "ThisExpression") return isInstance(value) ? "instance" : null;
  if (value.type === "NewExpression") return /Error$/.test(calleeName(value.callee)) ? "error" : null;
  const root = rootOf(value);
  const variable = root.type === "Identifier" ? variableNamed(sourceCode, root) : null;
  if (value.type === "Identifier" && variable && isThisAlias(variable)) return isInstance(value) ? "instance" : null;
  const typed = annotation && byType(annotation);
  if (typed && (value.type === "CallExpression" || isOfCall(variable))) return typed;
  if (!variable || !isParameter(variable) || (value.type !== "Identifier" && value.type !== "MemberExpression"))
    return null;
  return byType(annotationOf(variable, value)) ?? byName(lastName(value).replace(/^[_$#]+/, ""));
}

/** Not `this` of a static method or of plain functions, which is no object of a call. */
function isInstance(node: Node): boolean {
  for (let up = node.parent; up; up = up.parent) {
    if (up.type === "MethodDefinition" || up.type === "PropertyDefinition") return !up.static;
    if (up.type === "StaticBlock") return false;
    if (isFunction(up) && up.type !== "ArrowFunctionExpression" && up.parent.type !== "MethodDefinition")
      return up.type === "FunctionDeclaration" && up.id !== null && /^[A-Z]/.test(up.id.name);
  }
  return false;
}

function isParameter(variable: Variable): boolean {
  return variable.defs.some(({ type }) => type === "Parameter" || type === "CatchClause");
}

/** A parameter, or a variable of the function. */
function isOfCall(variable: Variable | null): boolean {
  const [identifier] = variable?.identifiers ?? [];
  return identifier !== undefined && (functionAround(identifier) !== null || isParameter(variable as Variable));
}

function annotationOf(variable: Variable, value: Node): TSESTree.TypeNode | null {
  const [identifier] = variable.identifiers;
  if (value.type !== "Identifier" || identifier?.type !== "Identifier") return null;
  return identifier.typeAnnotation?.typeAnnotation ?? null;
}

function byType(annotation: TSESTree.TypeNode | null): Named | null {
  if (!annotation) return null;
  if (annotation.type === "TSUnionType") return annotation.types.map(byType).find((kept) => kept !== null) ?? null;
  if (annotation.type !== "TSTypeReference") return null;
  const { typeName } = annotation;
  const name =
    typeName.type === "TSQualifiedName" ? typeName.right.name : typeName.type === "Identifier" ? typeName.name : "";
  return BY_TYPE.find(([, pattern]) => pattern.test(name))?.[0] ?? null;
}

function byName(name: string): Named | null {
  return BY_NAME.find(([, pattern]) => pattern.test(name))?.[0] ?? null;
}

/** Whether a value lets go: `null`, `undefined`, a primitive, or what the slot held before. */
export function letsGo(sourceCode: SourceCode, value: Node, slotName: string): boolean {
  const node = unwrap(value);
  if (node.type === "Literal" || node.type === "TemplateLiteral") return true;
  if (node.type === "UnaryExpression") return node.operator === "void" || node.operator === "!";
  if (node.type !== "Identifier") return false;
  if (node.name === "undefined") return true;
  const declarator = variableNamed(sourceCode, node)?.defs[0]?.node;
  return (
    declarator?.type === "VariableDeclarator" &&
    declarator.init !== null &&
    sourceCode.getText(unwrap(declarator.init)) === slotName
  );
}
