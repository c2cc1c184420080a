import type { TSESTree } from "@typescript-eslint/utils";
import { importSource } from "../imports.js";
import {
  calleeName,
  functionOf,
  isFunction,
  propertyName,
  unwrap,
  variableNamed,
  type FunctionNode,
  type Node,
  type SourceCode,
  type Variable,
} from "../syntax.js";

/** Which object an expression names: where it starts, and the properties that lead on from there. */
export interface Identity {
  readonly root:
    | { readonly kind: "this"; readonly owner: Node | null }
    | { readonly kind: "global"; readonly name: string }
    | { readonly kind: "variable"; readonly variable: Variable }
    /** What a call, a construction or any other expression gives: another object each time. */
    | { readonly kind: "value"; readonly node: Node };
  readonly properties: readonly string[];
}

const GLOBAL_OBJECT = /^(?:window|globalThis|self|global)$/;
/** Registrations that return their receiver, so that they are chained. */
const CHAINED = /^(?:on|once|off|addListener|removeListener|prependListener|prependOnceListener|setMaxListeners)$/;

/** The receiver of `addEventListener(…)` without any. */
export const WINDOW: Identity = { root: { kind: "global", name: "window" }, properties: [] };

/**
 * Which object an expression names, seen through `const self = this`, `const s = this.socket`, `const { signal } =
 * options`, `window.document` and chains (`a.on(…).on(…)`).
 */
export function identityOf(sourceCode: SourceCode, expression: Node): Identity {
  return resolved(sourceCode, expression, new Set());
}

function resolved(sourceCode: SourceCode, expression: Node, seen: Set<Variable>): Identity {
  const node = unwrap(expression);
  switch (node.type) {
    case "ThisExpression":
      return { root: { kind: "this", owner: thisOwner(node) }, properties: [] };
    case "Identifier":
      return namedBy(sourceCode, node, seen);
    case "MemberExpression": {
      const name = propertyName(node) ?? `[${sourceCode.getText(node.property)}]`;
      return member(resolved(sourceCode, node.object, seen), name);
    }
    case "AssignmentExpression":
      return resolved(sourceCode, node.left, seen);
    case "CallExpression": {
      const callee = unwrap(node.callee);
      const isChained = callee.type === "MemberExpression" && CHAINED.test(calleeName(callee));
      return isChained ? resolved(sourceCode, callee.object, seen) : value(node);
    }
    // `_super.call(this) || this`, as compilers write it.
    case "LogicalExpression":
      return node.right.type === "ThisExpression" ? resolved(sourceCode, node.right, seen) : value(node);
    default:
      return value(node);
  }
}

function value(node: Node): Identity {
  return { root: { kind: "value", node }, properties: [] };
}

function member({ root, properties }: Identity, name: string): Identity {
  if (root.kind === "global" && properties.length === 0 && GLOBAL_OBJECT.test(root.name)) {
    return { root: { kind: "global", name }, properties: [] };
  }
  return { root, properties: [...properties, name] };
}

function namedBy(sourceCode: SourceCode, identifier: TSESTree.Identifier, seen: Set<Variable>): Identity {
  const variable = variableNamed(sourceCode, identifier);
  if (!variable || variable.defs.length === 0 || isRuntimeModule(variable)) {
    const name = GLOBAL_OBJECT.test(identifier.name) ? "window" : identifier.name;
    return { root: { kind: "global", name }, properties: [] };
  }
  const source = seen.has(variable) ? null : aliasOf(variable);
  seen.add(variable);
  if (!source) return { root: { kind: "variable", variable }, properties: [] };
  return source.properties.reduce(member, resolved(sourceCode, source.object, seen));
}

/** `import process from "node:process"` is the global itself; `const process = spawn(…)` is not. */
function isRuntimeModule(variable: Variable): boolean {
  return variable.name === "process" && /^(?:node:)?process$/.test(importSource(variable) ?? "");
}

interface Alias {
  readonly object: Node;
  readonly properties: readonly string[];
}

/** What a variable that is written once stands for, where that is a name or a path of names. */
function aliasOf(variable: Variable): Alias | null {
  const [definition] = variable.defs;
  if (variable.defs.length !== 1 || definition?.node.type !== "VariableDeclarator" || !definition.node.init)
    return null;
  if (variable.references.some((reference) => reference.isWrite() && reference.init !== true)) return null;
  const { id } = definition.node;
  const object = unwrap(definition.node.init);
  const isPath = object.type === "ThisExpression" || object.type === "Identifier" || object.type === "MemberExpression";
  if (id.type === "Identifier")
    return isPath || object.type === "LogicalExpression" ? { object, properties: [] } : null;
  if (id.type !== "ObjectPattern" || !isPath) return null;
  const properties = patternPath(id, variable.name);
  return properties && { object, properties };
}

