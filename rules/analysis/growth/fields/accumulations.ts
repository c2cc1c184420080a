import type { Leak } from "../../leak.js";
import {
  calleeName,
  functionAround,
  unwrap,
  variableNamed,
  wrapped,
  type Node,
  type SourceCode,
} from "../../syntax.js";
import { placeOfField, writtenName, type Field } from "./fields.js";
import { isLongLived } from "./lifetime-signs.js";
import { CHUNK_NAME } from "./mentions.js";
import { isConstructor } from "./owners.js";

/** Text fields that each call makes longer and nothing ever cuts: `this.buffer += chunk`. */
export function accumulations(sourceCode: SourceCode, fields: readonly Field[]): readonly Leak[] {
  return fields.flatMap((field) => {
    const additions = field.mentions.flatMap((member) => {
      const { parent } = wrapped(member);
      return parent?.type === "AssignmentExpression" && parent.operator === "+=" ? [parent] : [];
    });
    const texts = additions.filter(({ right }) => isChunk(sourceCode, right));
    const [first] = texts;
    if (!first || isReset(sourceCode, field) || !isText(field)) return [];
    if (!isLongLived(sourceCode, field.owner) && !isInHandler(first)) return [];
    return [leakOf(field, first, texts)];
  });
}

/** `stream.on("data", (chunk) => { self.buffer += chunk; })`. */
function isInHandler(addition: Node): boolean {
  const around = functionAround(addition);
  return (
    around?.parent.type === "CallExpression" &&
    /^(?:on|addListener|addEventListener)$/.test(calleeName(around.parent.callee))
  );
}

/** What an event hands in: a parameter named as a piece of a stream, or its `toString()`. */
function isChunk(sourceCode: SourceCode, added: Node): boolean {
  let node = unwrap(added);
  if (node.type === "CallExpression" && node.callee.type === "MemberExpression") node = unwrap(node.callee.object);
  if (node.type !== "Identifier" || !CHUNK_NAME.test(node.name)) {
    return false;
  }
  return variableNamed(sourceCode, node)?.defs[0]?.type === "Parameter";
}

function isReset(sourceCode: SourceCode, { owner, mentions }: Field): boolean {
  return mentions.some((member) => {
    const outer = wrapped(member);
    const { parent } = outer;
    if (parent?.type !== "AssignmentExpression" || parent.left !== outer || parent.operator !== "=") return false;
    const around = functionAround(parent);
    return around !== null && !isConstructor(sourceCode, around, owner);
  });
}

/** Whether a number may be what is counted up: the file never gives the field text. */
function isText({ mentions, owner, name }: Field): boolean {
  const values = mentions.flatMap((member) => {
    const { parent } = wrapped(member);
    return parent?.type === "AssignmentExpression" && parent.operator === "=" ? [parent.right] : [];
  });
  const declared = placeOfField({ mentions, owner, name }).parent;
  if (declared?.type === "PropertyDefinition" && declared.value) values.push(declared.value);
  return values.some((value) => value.type === "Literal" && typeof value.value === "string");
}

function leakOf(field: Field, first: Node, additions: readonly Node[]): Leak {
  return {
    messageId: "accumulates",
    data: { holder: writtenName(field), owner: field.owner.name, line: String(first.loc.start.line) },
    place: placeOfField(field),
    isLikely: false,
    holder: {
      kind: "field",
      name: `${field.owner.name}.${field.name}`,
      container: "unknown",
      expression: null,
      owner: { definition: field.owner.definition, properties: [field.name] },
      closures: [],
    },
    acquisitions: additions,
    releases: [],
  };
}
