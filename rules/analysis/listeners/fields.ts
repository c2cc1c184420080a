import { assignmentsToMember } from "../mentions.js";
import { keyName, unwrap, type Node, type SourceCode } from "../syntax.js";
import { identityOf } from "./identity.js";

/**
 * The values that a file gives a field of an object: initialisers, `this.name = value`, and constructor parameters
 * with an access modifier (given as the parameter).
 */
export function valuesOfField(sourceCode: SourceCode, owner: Node | null, name: string): readonly Node[] {
  const found: Node[] = [];
  const isClass = owner?.type === "ClassDeclaration" || owner?.type === "ClassExpression";
  for (const member of isClass ? owner.body.body : []) {
    if (member.type === "PropertyDefinition" && member.value && keyName(member.key, member.computed) === name) {
      found.push(unwrap(member.value));
    }
    if (member.type === "MethodDefinition" && member.kind === "constructor") {
      for (const parameter of member.value.params) {
        if (parameter.type !== "TSParameterProperty") continue;
        const { parameter: declared } = parameter;
        const pattern = declared.type === "AssignmentPattern" ? declared.left : declared;
        if (pattern.type === "Identifier" && pattern.name === name) found.push(pattern);
      }
    }
  }
  for (const { left, right } of assignmentsToMember(sourceCode, name, isClass ? owner : undefined)) {
    const { root, properties } = identityOf(sourceCode, left);
    if (root.kind === "this" && properties.length === 1) found.push(unwrap(right));
  }
  return found;
}
