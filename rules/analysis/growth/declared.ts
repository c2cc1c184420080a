import type { Use } from "./references.js";
import { keyName, unwrap, type Node } from "../syntax.js";

/** The values a declaration gives: an initialiser, a static field, a property of an object literal. */
export function declaredValues(declaration: Node | null, properties: readonly string[]): readonly Node[] {
  if (!declaration || properties.length === 0) return [];
  const member = memberNamed(definedValue(declaration), properties);
  return member ? [member.value] : [];
}

/** The values given by `module.exports = { cache: new Map() }`. */
export function assignedValues(above: readonly Use[], properties: readonly string[]): readonly Node[] {
  if (properties.length === 0) return [];
  return above.flatMap(({ action, steps, node }) => {
    if (action.kind !== "write" || steps.length > 0 || node.type === "VariableDeclarator") return [];
    const member = memberNamed(assignedValue(action.value), properties);
    return member ? [member.value] : [];
  });
}

export function assignedKeys(above: readonly Use[], properties: readonly string[]): readonly Node[] {
  return assignedValues(above, properties).flatMap((value) =>
    value.parent?.type === "Property" ? [value.parent.key] : [],
  );
}

/** The class, function or object that a name is defined as. */
export function definedValue(declaration: Node): Node {
  return declaration.type === "VariableDeclarator" && declaration.init ? assignedValue(declaration.init) : declaration;
}

function assignedValue(value: Node): Node {
  const inner = unwrap(value);
  return inner.type === "AssignmentExpression" ? assignedValue(inner.right) : inner;
}

export function memberNamed(
  value: Node,
  properties: readonly string[],
): { readonly key: Node; readonly value: Node } | null {
  const [name, ...rest] = properties;
  const members: readonly Node[] =
    value.type === "ObjectExpression"
      ? value.properties
      : value.type === "ClassDeclaration" || value.type === "ClassExpression"
        ? value.body.body.filter((member) => member.type === "PropertyDefinition" && member.static)
        : [];
  for (const member of members) {
    if (member.type !== "Property" && member.type !== "PropertyDefinition") continue;
    if (!member.value || keyName(member.key, member.computed) !== name) continue;
    if (rest.length === 0) return { key: member.key, value: member.value };
    return memberNamed(unwrap(member.value), rest);
  }
  return null;
}

export function isClass(declaration: Node | null): boolean {
  const value = declaration && definedValue(declaration);
  return value?.type === "ClassDeclaration" || value?.type === "ClassExpression";
}

export function isPlainObject(declaration: Node | null): boolean {
  return declaration !== null && definedValue(declaration).type === "ObjectExpression";
}
