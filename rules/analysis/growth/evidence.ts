import type { Holder, Operation } from "./holder.js";
import { Novelty } from "./novelty.js";
import { isPartsName, isSetUpCode } from "./program-names.js";
import type { Growing } from "./sanitizers.js";
import { isPrimitiveTyped } from "./value-kinds.js";
import {
  functionAround,
  isInside,
  propertyName,
  unwrap,
  variableNamed,
  type Node,
  type SourceCode,
} from "../syntax.js";

/**
 * Whether the code itself says that growth follows the calls and not the program: entries that are told apart by what
 * is new with each call (`this`, a fresh object, a counter, an object a caller hands in, an id, a URL), or a list that
 * nothing ever reads.
 */
export function isPerCall({ sourceCode, holder, growths }: Growing): boolean {
  if (growths.some((growth) => remembersUnknown(sourceCode, holder, growth))) return true;
  if (isPartsName(holder.name.replace(/^.*\./, ""))) return false;
  return growths.some((growth) => growsPerCall(sourceCode, holder, growth));
}

function growsPerCall(sourceCode: SourceCode, holder: Holder, growth: Operation): boolean {
  if (growth.operation === "link") return true;
  const novelty = new Novelty(sourceCode, isSetUpCode(growth.node));
  const { key } = growth;
  if (growth.operation === "add") {
    return (
      growth.values.some(
        (value) => novelty.isNewObject(value) || (novelty.isAnyParameter(value) && !isKnownBefore(holder, growth)),
      ) || isNeverRead(holder)
    );
  }
  if (key === null || isAppending(key)) {
    const isAny = growth.depth === 0 && novelty.isAnything(growth.values) && !isSearched(sourceCode, growth);
    return isAny || growth.values.some((value) => novelty.isNewObject(value)) || isNeverRead(holder);
  }
  return (
    novelty.isNewKey(key) ||
    (holder.container !== "Array" && novelty.isAnyParameter(key) && !isKnownBefore(holder, growth)) ||
    isOpenMemo(sourceCode, holder, growth)
  );
}

/** `list[list.length] = x`. */
function isAppending(key: Node): boolean {
  return key.type === "MemberExpression" && propertyName(key) === "length";
}

/** `if (!map.has(k)) map.set(k, …)`: keys seen before add nothing. */
function isKnownBefore(holder: Holder, growth: Operation): boolean {
  const around = functionAround(growth.node);
  return holder.reads.some(({ node }) => functionAround(node) === around && !isInside(growth.node, node));
}

/** `if (!list.includes(x)) list.push(x)`. */
function isSearched(sourceCode: SourceCode, growth: Operation): boolean {
  const around = functionAround(growth.node);
  return around !== null && /\.(?:includes|indexOf|some|find|findIndex)\(/.test(sourceCode.getText(around));
}

/** A table of known entries that keeps an entry for each unknown key it is asked for, too. */
function remembersUnknown(sourceCode: SourceCode, holder: Holder, growth: Operation): boolean {
  const [value] = growth.values;
  const isConstant = value?.type === "Literal" && typeof value.value === "string";
  if (!isConstant || growth.depth > 0 || growth.key?.type !== "Identifier") return false;
  const isParameter = variableNamed(sourceCode, growth.key)?.defs[0]?.type === "Parameter";
  return isParameter && holder.initialisers.some((initialiser) => hasEntries(unwrap(initialiser)));
}

function hasEntries(initialiser: Node): boolean {
  if (initialiser.type === "ObjectExpression") return initialiser.properties.length > 0;
  return initialiser.type === "NewExpression" && initialiser.arguments.length > 0;
}

/** A memo of whatever function it is given: `cache.set(argument, compute(argument))`, with any kind of argument. */
function isOpenMemo(sourceCode: SourceCode, holder: Holder, growth: Operation): boolean {
  const { boundary, container } = holder;
  const [value] = growth.values;
  if (!boundary || container !== "Map" || !value || growth.key?.type !== "Identifier") return false;
  const key = variableNamed(sourceCode, growth.key);
  if (key?.defs[0]?.type !== "Parameter" || isPrimitiveTyped(sourceCode, key)) return false;
  const call = unwrap(value);
  if (call.type !== "CallExpression" || call.callee.type !== "Identifier") return false;
  const computed = variableNamed(sourceCode, call.callee);
  return computed?.defs[0]?.type === "Parameter" && computed.defs[0].node === boundary;
}

/** Nothing but additions in the whole file, and no other file can see it. */
function isNeverRead({ root, properties, isExported, escapes }: Holder): boolean {
  if (root.kind !== "variable" || properties.length > 0 || isExported || escapes.length > 0) return false;
  const uses = root.variable.references.filter(({ init }) => init !== true);
  return uses.every(({ identifier }) => {
    const member = identifier.parent;
    if (member?.type !== "MemberExpression" || member.object !== identifier) return false;
    const call = member.parent;
    if (call.type !== "CallExpression" || call.callee !== member || call.parent.type !== "ExpressionStatement")
      return false;
    return /^(?:push|unshift|add|set)$/.test(propertyName(member) ?? "");
  });
}
