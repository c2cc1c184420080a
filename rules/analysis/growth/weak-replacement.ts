import type { TSESTree } from "@typescript-eslint/utils";
import type { Suspect } from "./suspects.js";
import { functionAround, unwrap, variableNamed, walk, type Node, type SourceCode } from "../syntax.js";

/**
 * The `Map` of `new Map()` where a `WeakMap` would do: keys that are objects for certain, and nothing that counts or
 * walks the entries. Null where that cannot be told.
 */
export function weakReplacement(sourceCode: SourceCode, { holder, growths }: Suspect): Node | null {
  const [initialiser, ...others] = holder.initialisers;
  if (!initialiser || others.length > 0 || holder.escapes.length > 0 || holder.isExported) return null;
  if (holder.measures.length + holder.iterations.length + holder.empties.length > 0) return null;
  const value = unwrap(initialiser);
  if (value.type !== "NewExpression" || value.arguments.length > 0) return null;
  if (value.callee.type !== "Identifier" || value.callee.name !== "Map") return null;
  if (
    isAnnotatedAsMap(holder.place) ||
    isWalked(holder.root.kind === "variable" ? holder.root.variable.references.map(({ identifier }) => identifier) : [])
  )
    return null;
  return growths.every(({ key, depth }) => key !== null && depth === 0 && isObject(sourceCode, key))
    ? value.callee
    : null;
}

function isAnnotatedAsMap(place: Node): boolean {
  // Where ESLint's parsers leave a member out, oxlint's has null.
  return place.type === "Identifier" && Boolean(place.typeAnnotation);
}

/** `values()`, `keys()`, `entries()` and whatever else a `WeakMap` has not. */
function isWalked(references: readonly Node[]): boolean {
  return references.some((reference) => {
    const member = reference.parent;
    if (member?.type === "VariableDeclarator" && member.id === reference) return false;
    if (member?.type !== "MemberExpression" || member.object !== reference) return true;
    return member.property.type !== "Identifier" || !/^(get|set|has|delete)$/.test(member.property.name);
  });
}

function isObject(sourceCode: SourceCode, key: Node): boolean {
  const node = unwrap(key);
  if (node.type === "ThisExpression" || /^(Object|Array|New|Function|ArrowFunction|Class)Expression$/.test(node.type))
    return true;
  if (node.type !== "Identifier") return false;
  const variable = variableNamed(sourceCode, node);
  const definition = variable?.defs[0];
  if (!variable || !definition) return false;
  if (definition.type === "Parameter") {
    const annotation =
      definition.name.type === "Identifier" ? definition.name.typeAnnotation?.typeAnnotation : undefined;
    return annotation ? isObjectType(annotation) : isUsedAsObject(sourceCode, node);
  }
  return (
    definition.node.type === "VariableDeclarator" &&
    definition.node.init !== null &&
    isObject(sourceCode, definition.node.init)
  );
}

function isObjectType(type: TSESTree.TypeNode): boolean {
  if (/^(TSObjectKeyword|TSArrayType|TSTypeLiteral|TSFunctionType|TSTupleType)$/.test(type.type)) return true;
  return (
    type.type === "TSTypeReference" &&
    type.typeName.type === "Identifier" &&
    /^(Element|HTMLElement|Node|Function|Request|Response|Date|Buffer|Error)$/.test(type.typeName.name)
  );
}

/** `Object.keys(key)`, `key.prop = …`: what only makes sense of an object. */
function isUsedAsObject(sourceCode: SourceCode, key: TSESTree.Identifier): boolean {
  const around = functionAround(key);
  let isUsed = false;
  if (around) {
    walk(sourceCode, around, (node) => {
      if (
        node.type === "CallExpression" &&
        node.callee.type === "MemberExpression" &&
        node.callee.object.type === "Identifier"
      ) {
        const isKeys =
          node.callee.object.name === "Object" &&
          node.arguments.some((argument) => argument.type === "Identifier" && argument.name === key.name);
        isUsed ||= isKeys;
      }
      return !isUsed;
    });
  }
  return isUsed;
}
