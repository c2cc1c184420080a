import type { TSESTree } from "@typescript-eslint/utils";
import { argumentAction, methodAction, type Action } from "./operations.js";
import { isExportsPlace } from "./roots.js";
import {
  functionOf,
  isFunction,
  propertyName,
  unwrap,
  variableNamed,
  wrapped,
  type FunctionNode,
  type Node,
  type SourceCode,
  type Variable,
} from "../syntax.js";

/** A step from a root towards a collection: a fixed property, or an entry under a key (null: unknown). */
export type Step =
  { readonly kind: "name"; readonly name: string } | { readonly kind: "key"; readonly key: Node | null };

/** One thing done to what `steps` lead to; `node` is the operation, `receiver` the expression it is done to. */
export interface Use {
  readonly steps: readonly Step[];
  readonly action: Action;
  readonly node: Node;
  readonly receiver: Node;
}

const MAX_STEPS = 5;
const MAX_USES = 3000;

/** Everything done to a variable and to what hangs on it, through aliases and helpers of the same file. */
export function usesOfVariable(sourceCode: SourceCode, variables: readonly Variable[]): readonly Use[] {
  const tracer = new Tracer(sourceCode);
  for (const variable of variables) tracer.rootVariable(variable);
  return tracer.uses;
}

/** Everything done to what hangs on expressions that are the same object, such as each `globalThis` of a file. */
export function usesOfExpressions(sourceCode: SourceCode, expressions: readonly Node[]): readonly Use[] {
  const tracer = new Tracer(sourceCode);
  for (const expression of expressions) tracer.follow(expression, []);
  return tracer.uses;
}

/** Everything done to a field, from each `this.field` that names it. */
export function usesOfFields(sourceCode: SourceCode, name: string, members: readonly Node[]): readonly Use[] {
  const tracer = new Tracer(sourceCode);
  for (const member of members) tracer.follow(member, [{ kind: "name", name }]);
  return tracer.uses;
}

class Tracer {
  readonly uses: Use[] = [];
  readonly #sourceCode: SourceCode;
  readonly #seen = new Set<Variable>();

  constructor(sourceCode: SourceCode) {
    this.#sourceCode = sourceCode;
  }

  rootVariable(variable: Variable): void {
    this.#seen.add(variable);
    for (const reference of variable.references) {
      if (reference.writeExpr) {
        const left = reference.identifier;
        const isWhole =
          (left.parent.type === "VariableDeclarator" && left.parent.init !== null) ||
          (left.parent.type === "AssignmentExpression" && left.parent.left === left);
        if (isWhole) {
          const value = reference.writeExpr;
          this.#emit([], { kind: "write", value, left }, left.parent, left);
          if (left.parent.type === "AssignmentExpression") this.follow(left.parent, []);
        }
      } else if (reference.isRead() && !isTypeOnly(reference)) {
        this.follow(reference.identifier, []);
      }
    }
  }

  /** Looks at what surrounds an expression that evaluates to what `steps` lead to. */
  follow(expression: Node, steps: readonly Step[]): void {
    if (this.uses.length > MAX_USES) return;
    const node = wrapped(expression);
    const parent = node.parent;
    if (!parent) return;
    if (parent.type === "MemberExpression" && parent.object === node) this.#member(parent, steps);
    else if (parent.type === "AssignmentExpression" && parent.left === node) this.#assigned(parent, node, steps);
    else if (parent.type === "UpdateExpression") this.#entryWrite(parent, node, steps, "assign", []);
    else if (parent.type === "UnaryExpression" && parent.operator === "delete") this.#deleted(parent, node, steps);
    else {
      const last = steps.at(-1);
      if (last?.kind === "key") this.#emit(steps.slice(0, -1), { kind: "read", key: last.key }, node, node);
      this.#value(node, steps);
    }
  }

