import type { Leak } from "../../leak.js";
import { perFile } from "../../per-file.js";
import {
  functionAround,
  normalisedText,
  propertyName,
  unwrap,
  variableNamed,
  wrapped,
  type Node,
  type SourceCode,
} from "../../syntax.js";
import type { Holder, Operation } from "../holder.js";
import { Novelty } from "../novelty.js";
import { isPartsName, isSetUpCode } from "../program-names.js";
import { BOUNDED, openGrowths } from "../sanitizers.js";
import { accumulations } from "./accumulations.js";
import {
  fieldsNamed,
  grownNames,
  holderOfField,
  placeOfField,
  sharedPlaceOf,
  propertyOf,
  writtenName,
  type Field,
} from "./fields.js";
import { isLongLived } from "./lifetime-signs.js";
import { isTakenFrom } from "./mentions.js";
import { wordsOf } from "../../words.js";

/** The fields of long-lived instances that only grow. */
export const fieldLeaks = perFile(findLeaks);

function findLeaks(sourceCode: SourceCode): readonly Leak[] {
  const words = wordsOf(sourceCode);
  const names = grownNames(sourceCode);
  const kept = names.filter((name) => !isTakenFrom(words, name));
  const fields = kept.flatMap((name) => fieldsNamed(sourceCode, name));
  const leaks = fields.flatMap((field) => judge(sourceCode, field, names) ?? []);
  return [...leaks, ...accumulations(sourceCode, fields)];
}

function judge(sourceCode: SourceCode, field: Field, names: readonly string[]): Leak | null {
  const isLasting = isLongLived(sourceCode, field.owner);
  const others = isLasting ? [] : othersOf(sourceCode, field, names);
  if (!isLasting && !others.some((other) => isReduced(other, REMOVING_SOME))) return null;
  if (isReduced(field, REMOVING_ONE) || sharedPlaceOf(field)) return null;
  const holder = holderOfField(sourceCode, field);
  if (!holder || holder.escapes.length > 0 || holder.removals.some((removal) => !isFutile(removal))) return null;
  const open = openGrowths(sourceCode, holder).filter((growth) => !isNulling(growth));
  const growths = open.filter((growth) => isDistinct(sourceCode, growth));
  if (growths.length === 0) return null;
  const growing = { sourceCode, holder, growths };
  if (Object.values(BOUNDED).some((applies) => applies(growing))) return null;
  const twin = twinOf(sourceCode, growths, isLasting ? othersOf(sourceCode, field, names) : others);
  if (!twin && (!isLasting || holder.empties.length > 0)) return null;
  return leakOf(field, holder, growths, twin);
}

/** The other fields of the same owner. */
function othersOf(sourceCode: SourceCode, { owner, name }: Field, names: readonly string[]): readonly Field[] {
  return names
    .filter((other) => other !== name)
    .flatMap((other) => fieldsNamed(sourceCode, other))
    .filter((other) => other.owner.definition === owner.definition);
}

const REMOVING_ONE = /^(?:delete|pop|shift)$/;
const REMOVING_SOME = /^(?:delete|pop|shift|splice)$/;

/** A cheap look: whether some code plainly takes entries out of a field: `this.x.delete(key)`, `delete this.x[key]`. */
function isReduced({ mentions }: Field, methods: RegExp): boolean {
  return mentions.some((mention) => {
    const outer = wrapped(mention);
    const member = outer.parent;
    if (member?.type !== "MemberExpression" || member.object !== outer) return false;
    const use = wrapped(member).parent;
    if (use?.type === "UnaryExpression") return use.operator === "delete";
    return use?.type === "CallExpression" && use.callee === wrapped(member) && methods.test(propertyName(member) ?? "");
  });
}

