import type { TSESTree } from "@typescript-eslint/utils";
import { isProgramName } from "./program-names.js";
import { isPrimitive } from "../types.js";
import { propertyName, variableNamed, type Node, type SourceCode, type Variable } from "../syntax.js";

/** Whether a parameter's type annotation says that it takes objects; null where it has none that tells. */
export function isObjectTyped(sourceCode: SourceCode, variable: Variable): boolean | null {
  const [declared] = variable.identifiers;
  if (declared?.type !== "Identifier") return null;
  if (isPrimitive(sourceCode, declared) === true) return false;
  const annotation = declared.typeAnnotation?.typeAnnotation;
  return annotation ? isObjectType(sourceCode, annotation, declared) : null;
}

/** Whether a parameter's type annotation says that it takes text, numbers and the like. */
export function isPrimitiveTyped(sourceCode: SourceCode, variable: Variable): boolean {
  const [declared] = variable.identifiers;
  if (declared?.type !== "Identifier") return false;
  const annotation = declared.typeAnnotation?.typeAnnotation;
  return annotation !== undefined && isObjectType(sourceCode, annotation, declared) === false;
}

const OBJECT_TYPE = /^TS(?:ObjectKeyword|ArrayType|TypeLiteral|TupleType)$/;
const PRIMITIVE_TYPE =
  /^TS(?:String|Number|Boolean|BigInt|Symbol|Null|Undefined|Void|Never)Keyword$|^TS(?:Literal|TemplateLiteral)Type$|^TSTypeOperator$/;
/** Names that types of text and of numbers go by. */
const PRIMITIVE_NAME =
  /(?:Key|Name|Id|ID|String|Path|Ur[li]|URL|Uri|Token|Symbol|Text|Number|Index|Code|Level|Status|Mode|Primitive)$/;

function isObjectType(sourceCode: SourceCode, type: TSESTree.TypeNode, at: TSESTree.Identifier): boolean | null {
  if (OBJECT_TYPE.test(type.type)) return true;
  if (PRIMITIVE_TYPE.test(type.type) || type.type === "TSFunctionType" || type.type === "TSConstructorType")
    return false;
  if (type.type === "TSUnionType" || type.type === "TSIntersectionType") {
    const parts = type.types.map((part) => isObjectType(sourceCode, part, at));
    if (parts.every((part) => part === true)) return true;
    return parts.includes(false) ? false : null;
  }
  if (type.type !== "TSTypeReference") return null;
  const name = type.typeName.type === "Identifier" ? type.typeName.name : "";
  const definition =
    type.typeName.type === "Identifier" ? variableNamed(sourceCode, type.typeName)?.defs[0]?.node : null;
  switch (definition?.type) {
    case "TSTypeAliasDeclaration":
      return isProgramName(name) ? false : isObjectType(sourceCode, definition.typeAnnotation, at);
    case "TSTypeParameter":
      return definition.constraint ? isObjectType(sourceCode, definition.constraint, at) : true;
    case "TSEnumDeclaration":
      return false;
    default:
      return !isProgramName(name) && !PRIMITIVE_NAME.test(name);
  }
}

/** Properties that text and lists have too. */
const COMMON_PROPERTY =
  /^(?:length|at|charAt|charCodeAt|codePointAt|concat|endsWith|includes|indexOf|join|lastIndexOf|localeCompare|map|match|matchAll|normalize|padEnd|padStart|repeat|replace|replaceAll|search|slice|split|startsWith|substr|substring|toLowerCase|toString|toUpperCase|trim|trimEnd|trimStart|valueOf|filter|forEach|some|every|find|test|exec|source|flags|toFixed|call|apply|bind|name|prototype|displayName)$/;

/** Whether code takes properties of a variable that only an object of some kind has. */
export function isObjectOf(variable: Variable): boolean {
  let isUsed = false;
  for (const { identifier, writeExpr, init } of variable.references) {
    const parent = identifier.parent;
    if (writeExpr && init !== true) return false;
    if (parent?.type === "UnaryExpression" && parent.operator === "typeof") return false;
    isUsed ||= isObjectUse(identifier, parent);
  }
  return isUsed;
}

function isObjectUse(identifier: Node, parent: Node | undefined): boolean {
  if (parent?.type === "MemberExpression" && parent.object === identifier) {
    const name = propertyName(parent);
    return name !== null && !COMMON_PROPERTY.test(name);
  }
  if (parent?.type === "ForInStatement") return parent.right === identifier;
  if (parent?.type !== "CallExpression" || parent.callee.type !== "MemberExpression") return false;
  const { object } = parent.callee;
  return object.type === "Identifier" && /^(?:Object|JSON)$/.test(object.name);
}
