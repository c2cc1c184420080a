/**
 * What the user's parser knows of types, where it was asked to (`parserOptions.projectService`). Types only ever take
 * a report away: each question answers `null` where nothing is known.
 */
import type { ParserServicesWithTypeInformation } from "@typescript-eslint/utils";
import type { Node, SourceCode } from "./syntax.js";

type Checker = ReturnType<ParserServicesWithTypeInformation["program"]["getTypeChecker"]>;
type Type = ReturnType<Checker["getTypeAtLocation"]>;

/** Whether what has one of these methods: `["off", "removeListener"]` of an emitter. Null: not known. */
export function hasMethod(sourceCode: SourceCode, node: Node, names: readonly string[]): boolean | null {
  const type = typeOf(sourceCode, node);
  if (!type || isUnknown(type)) return null;
  const parts = type.isUnion() ? type.types : [type];
  return parts.some((part) => names.some((name) => part.getProperty(name) !== undefined));
}

/** Whether a value is one of a closed set that its type names: a union of literals, an enum, a boolean. */
export function isClosedUnion(sourceCode: SourceCode, node: Node): boolean | null {
  const type = typeOf(sourceCode, node);
  if (!type || isUnknown(type)) return null;
  const parts = type.isUnion() ? type.types : [type];
  return parts.every((part) => part.isLiteral() || isIntrinsic(part, /^(true|false|null|undefined)$/));
}

/** Whether a value is a primitive, which no `WeakMap` can have as a key: brands, enums and templates of strings too. */
export function isPrimitive(sourceCode: SourceCode, node: Node): boolean | null {
  const type = typeOf(sourceCode, node);
  const checker = sourceCode.parserServices?.program?.getTypeChecker();
  if (!type || !checker || isUnknown(type)) return null;
  const primitives = [checker.getStringType(), checker.getNumberType(), checker.getBigIntType()];
  const parts = type.isUnion() ? type.types : [type];
  return parts.every(
    (part) =>
      isIntrinsic(part, /^(boolean|true|false|null|undefined)$/) ||
      primitives.some((primitive) => checker.isTypeAssignableTo(part, primitive)),
  );
}

function typeOf(sourceCode: SourceCode, node: Node): Type | null {
  const services = sourceCode.parserServices;
  if (!services?.program || !services.esTreeNodeToTSNodeMap?.has(node)) return null;
  return services.program.getTypeChecker().getTypeAtLocation(services.esTreeNodeToTSNodeMap.get(node));
}

function isUnknown(type: Type): boolean {
  return isIntrinsic(type, /^(any|unknown|error|intrinsic)$/) || type.isTypeParameter();
}

/** TypeScript's number for a kind of type changes between its versions; the name of a built-in type does not. */
function isIntrinsic(type: Type, name: RegExp): boolean {
  const intrinsic: unknown = Reflect.get(type, "intrinsicName");
  return typeof intrinsic === "string" && name.test(intrinsic);
}
