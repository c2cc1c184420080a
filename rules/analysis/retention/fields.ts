import { assignmentsToMember } from "../mentions.js";
import {
  type ClassNode,
  classAround,
  isFunction,
  keyName,
  propertyName,
  unwrap,
  type Node,
  type SourceCode,
} from "../syntax.js";

/** A value that a field is given: by its declaration, or by an assignment to `this.name`. */
export interface FieldWrite {
  /** The declaration or the assignment. */
  readonly node: Node;
  readonly value: Node | null;
}

/** The class, or else the outermost function that makes or is a method of the instance: what the verifier looks for. */
export function ownerOf(node: Node): Node | null {
  const around = classAround(node);
  if (around) return around;
  for (let up = node.parent; up; up = up.parent) {
    if (isFunction(up) && up.type !== "ArrowFunctionExpression") return up;
  }
  return null;
}

/** The name of the class member that a node stands in: `close`, `constructor`; null outside classes. */
export function memberAround(node: Node): string | null {
  for (let up = node.parent; up; up = up.parent) {
    if (up.type === "MethodDefinition" || up.type === "PropertyDefinition") return keyName(up.key, up.computed);
  }
  return null;
}

/** The field that `this.name` or `self.name` reads, where an expression starts with one: `promise` of `this.promise.x`. */
export function fieldName(expression: Node): string | null {
  let node = unwrap(expression);
  while (node.type === "MemberExpression") {
    const object = unwrap(node.object);
    if (object.type !== "MemberExpression") return propertyName(node);
    node = object;
  }
  return null;
}

/** All that a class's own code gives a field. */
export function fieldWrites(sourceCode: SourceCode, owner: ClassNode, name: string): readonly FieldWrite[] {
  const writes: FieldWrite[] = [];
  for (const member of owner.body.body) {
    if (member.type === "PropertyDefinition" && keyName(member.key, member.computed) === name && member.value)
      writes.push({ node: member, value: member.value });
  }
  const assignments = assignmentsToMember(sourceCode, name, owner).filter(({ operator }) =>
    /^(?:\?\?|\|\||&&)?=$/.test(operator),
  );
  return [...writes, ...assignments.map((node) => ({ node, value: node.right }))];
}
