import type { TSESTree } from "@typescript-eslint/utils";
import type { ContainerKind } from "../facts.js";
import { settingsOf } from "../settings.js";
import { calleeName, unwrap, type Node, type SourceCode } from "../syntax.js";

/** What an expression makes: a collection of a kind, one that bounds itself, or no collection. */
export type Construction =
  { readonly kind: "collection"; readonly container: ContainerKind } | { readonly kind: "bounded" };

const BOUNDED_NAME = /lru|bounded|ring|ttl.?cache|quick-?lru/i;
/** `Map`, and what compilers and polyfills make of it: `_Map`, `Map$1`, `default` never. */
const COLLECTION_NAME =
  /^_?(?:Safe|Hash|Multi|Default|Es6|ES6)?(Map|Set|WeakMap|WeakSet|Array|Object)(?:Ctor|\$?\d+)?$/;

/** What the value of an expression is, as far as its code tells; null where it is no collection. */
export function constructionOf(expression: Node): Construction | null {
  const node = unwrap(expression);
  switch (node.type) {
    case "ArrayExpression":
      return { kind: "collection", container: "Array" };
    case "ObjectExpression":
      return { kind: "collection", container: "Object" };
    case "NewExpression":
      return constructed(calleeName(node.callee));
    case "CallExpression":
      return called(node);
    case "AssignmentExpression":
      return constructionOf(node.right);
    case "LogicalExpression":
      return constructionOf(node.right) ?? constructionOf(node.left);
    case "ConditionalExpression":
      return chosen(node.consequent, node.alternate) ?? chosen(node.alternate, node.consequent);
    case "SequenceExpression": {
      const last = node.expressions.at(-1);
      return last ? constructionOf(last) : null;
    }
    default:
      return null;
  }
}

/** Whether the user's settings say that the class or function which makes it keeps it bounded. */
export function isSaidToBeBounded(sourceCode: SourceCode, expression: Node): boolean {
  const { boundedCollections } = settingsOf(sourceCode);
  if (boundedCollections.length === 0) return false;
  const node = unwrap(expression);
  const isMade = node.type === "NewExpression" || node.type === "CallExpression";
  return isMade && boundedCollections.includes(calleeName(node.callee));
}

/** True for `[]`, `{}`, `new Map()`: a collection with nothing in it. */
export function isEmptyCollection(expression: Node): boolean {
  const node = unwrap(expression);
  if (node.type === "ArrayExpression") return node.elements.length === 0;
  if (node.type === "ObjectExpression") return node.properties.length === 0;
  if (node.type === "AssignmentExpression") return isEmptyCollection(node.right);
  if (node.type === "NewExpression") return node.arguments.length === 0 && constructionOf(node) !== null;
  return node.type === "CallExpression" && calleeName(node.callee) === "create" && constructionOf(node) !== null;
}

/** `isDev ? new Map() : null` makes a collection; `typeof global === "object" ? global : {}` finds something. */
function chosen(choice: Node, other: Node): Construction | null {
  const isNothing = other.type === "Literal" || other.type === "UnaryExpression" || constructionOf(other) !== null;
  const isUndefined = other.type === "Identifier" && other.name === "undefined";
  return isNothing || isUndefined ? constructionOf(choice) : null;
}

function constructed(name: string): Construction | null {
  if (BOUNDED_NAME.test(name)) return { kind: "bounded" };
  const match = COLLECTION_NAME.exec(name);
  return match ? { kind: "collection", container: containerNamed(match[1]) } : null;
}

function called(node: TSESTree.CallExpression): Construction | null {
  if (node.callee.type === "MemberExpression" && node.callee.object.type !== "Identifier") return null;
  const name = calleeName(node.callee);
  const receiver = node.callee.type === "MemberExpression" ? calleeName(node.callee.object) : "";
  const [first] = node.arguments;
  if (receiver === "Object") {
    if (name === "create" || name === "fromEntries") return { kind: "collection", container: "Object" };
    return name === "assign" && first ? constructionOf(first) : null;
  }
  if (name === "Array" || (receiver === "Array" && (name === "from" || name === "of"))) {
    return { kind: "collection", container: "Array" };
  }
  return name === "Object" && receiver === "" && node.arguments.length === 0
    ? { kind: "collection", container: "Object" }
    : null;
}

function containerNamed(name: string | undefined): ContainerKind {
  switch (name) {
    case "Map":
    case "Set":
    case "WeakMap":
    case "Array":
    case "Object":
      return name;
    case "WeakSet":
      return "WeakMap";
    default:
      return "unknown";
  }
}
