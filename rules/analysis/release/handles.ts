import type { TSESTree } from "@typescript-eslint/utils";
import { mentionsOf } from "../mentions.js";
import {
  calleeName,
  functionAround,
  propertyName,
  unwrap,
  variableNamed,
  wrapped,
  type FunctionNode,
  type Node,
  type SourceCode,
  type Variable,
} from "../syntax.js";

/** What becomes of a value at the place where an expression gives it. */
export type Fate =
  /** A statement of its own, or `void`. */
  | { readonly kind: "discarded" }
  /** Tested, compared, spread into a string: looked at, and not kept. */
  | { readonly kind: "looked at" }
  /** Given to the caller: `return`, `yield`, an arrow's body, a default export. */
  | { readonly kind: "returned" }
  | { readonly kind: "variable"; readonly variable: Variable; readonly name: TSESTree.Identifier }
  /** A property of an object: `this.timer = …`, `Class.#timer = …`, `readonly timer = …`. */
  | { readonly kind: "field"; readonly name: string; readonly target: Node }
  /** An element of an array or object, or a property with a name that is computed. */
  | { readonly kind: "container"; readonly node: Node }
  /** An argument of a call. */
  | { readonly kind: "passed"; readonly call: TSESTree.CallExpression | TSESTree.NewExpression }
  /** The receiver of a method call: `handle.unref()`. */
  | { readonly kind: "chained"; readonly method: string; readonly call: TSESTree.CallExpression }
  /** What is called: `unsubscribe()`. */
  | { readonly kind: "called"; readonly call: TSESTree.CallExpression }
  /** A property of it is read: `handle.disposed`, `const { port1 } = channel`. */
  | { readonly kind: "member"; readonly node: Node; readonly name: string }
  /** Another value takes its place: `handle = null`. */
  | { readonly kind: "written" };

/** What becomes of the value of an expression. Out of `await`, conditions, and assertions. */
export function fateOf(sourceCode: SourceCode, expression: Node): Fate {
  const node = wrapped(expression);
  const parent = node.parent;
  switch (parent?.type) {
    case "ExpressionStatement":
      return { kind: "discarded" };
    case "UnaryExpression":
      return parent.operator === "void" ? { kind: "discarded" } : { kind: "looked at" };
    case "AwaitExpression":
    case "SpreadElement":
      return fateOf(sourceCode, parent);
    case "ConditionalExpression":
      return parent.test === node ? { kind: "looked at" } : fateOf(sourceCode, parent);
    case "LogicalExpression":
      return parent.left === node && parent.operator === "&&" ? { kind: "looked at" } : fateOf(sourceCode, parent);
    case "SequenceExpression":
      return parent.expressions.at(-1) === node ? fateOf(sourceCode, parent) : { kind: "discarded" };
    case "ReturnStatement":
      return isHeard(functionAround(parent)) ? { kind: "returned" } : { kind: "discarded" };
    case "YieldExpression":
    case "ExportDefaultDeclaration":
    case "ThrowStatement":
    case "ExportSpecifier":
      return { kind: "returned" };
    case "ArrowFunctionExpression":
      if (parent.body !== node) return { kind: "container", node: parent };
      return isHeard(parent) ? { kind: "returned" } : { kind: "discarded" };
    case "VariableDeclarator":
      return parent.id === node ? { kind: "written" } : bound(sourceCode, parent.id, parent);
    case "AssignmentExpression":
      if (parent.left === node) return parent.operator === "=" ? { kind: "written" } : { kind: "looked at" };
      return bound(sourceCode, parent.left, parent);
    case "AssignmentPattern":
      return parent.right === node ? bound(sourceCode, parent.left, parent) : { kind: "written" };
    case "PropertyDefinition":
      return parent.value === node ? ownField(parent) : { kind: "looked at" };
    case "MemberExpression":
      return parent.object === node ? ofMember(parent) : { kind: "looked at" };
    case "CallExpression":
    case "NewExpression":
      if (parent.callee !== node) return { kind: "passed", call: parent };
      return parent.type === "CallExpression" ? { kind: "called", call: parent } : { kind: "looked at" };
    case "Property":
    case "ArrayExpression":
    case "JSXExpressionContainer":
    case "JSXSpreadAttribute":
      return { kind: "container", node: parent };
    default:
      return { kind: "looked at" };
  }
}

/** Calls that pay no heed to what their callback returns. */
const DEAF_CALL =
  /^(?:Promise|forEach|setTimeout|setInterval|setImmediate|requestAnimationFrame|nextTick|queueMicrotask|addEventListener|addListener|on|once)$/;

/** Whether anyone gets what a function returns. */
function isHeard(fn: FunctionNode | null): boolean {
  const outer = fn && wrapped(fn);
  const call = outer?.parent;
  if (call?.type !== "CallExpression" && call?.type !== "NewExpression") return true;
  return call.callee === outer || !DEAF_CALL.test(calleeName(call.callee));
}

function bound(sourceCode: SourceCode, pattern: Node, source: Node): Fate {
  const target = unwrap(pattern);
  if (target.type === "Identifier") {
    const variable = variableNamed(sourceCode, target);
    return variable ? { kind: "variable", variable, name: target } : { kind: "container", node: source };
  }
  if (target.type === "ObjectPattern") return { kind: "member", node: target, name: "" };
  if (target.type !== "MemberExpression") return { kind: "container", node: source };
  const name = propertyName(target);
  return name === null ? { kind: "container", node: source } : { kind: "field", name, target };
}

function ownField(definition: TSESTree.PropertyDefinition): Fate {
  const { key, computed } = definition;
  if (key.type === "PrivateIdentifier") return { kind: "field", name: `#${key.name}`, target: definition };
  if (computed || key.type !== "Identifier") return { kind: "container", node: definition };
  return { kind: "field", name: key.name, target: definition };
}

function ofMember(member: TSESTree.MemberExpression): Fate {
  const outer = wrapped(member);
  const name = propertyName(member) ?? symbolName(member);
  const call = outer.parent;
  if (call?.type === "CallExpression" && call.callee === outer) return { kind: "chained", method: name, call };
  return { kind: "member", node: outer, name };
}

/** `dispose` of `handle[Symbol.dispose]`. */
function symbolName(member: TSESTree.MemberExpression): string {
  return member.property.type === "MemberExpression" ? calleeName(member.property) : "";
}

/** Each place that reads or writes a property of this name: `this.timer`, `self.timer`, `const { timer } = this`. */
export function fieldReferences(sourceCode: SourceCode, name: string): readonly Node[] {
  return mentionsOf(sourceCode, name.replace(/^#/, "")).flatMap((node): readonly Node[] => {
    const { parent } = node;
    if (parent?.type === "MemberExpression") return parent.property === node ? [parent] : [];
    if (parent?.type === "Property") {
      return parent.key === node && parent.parent.type === "ObjectPattern" ? [parent.value] : [];
    }
    return [];
  });
}
