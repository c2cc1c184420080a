import type { TSESTree } from "@typescript-eslint/utils";
import { calleeName, propertyName, unwrap, type Node } from "../syntax.js";

/** What is done to a collection, or to the place that holds it. */
export type Action =
  | { readonly kind: "grow"; readonly operation: string; readonly key: Node | null; readonly values: readonly Node[] }
  /** One entry goes; `key` is what names it (for arrays and sets: the value), null where it is taken by position. */
  | { readonly kind: "remove"; readonly operation: string; readonly key: Node | null }
  /** All entries may go. */
  | { readonly kind: "empty"; readonly operation: string }
  /** The place is given a value: `x = …`, `Klass.reg = …`, the initialiser included. */
  | { readonly kind: "write"; readonly value: Node; readonly left: Node }
  | { readonly kind: "read"; readonly key: Node | null }
  | { readonly kind: "measure" }
  | { readonly kind: "iterate"; readonly loop: Node }
  | { readonly kind: "export" }
  | { readonly kind: "escape" };

/** What calling a method does to its receiver; null where the method is none of a collection's. */
export function methodAction(call: TSESTree.CallExpression, method: string): Action | null {
  const [first = null, second = null] = call.arguments;
  switch (method) {
    case "set":
      return second ? { kind: "grow", operation: method, key: first, values: [second] } : null;
    case "add":
      return first && !second ? { kind: "grow", operation: method, key: first, values: [first] } : null;
    case "push":
    case "unshift":
      return first ? { kind: "grow", operation: method, key: null, values: call.arguments } : null;
    case "splice":
      return spliceAction(call);
    case "pop":
    case "shift":
      return { kind: "remove", operation: method, key: null };
    case "delete":
      return first ? { kind: "remove", operation: method, key: first } : null;
    case "clear":
      return first ? null : { kind: "empty", operation: method };
    case "get":
    case "has":
    case "includes":
    case "hasOwnProperty":
      return first && { kind: "read", key: first };
    case "forEach":
      return { kind: "iterate", loop: call };
    default:
      return null;
  }
}

function spliceAction(call: TSESTree.CallExpression): Action | null {
  const [start, count, ...inserted] = call.arguments;
  if (inserted.length === 0) {
    const isWhole = start?.type === "Literal" && start.value === 0 && (!count || /\.length$/.test(calleePath(count)));
    return isWhole
      ? { kind: "empty", operation: "splice" }
      : { kind: "remove", operation: "splice", key: spliced(start) };
  }
  const insertsOnly = count?.type === "Literal" && count.value === 0;
  return insertsOnly ? { kind: "grow", operation: "splice", key: null, values: inserted } : null;
}

/** The value that `list.splice(list.indexOf(value), 1)` takes out, where the code says so in place. */
function spliced(start: Node | undefined): Node | null {
  if (start?.type !== "CallExpression") return null;
  return calleeName(start.callee) === "indexOf" ? (start.arguments[0] ?? null) : null;
}

function calleePath(node: Node): string {
  const inner = unwrap(node);
  return inner.type === "MemberExpression" ? `.${propertyName(inner) ?? ""}` : "";
}

/** `none`: the call only looks. Null: what it does is not known, so the collection escapes. */
export function argumentAction(
  call: TSESTree.CallExpression | TSESTree.NewExpression,
  index: number,
): Action | { readonly kind: "none" } | null {
  const name = calleeName(call.callee);
  const callee = unwrap(call.callee);
  const owner = callee.type === "MemberExpression" ? unwrap(callee.object) : null;
  const ownerName = owner ? calleeName(owner) : "";
  const key = call.arguments[index + 1] ?? null;
  if (call.type === "NewExpression") return /^_?(Map|Set|Array|WeakSet|WeakMap)$/.test(name) ? { kind: "none" } : null;
  if (ownerName === "Object" || ownerName === "Reflect") return objectFunction(call, name, index);
  if ((name === "call" || name === "apply") && index === 0 && owner?.type === "MemberExpression") {
    return borrowed(call, ownerName, name);
  }
  if ((name === "call" || name === "apply") && index === 0 && /^has(Own(Property)?)?$/.test(ownerName))
    return { kind: "read", key };
  if (/^has(Own(Property|Prop)?)?$/.test(name) && index === 0 && key) return { kind: "read", key };
  if (ownerName === "Array" || ownerName === "JSON" || ownerName === "console" || ownerName === "util")
    return { kind: "none" };
  if (PURE_FUNCTIONS.has(name)) return { kind: "none" };
  return null;
}

const PURE_FUNCTIONS = new Set([
  "String",
  "Number",
  "Boolean",
  "isArray",
  "expect",
  "size",
  "isEmpty",
  "keys",
  "values",
  "concat",
  "inspect",
  "structuredClone",
  "isEqual",
  "max",
  "min",
  "includes",
  "join",
]);

function objectFunction(
  call: TSESTree.CallExpression,
  name: string,
  index: number,
): Action | { readonly kind: "none" } {
  const [, second, third] = call.arguments;
  if (index !== 0) return { kind: "none" };
  if (name === "assign" && second) return assignedEntries(second);
  if ((name === "set" || name === "defineProperty") && second && third) {
    return { kind: "grow", operation: name, key: second, values: [third] };
  }
  if (name === "deleteProperty" && second) return { kind: "remove", operation: name, key: second };
  if ((name === "hasOwn" || name === "has" || name === "get") && second) return { kind: "read", key: second };
  return { kind: "none" };
}

/** `Object.assign(registry, { [id]: value })` adds an entry; with fixed names it sets properties. */
function assignedEntries(source: Node): Action | { readonly kind: "none" } {
  const literal = unwrap(source);
  if (literal.type !== "ObjectExpression") return { kind: "none" };
  for (const property of literal.properties) {
    if (property.type === "Property" && property.computed) {
      return { kind: "grow", operation: "assign", key: property.key, values: [property.value] };
    }
  }
  return { kind: "none" };
}

/** `Array.prototype.push.apply(list, items)`, `hasOwnProperty.call(table, key)`. */
function borrowed(call: TSESTree.CallExpression, method: string, how: string): Action | { readonly kind: "none" } {
  const [, first = null] = call.arguments;
  if ((method === "push" || method === "unshift") && first) {
    return { kind: "grow", operation: method, key: null, values: how === "call" ? call.arguments.slice(1) : [first] };
  }
  if (/^has(Own(Property)?)?$/.test(method) && first) return { kind: "read", key: first };
  return { kind: "none" };
}