  #member(member: TSESTree.MemberExpression, steps: readonly Step[]): void {
    const name = propertyName(member);
    const outer = wrapped(member);
    const parent = outer.parent;
    if (parent?.type === "CallExpression" && parent.callee === outer && name !== null) {
      this.#call(parent, name, member.object, steps);
    } else if (name === "length" || name === "size") {
      this.#measured(member, outer, steps);
    } else if (steps.length < MAX_STEPS) {
      const step: Step = name === null ? { kind: "key", key: unwrap(member.property) } : { kind: "name", name };
      this.follow(member, [...steps, step]);
    }
  }

  #call(call: TSESTree.CallExpression, method: string, receiver: Node, steps: readonly Step[]): void {
    const action = methodAction(call, method);
    if (action) this.#emit(steps, action, call, receiver);
    if (method === "get" && steps.length < MAX_STEPS) {
      this.#value(wrapped(call), [...steps, { kind: "key", key: call.arguments[0] ?? null }]);
      this.#chained(call, [...steps, { kind: "key", key: call.arguments[0] ?? null }]);
    } else if (method === "set" || method === "add") {
      this.#chained(call, steps);
    }
  }

  #chained(call: TSESTree.CallExpression, steps: readonly Step[]): void {
    const outer = wrapped(call);
    if (outer.parent?.type === "MemberExpression" && outer.parent.object === outer) this.#member(outer.parent, steps);
  }

  #measured(member: TSESTree.MemberExpression, outer: Node, steps: readonly Step[]): void {
    const parent = outer.parent;
    const isWritten =
      (parent?.type === "AssignmentExpression" && parent.left === outer) || parent?.type === "UpdateExpression";
    if (isWritten) {
      this.#emit(steps, { kind: "empty", operation: "length" }, parent, member.object);
      return;
    }
    this.#emit(steps, { kind: "measure" }, outer, member.object);
  }

  #assigned(assignment: TSESTree.AssignmentExpression, left: Node, steps: readonly Step[]): void {
    const last = steps.at(-1);
    if (last?.kind === "key") {
      if (assignment.operator === "??=" || assignment.operator === "||=") {
        this.#emit(steps.slice(0, -1), { kind: "read", key: last.key }, left, left);
      }
      this.#entryWrite(assignment, left, steps, "assign", [assignment.right]);
      this.follow(assignment, steps);
    } else if (!steps.some((step) => step.kind === "key")) {
      this.#emit(steps, { kind: "write", value: assignment.right, left }, assignment, left);
      this.follow(assignment, steps);
    }
  }

  #entryWrite(node: Node, left: Node, steps: readonly Step[], operation: string, values: readonly Node[]): void {
    const last = steps.at(-1);
    if (last?.kind !== "key") return;
    const receiver = unwrap(left);
    this.#emit(
      steps.slice(0, -1),
      { kind: "grow", operation, key: last.key, values },
      node,
      receiver.type === "MemberExpression" ? receiver.object : receiver,
    );
  }

  #deleted(node: Node, member: Node, steps: readonly Step[]): void {
    const last = steps.at(-1);
    if (!last) return;
    const inner = unwrap(member);
    const receiver = inner.type === "MemberExpression" ? inner.object : inner;
    if (last.kind === "key") {
      this.#emit(steps.slice(0, -1), { kind: "remove", operation: "delete", key: last.key }, node, receiver);
    } else {
      this.#emit(steps, { kind: "empty", operation: "delete" }, node, member);
    }
  }

  /** What becomes of a value: an alias, a helper's parameter, or away out of sight. */
  #value(expression: Node, steps: readonly Step[]): void {
    const node = wrapped(expression);
    const parent = node.parent;
    if (!parent) return;
    switch (parent.type) {
      case "VariableDeclarator":
        if (parent.init === node) this.#bind(parent.id, steps);
        return;
      case "AssignmentPattern":
        if (parent.right === node) this.#bind(parent.left, steps);
        return;
      case "AssignmentExpression":
        if (parent.right !== node) return;
        if (parent.left.type === "Identifier") this.#bind(parent.left, steps);
        else if (isExportsPlace(parent.left)) this.#emit(steps, { kind: "export" }, parent, node);
        else this.#escape(steps, parent, node);
        this.follow(parent, steps);
        return;
      case "LogicalExpression":
        if (parent.right === node || parent.operator !== "&&") this.follow(parent, steps);
        return;
      case "ConditionalExpression":
        if (parent.test !== node) this.follow(parent, steps);
        return;
      case "SequenceExpression":
        if (parent.expressions.at(-1) === node) this.follow(parent, steps);
        return;
      case "CallExpression":
      case "NewExpression":
        if (parent.callee !== node) this.#argument(parent, node, steps);
        return;
      case "BinaryExpression":
        if (parent.operator === "in" && parent.right === node) {
          this.#emit(steps, { kind: "read", key: parent.left }, parent, node);
        }
        return;
      case "ForOfStatement":
      case "ForInStatement":
        if (parent.right === node) this.#emit(steps, { kind: "iterate", loop: parent }, parent, node);
        return;
      case "ExportSpecifier":
      case "ExportDefaultDeclaration":
        this.#emit(steps, { kind: "export" }, parent, node);
        return;
      case "Property":
        if (parent.value !== node) return;
        if (isExportsPlace(parent.parent)) this.#emit(steps, { kind: "export" }, parent, node);
        else this.#escape(steps, parent, node);
        return;
      case "ReturnStatement":
      case "ArrayExpression":
      case "YieldExpression":
      case "ThrowStatement":
      case "PropertyDefinition":
        this.#escape(steps, parent, node);
        return;
      case "ArrowFunctionExpression":
        if (parent.body === node) this.#escape(steps, parent, node);
        return;
      default:
        if (parent.type.startsWith("JSX")) this.#escape(steps, parent, node);
    }
  }

  #argument(call: TSESTree.CallExpression | TSESTree.NewExpression, node: Node, steps: readonly Step[]): void {
    const index = call.arguments.findIndex((argument) => argument === node);
    if (index < 0) return;
    const action = argumentAction(call, index);
    if (action) {
      if (action.kind !== "none") this.#emit(steps, action, call, node);
      return;
    }
    const callee = unwrap(call.callee);
    const variable = callee.type === "Identifier" ? variableNamed(this.#sourceCode, callee) : null;
    const helper = isFunction(callee) ? callee : variable && functionOf(variable);
    const parameter = helper?.params[index];
    if (helper && parameter && parameter.type !== "RestElement") this.#parameter(helper, parameter, steps);
    else this.#escape(steps, call, node);
  }

  #parameter(helper: FunctionNode, parameter: Node, steps: readonly Step[]): void {
    const pattern = parameter.type === "AssignmentPattern" ? parameter.left : parameter;
    if (pattern.type === "Identifier") {
      const variable = this.#sourceCode
        .getDeclaredVariables(helper)
        .find((declared) => declared.identifiers.some((identifier) => identifier === pattern));
      if (variable) this.#alias(variable, steps);
    } else {
      this.#bind(pattern, steps);
    }
  }

  /** Goes on with the variables a value is bound to, by name or by destructuring. */
  #bind(pattern: Node, steps: readonly Step[]): void {
    if (pattern.type === "Identifier") {
      const variable = variableNamed(this.#sourceCode, pattern);
      if (variable) this.#alias(variable, steps);
    } else if (pattern.type === "AssignmentPattern") {
      this.#bind(pattern.left, steps);
    } else if (pattern.type === "ObjectPattern" && steps.length < MAX_STEPS) {
      for (const property of pattern.properties) {
        if (property.type !== "Property" || property.computed || property.key.type !== "Identifier") continue;
        this.#bind(property.value, [...steps, { kind: "name", name: property.key.name }]);
      }
    }
  }

  #alias(variable: Variable, steps: readonly Step[]): void {
    const isNested = steps.some((step) => step.kind === "key");
    const writes = variable.references.filter((reference) => reference.isWrite()).length;
    if (this.#seen.has(variable) || (!isNested && writes > 2)) return;
    this.#seen.add(variable);
    for (const reference of variable.references) {
      if (!reference.isWrite() && !isTypeOnly(reference)) this.follow(reference.identifier, steps);
    }
  }

  #escape(steps: readonly Step[], node: Node, receiver: Node): void {
    this.#emit(steps, { kind: "escape" }, node, receiver);
  }

  #emit(steps: readonly Step[], action: Action, node: Node, receiver: Node): void {
    this.uses.push({ steps, action, node, receiver });
  }
}

function isTypeOnly(reference: object): boolean {
  return Reflect.get(reference, "isValueReference") === false;
}