function patternPath(pattern: TSESTree.ObjectPattern, name: string): readonly string[] | null {
  for (const property of pattern.properties) {
    if (property.type !== "Property" || property.computed || property.key.type !== "Identifier") continue;
    const target = property.value.type === "AssignmentPattern" ? property.value.left : property.value;
    if (target.type === "Identifier" && target.name === name) return [property.key.name];
    const below = target.type === "ObjectPattern" ? patternPath(target, name) : null;
    if (below) return [property.key.name, ...below];
  }
  return null;
}

/** The class whose instance `this` is, or the function that is called on it; null at the top of a file. */
export function thisOwner(node: Node): Node | null {
  for (let up = node.parent; up; up = up.parent) {
    if (up.type === "PropertyDefinition" || up.type === "StaticBlock") return up.parent.parent;
    if (!isFunction(up) || up.type === "ArrowFunctionExpression") continue;
    const holder = up.parent;
    if (holder.type === "MethodDefinition") return holder.parent.parent;
    if (holder.type === "Property") return holder.parent;
    return up;
  }
  return null;
}

/** Whether two expressions name one object for certain. */
export function isSame(first: Identity, second: Identity): boolean {
  return isSameRoot(first.root, second.root) && first.properties.join(".") === second.properties.join(".");
}

function isSameRoot(first: Identity["root"], second: Identity["root"]): boolean {
  if (first.kind === "this") return second.kind === "this" && haveOneThis(first.owner, second.owner);
  if (first.kind === "global") return second.kind === "global" && first.name === second.name;
  if (first.kind === "variable") return second.kind === "variable" && first.variable === second.variable;
  return second.kind === "value" && first.node === second.node;
}

/** Methods that are put on a prototype one by one, and the members of an object, share their `this`. */
function haveOneThis(first: Node | null, second: Node | null): boolean {
  if (first === second) return true;
  return first !== null && second !== null && prototypeOf(first) !== null && prototypeOf(first) === prototypeOf(second);
}

function prototypeOf(owner: Node): string | null {
  if (!isFunction(owner)) return null;
  if (owner.type === "FunctionDeclaration") return owner.id?.name ?? null;
  const { parent } = owner;
  if (parent.type !== "AssignmentExpression" || parent.left.type !== "MemberExpression") return null;
  const { object } = parent.left;
  const isPrototype = object.type === "MemberExpression" && propertyName(object) === "prototype";
  return isPrototype && object.object.type === "Identifier" ? object.object.name : null;
}

/** The last name of the way to an object, without marks of privacy; null for values without a name. */
export function lastName({ root, properties }: Identity): string | null {
  const name =
    properties.at(-1) ??
    (root.kind === "variable"
      ? root.variable.name
      : root.kind === "global"
        ? root.name
        : root.kind === "this"
          ? "this"
          : null);
  return name === null ? null : name.replace(/^[#_$]+|_+$/g, "");
}

/** Whether two expressions may name one object: what is stored keeps its name more often than not. */
export function mayBeSame(first: Identity, second: Identity): boolean {
  return isSame(first, second) || (lastName(first) !== null && lastName(first) === lastName(second));
}

/** As the user wrote it, or nearly so: `this.socket`, `options.signal`, `document`. */
export function nameOf(sourceCode: SourceCode, { root, properties }: Identity): string {
  const start =
    root.kind === "this"
      ? "this"
      : root.kind === "global"
        ? root.name
        : root.kind === "variable"
          ? root.variable.name
          : shortText(sourceCode, root.node);
  return properties.reduce(
    (name, property) => (property.startsWith("[") ? name + property : `${name}.${property}`),
    start,
  );
}

function shortText(sourceCode: SourceCode, node: Node): string {
  const text = sourceCode.getText(node).replace(/\s+/g, " ");
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}

/** The function that a name is bound to once, by a declaration or by its only assignment. */
export function functionBoundTo(variable: Variable): FunctionNode | null {
  const declared = functionOf(variable);
  if (declared) return declared;
  const writes = variable.references.filter((reference) => reference.isWrite());
  const written = writes.length === 1 ? writes[0]?.writeExpr : null;
  const bound = written && unwrap(written);
  return bound && isFunction(bound) ? bound : null;
}
