import { normalisedText, propertyName, unwrap, variableNamed, type Node, type SourceCode } from "../syntax.js";

/** Which event a registration names: its text where the file tells it, else the code that stands for it. */
export interface EventName {
  readonly kind: "literal" | "code";
  readonly text: string;
}

export function eventName(sourceCode: SourceCode, argument: Node): EventName {
  const node = unwrap(argument);
  if (node.type === "Literal" && typeof node.value === "string") return { kind: "literal", text: node.value };
  if (node.type === "TemplateLiteral" && node.expressions.length === 0) {
    return { kind: "literal", text: node.quasis[0]?.value.cooked ?? "" };
  }
  const constant = constantOf(sourceCode, node);
  return constant ? eventName(sourceCode, constant) : { kind: "code", text: normalisedText(sourceCode, node) };
}

/** The text that `CHANGE` or `Events.Change` stands for, where the file declares it. */
function constantOf(sourceCode: SourceCode, node: Node): Node | null {
  const object = node.type === "MemberExpression" ? unwrap(node.object) : node;
  if (object.type !== "Identifier") return null;
  const [definition, second] = variableNamed(sourceCode, object)?.defs ?? [];
  if (!definition || second) return null;
  if (definition.node.type === "TSEnumDeclaration" && node.type === "MemberExpression") {
    const member = definition.node.body.members.find(
      ({ id }) => id.type === "Identifier" && id.name === propertyName(node),
    );
    return member?.initializer?.type === "Literal" ? member.initializer : null;
  }
  if (definition.type !== "Variable" || definition.parent.kind !== "const" || !definition.node.init) return null;
  if (definition.node.id.type !== "Identifier") return null;
  const value = unwrap(definition.node.init);
  if (node.type !== "MemberExpression") return value.type === "Literal" ? value : null;
  if (value.type !== "ObjectExpression") return null;
  for (const property of value.properties) {
    if (property.type !== "Property" || property.computed) continue;
    const name = property.key.type === "Identifier" ? property.key.name : null;
    if (name !== null && name === propertyName(node)) return property.value.type === "Literal" ? property.value : null;
  }
  return null;
}

/** Whether two names stand for one event for certain. */
export function isSameEvent(first: EventName, second: EventName): boolean {
  return first.kind === second.kind && first.text === second.text;
}

/** Whether they may: two texts that are known differ or do not; of code one cannot say. */
export function mayBeSameEvent(first: EventName, second: EventName): boolean {
  return isSameEvent(first, second) || first.kind === "code" || second.kind === "code";
}
