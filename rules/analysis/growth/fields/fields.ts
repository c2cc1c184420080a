import type { TSESTree } from "@typescript-eslint/utils";
import { holdersOn } from "../assembly.js";
import { constructionOf } from "../containers.js";
import type { Holder, Operation, Root } from "../holder.js";
import { usesOfFields, type Use } from "../references.js";
import { perFile } from "../../per-file.js";
import { functionAround, keyName, propertyName, wrapped, type Node, type SourceCode } from "../../syntax.js";
import { wordsOf } from "../../words.js";
import { grownFields, isGivenSomething, mentionsOfField } from "./mentions.js";
import { isConstructor, ownerOf, type Owner } from "./owners.js";

/** A field that code adds to, with all that the methods of its class do to it. */
export interface Field {
  readonly owner: Owner;
  readonly name: string;
  /** Each `this.field` of the owner's code. */
  readonly mentions: readonly TSESTree.MemberExpression[];
}

/** The names of the fields that some code of the file adds to, and some code gives something to add to. */
export const grownNames = perFile((sourceCode): readonly string[] => {
  const words = wordsOf(sourceCode);
  return [...grownFields(words)].filter((name) => isGivenSomething(words, name));
});

/** The fields of a name, one for each class of the file that has one. */
export function fieldsNamed(sourceCode: SourceCode, name: string): readonly Field[] {
  const known = fieldsByName(sourceCode);
  let fields = known.get(name);
  if (!fields) known.set(name, (fields = findFields(sourceCode, name)));
  return fields;
}

const fieldsByName = perFile(() => new Map<string, readonly Field[]>());

function findFields(sourceCode: SourceCode, name: string): readonly Field[] {
  const byDefinition = new Map<Node, { readonly owner: Owner; readonly mentions: TSESTree.MemberExpression[] }>();
  for (const member of mentionsOfField(sourceCode, name)) {
    const owner = ownerOf(sourceCode, member.object);
    if (!owner) continue;
    const known = byDefinition.get(owner.definition);
    if (known) known.mentions.push(member);
    else byDefinition.set(owner.definition, { owner, mentions: [member] });
  }
  return [...byDefinition.values()].map(({ owner, mentions }) => ({ owner, name, mentions }));
}

/** What a field holds; null where that is no collection that the file makes and adds to. */
export function holderOfField(sourceCode: SourceCode, field: Field): Holder | null {
  const holders = holdersByField(sourceCode);
  let holder = holders.get(field);
  if (holder === undefined) holders.set(field, (holder = findHolder(sourceCode, field)));
  return holder;
}

const holdersByField = perFile(() => new Map<Field, Holder | null>());

function findHolder(sourceCode: SourceCode, { owner, name, mentions }: Field): Holder | null {
  const root: Root = {
    root: { kind: "instance", definition: owner.definition },
    name: "this",
    boundary: null,
    isImported: false,
    declaration: null,
  };
  const uses = [
    ...ownDeclarations(owner, name),
    ...sharedDeclarations(owner, name),
    ...usesOfFields(sourceCode, name, mentions),
  ];
  const found = holdersOn(sourceCode, root, uses).find(
    ({ properties }) => properties.length === 1 && properties[0] === name,
  );
  if (!found) return null;
  const isOnce = ({ node }: Operation): boolean => {
    const around = functionAround(node);
    return around === null || isConstructor(sourceCode, around, owner);
  };
  const growths = found.growths.filter((growth) => !isOnce(growth));
  const empties = found.empties.filter((empty) => !isOnce(empty));
  return growths.length === 0 ? null : { ...found, growths, empties };
}

/** Each instance's own: `entries = new Map()` in a class. */
function ownDeclarations({ definition }: Owner, name: string): readonly Use[] {
  if (definition.type !== "ClassDeclaration" && definition.type !== "ClassExpression") return [];
  return definition.body.body.flatMap((member) =>
    member.type === "PropertyDefinition" && !member.static && member.value ? declared(member, name) : [],
  );
}

/** One for all instances: `entries: {}` among the methods of a prototype or an `extend({ … })`, `X.prototype.entries = {}`. */
function sharedDeclarations({ definition, variable }: Owner, name: string): readonly Use[] {
  const literals = definition.type === "ObjectExpression" ? [definition] : [];
  const assigned: Use[] = [];
  for (const { identifier } of variable?.references ?? []) {
    const prototype = identifier.parent;
    if (prototype?.type !== "MemberExpression" || propertyName(prototype) !== "prototype") continue;
    const { parent } = prototype;
    if (parent.type === "AssignmentExpression" && parent.left === prototype) {
      if (parent.right.type === "ObjectExpression") literals.push(parent.right);
    } else if (parent.type === "MemberExpression" && propertyName(parent) === name) {
      const write = parent.parent;
      if (write.type !== "AssignmentExpression" || write.left !== parent) continue;
      const action = { kind: "write", value: write.right, left: parent.property } as const;
      assigned.push({ steps: [{ kind: "name", name }], action, node: write, receiver: parent.property });
    }
  }
  const members = literals.flatMap(({ properties }) => properties);
  return [...members.flatMap((member) => (member.type === "Property" ? declared(member, name) : [])), ...assigned];
}

function declared(member: TSESTree.PropertyDefinition | TSESTree.Property, name: string): readonly Use[] {
  if (!member.value || keyName(member.key, member.computed)?.replace(/^#/, "") !== name) return [];
  const { key, value } = member;
  return [
    { steps: [{ kind: "name", name }], action: { kind: "write", value, left: key }, node: member, receiver: key },
  ];
}

/** Where a prototype gives a field its collection, and no instance one of its own; else null. */
export function sharedPlaceOf({ owner, name, mentions }: Field): Node | null {
  const [shared] = sharedDeclarations(owner, name);
  if (!shared || ownDeclarations(owner, name).length > 0 || mentions.some(isGiven)) return null;
  return shared.action.kind === "write" && constructionOf(shared.action.value) ? shared.receiver : null;
}

function isGiven(member: Node): boolean {
  const outer = wrapped(member);
  return outer.parent?.type === "AssignmentExpression" && outer.parent.left === outer;
}

/** A field as its class writes it: `this.entries`, `this.#entries`. */
export function writtenName(field: Field): string {
  return `this.${propertyOf(field)}`;
}

/** The property that the field is at run time: `entries`, `#entries`. */
export function propertyOf({ name, mentions: [mention] }: Field): string {
  return mention?.property.type === "PrivateIdentifier" ? `#${name}` : name;
}

/** Where a field is declared, or else first given a value. */
export function placeOfField({ owner, name, mentions }: Field): Node {
  const [own] = [...ownDeclarations(owner, name), ...sharedDeclarations(owner, name)];
  if (own) return own.receiver;
  const given = mentions.find(isGiven);
  const member = given ?? mentions[0];
  return member ? member.property : owner.definition;
}