function leakOf(field: Field, holder: Holder, growths: readonly Operation[], twin: Field | null): Leak {
  const [first] = growths;
  const nulled = holder.growths.find(isNulling);
  const futile = holder.removals.find(isFutile);
  const line = (node: Node): string => String(node.loc.start.line);
  const data = {
    holder: writtenName(field),
    owner: field.owner.name,
    entries: first?.key && holder.container !== "Set" ? "an entry for each new key" : "each value added",
    line: first ? line(first.node) : "",
  };
  const messageId = twin ? "twin" : nulled ? "nulled" : futile ? "futile" : "grows";
  return {
    messageId,
    data: {
      ...data,
      twin: twin ? writtenName(twin) : "",
      other: nulled ? line(nulled.node) : futile ? line(futile.node) : "",
    },
    place: placeOfField(field),
    isLikely: false,
    holder: {
      kind: "field",
      name: `${field.owner.name}.${propertyOf(field)}`,
      container: holder.container,
      expression: first?.receiver ?? null,
      owner: { definition: field.owner.definition, properties: [propertyOf(field)] },
      closures: [],
    },
    acquisitions: growths.map(({ node }) => node),
    releases: holder.removals.map(({ node }) => node),
  };
}

/** `this.pending[id] = null`: the key stays. */
function isNulling(growth: Operation): boolean {
  const value = growth.values[0] && unwrap(growth.values[0]);
  if (growth.operation !== "assign" || growth.key === null || !value) return false;
  return (
    (value.type === "Literal" && value.value === null) || (value.type === "Identifier" && value.name === "undefined")
  );
}

/** `list.splice(i, -1)` takes nothing out, `list.splice(list.length - 1, list.length)` only what came last. */
function isFutile({ node, operation }: Operation): boolean {
  if (operation !== "splice" || node.type !== "CallExpression") return false;
  const [start, count] = node.arguments;
  if (count?.type === "UnaryExpression") return count.operator === "-";
  const isLast =
    start?.type === "BinaryExpression" && start.operator === "-" && /\.length$/.test(calleePath(start.left));
  return isLast && count?.type === "MemberExpression";
}

function calleePath(node: Node): string {
  return node.type === "MemberExpression" ? `.${propertyName(node) ?? ""}` : "";
}

/** Whether what is added is told apart by what the caller hands in, or by what is new each time. */
function isDistinct(sourceCode: SourceCode, growth: Operation): boolean {
  if (growth.depth > 0 || isSetUpCode(growth.node)) return false;
  const novelty = new Novelty(sourceCode, false);
  if (growth.key && growth.operation !== "add") {
    return novelty.isNewKey(growth.key) || isHandedIn(sourceCode, growth.key);
  }
  if (growth.operation !== "add" && novelty.isAnything(growth.values)) return true;
  return growth.values.some((value) => novelty.isNewObject(value) || isHandedIn(sourceCode, value));
}

function isHandedIn(sourceCode: SourceCode, expression: Node): boolean {
  let node = unwrap(expression);
  while (node.type === "MemberExpression") node = unwrap(node.object);
  if (node.type !== "Identifier" || isPartsName(node.name)) return false;
  return variableNamed(sourceCode, node)?.defs[0]?.type === "Parameter";
}

/**
 * Another field that holds the same entries and that some method takes them out of: filled in the same method under the
 * same key, or with what goes by the same name (`this.layers[stamp(layer)] = layer`, `this.drawn[layer.id] = layer`).
 */
function twinOf(sourceCode: SourceCode, growths: readonly Operation[], others: readonly Field[]): Field | null {
  const text = (node: Node | null | undefined): string | null => (node ? normalisedText(sourceCode, node) : null);
  const isTwin = (own: Operation, other: Operation): boolean => {
    if (own.key === null || other.key === null || other.depth > 0) return false;
    if (functionAround(own.node) === functionAround(other.node)) return text(own.key) === text(other.key);
    const [value] = own.values;
    return value?.type === "Identifier" && !GENERAL_NAME.test(value.name) && text(other.values[0]) === value.name;
  };
  return (
    others.find((other) => {
      const holder = holderOfField(sourceCode, other);
      if (!holder?.removals.some(({ depth }) => depth === 0)) return false;
      return holder.growths.some((theirs) => growths.some((own) => isTwin(own, theirs)));
    }) ?? null
  );
}

const GENERAL_NAME = /^(?:\w{1,2}|value|val|data|item|entry|result|options|info|callback|fn|handler|listener)$/;
