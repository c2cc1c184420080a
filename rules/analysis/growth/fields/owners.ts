import type { TSESTree } from "@typescript-eslint/utils";
import { perFile } from "../../per-file.js";
import { SELF_NAME } from "./mentions.js";
import {
  calleeName,
  isFunction,
  keyName,
  normalisedText,
  propertyName,
  unwrap,
  variableNamed,
  wrapped,
  type FunctionNode,
  type Node,
  type SourceCode,
  type Variable,
} from "../../syntax.js";

/** What an instance's code belongs to: a class, a constructor function, or an object of methods that makes a class. */
export interface Owner {
  /** The class, the constructor function, or the object literal. */
  readonly definition: Node;
  readonly name: string;
  readonly superName: string;
  /** The binding that names it; null for a class with no name. */
  readonly variable: Variable | null;
}

/** The owner whose instance `this` (or a `self` that was given it) is; null where the code does not tell. */
export function ownerOf(sourceCode: SourceCode, self: Node): Owner | null {
  const expression = self.type === "Identifier" ? aliased(sourceCode, self) : self;
  if (expression?.type !== "ThisExpression") return null;
  const method = methodAround(expression);
  return method && ownerOfMethod(sourceCode, method);
}

/** Whether a function makes the instance: what it adds, it adds once. */
export function isConstructor(sourceCode: SourceCode, node: FunctionNode, owner: Owner): boolean {
  if (node === owner.definition) return true;
  const { parent } = node;
  if (parent.type === "MethodDefinition") return parent.kind === "constructor";
  if (parent.type === "AssignmentExpression") return /^[A-Z]/.test(calleeName(parent.left));
  const name = parent.type === "Property" ? keyName(parent.key, parent.computed) : null;
  return (
    (name === "initialize" || name === "constructor" || name === "init") && ownerOfMethod(sourceCode, node) !== null
  );
}

/** `const self = this`, `var _this = this`, `_this = _super.call(this) || this`. */
function aliased(sourceCode: SourceCode, identifier: Extract<Node, { type: "Identifier" }>): Node | null {
  if (!SELF_NAME.test(identifier.name)) return null;
  const variable = variableNamed(sourceCode, identifier);
  for (const { writeExpr } of variable?.references ?? []) {
    if (!writeExpr) continue;
    const value = unwrap(writeExpr);
    if (value.type === "ThisExpression") return value;
    if (value.type === "LogicalExpression" && unwrap(value.right).type === "ThisExpression") return unwrap(value.right);
  }
  return null;
}

/** The function whose `this` an expression is: arrow functions have none of their own. */
function methodAround(self: Node): Node | null {
  for (let up = self.parent; up; up = up.parent) {
    if (up.type === "FunctionDeclaration" || up.type === "FunctionExpression") return up;
    if (up.type === "PropertyDefinition") return up.static ? null : up;
    if (up.type === "StaticBlock") return null;
  }
  return null;
}

function ownerOfMethod(sourceCode: SourceCode, method: Node): Owner | null {
  if (method.type === "PropertyDefinition") return ownerOfClass(sourceCode, method.parent.parent);
  if (!isFunction(method)) return null;
  if (method.type === "FunctionDeclaration") return constructorFunction(sourceCode, method);
  const outer = wrapped(method);
  const { parent } = outer;
  switch (parent?.type) {
    case "MethodDefinition":
      return parent.static ? null : ownerOfClass(sourceCode, parent.parent.parent);
    case "AssignmentExpression":
      if (parent.right !== outer || parent.left.type !== "MemberExpression") return null;
      return ownerOfPrototype(sourceCode, parent.left) ?? constructorAt(sourceCode, parent.left);
    case "VariableDeclarator":
      return constructorFunction(sourceCode, method);
    case "Property":
      return parent.parent.type === "ObjectExpression" ? ownerOfMethods(sourceCode, parent.parent) : null;
    default:
      return null;
  }
}

function ownerOfClass(sourceCode: SourceCode, definition: Node): Owner | null {
  if (definition.type !== "ClassDeclaration" && definition.type !== "ClassExpression") return null;
  const { parent } = definition;
  const binding = parent.type === "VariableDeclarator" ? parent : definition;
  const [variable = null] = sourceCode.getDeclaredVariables(binding);
  const superName = definition.superClass ? calleeName(definition.superClass) : "";
  return { definition, name: variable?.name ?? "class", superName, variable };
}

/** `Job.prototype.add = function …`, where `Job` is a function or a class of the file. */
function ownerOfPrototype(sourceCode: SourceCode, left: Node): Owner | null {
  if (left.type !== "MemberExpression") return null;
  const prototype = propertyName(left) === "prototype" ? left : unwrap(left.object);
  return ownerNamed(sourceCode, prototype);
}

function ownerNamed(sourceCode: SourceCode, prototype: Node): Owner | null {
  if (prototype.type === "Identifier") {
    const declarator = variableNamed(sourceCode, prototype)?.defs[0]?.node;
    return declarator?.type === "VariableDeclarator" && declarator.init?.type === "MemberExpression"
      ? ownerNamed(sourceCode, declarator.init)
      : null;
  }
  if (prototype.type !== "MemberExpression" || propertyName(prototype) !== "prototype") return null;
  const named = unwrap(prototype.object);
  if (named.type === "MemberExpression") return pathOwner(sourceCode, named);
  const variable = named.type === "Identifier" ? variableNamed(sourceCode, named) : null;
  const declaration = variable?.defs[0]?.node;
  if (!variable || !declaration) return null;
  const definition =
    declaration.type === "VariableDeclarator" ? declaration.init && unwrap(declaration.init) : declaration;
  if (!definition || !(isFunction(definition) || definition.type.startsWith("Class"))) return null;
  return { definition, name: variable.name, superName: inheritedName(variable), variable };
}

const pathOwners = perFile(() => new Map<string, Owner>());

/** `core.Document.prototype`: a class that is a property, known by its path. */
function pathOwner(sourceCode: SourceCode, named: TSESTree.MemberExpression): Owner {
  const text = normalisedText(sourceCode, named);
  const owners = pathOwners(sourceCode);
  const known = owners.get(text);
  if (known) return known;
  const owner: Owner = { definition: named, name: calleeName(named), superName: "", variable: null };
  owners.set(text, owner);
  return owner;
}

/** A function with an upper-case name, or whose prototype the file fills. */
function constructorFunction(sourceCode: SourceCode, method: FunctionNode): Owner | null {
  const { parent } = method;
  const id = method.id ?? (parent.type === "VariableDeclarator" && parent.id.type === "Identifier" ? parent.id : null);
  const variable = id?.type === "Identifier" ? variableNamed(sourceCode, id) : null;
  if (!variable || !/^_?[A-Z]/.test(variable.name)) return null;
  return { definition: method, name: variable.name, superName: inheritedName(variable), variable };
}

/** `core.Document = function Document() { … }`. */
function constructorAt(sourceCode: SourceCode, left: TSESTree.MemberExpression): Owner | null {
  return /^[A-Z]/.test(propertyName(left) ?? "") ? pathOwner(sourceCode, left) : null;
}

/** `util.inherits(Server, EventEmitter)`, `__extends(Server, _super)`. */
function inheritedName(variable: Variable): string {
  for (const { identifier } of variable.references) {
    const call = identifier.parent;
    if (call?.type !== "CallExpression" || call.arguments[0] !== identifier) continue;
    const [, base] = call.arguments;
    if (base && /inherit|extends/i.test(calleeName(call.callee))) return calleeName(base);
  }
  return "";
}

/** Functions that make a class of an object of methods. */
export const EXTENDING = ["extend", "createClass", "inherit", "derive"];

/** `X.prototype = { … }`, `Object.assign(X.prototype, { … })`, `Layer.extend({ … })`. */
function ownerOfMethods(sourceCode: SourceCode, methods: Node): Owner | null {
  const { parent } = wrapped(methods);
  if (parent?.type === "AssignmentExpression") return ownerOfPrototype(sourceCode, parent.left);
  if (parent?.type !== "CallExpression") return null;
  const [first] = parent.arguments;
  const filled = first && first !== methods ? ownerNamed(sourceCode, unwrap(first)) : null;
  if (filled) return filled;
  if (!EXTENDING.includes(calleeName(parent.callee))) return null;
  const superName = parent.callee.type === "MemberExpression" ? calleeName(parent.callee.object) : "";
  const place = wrapped(parent).parent;
  const id =
    place?.type === "VariableDeclarator" ? place.id : place?.type === "AssignmentExpression" ? place.left : null;
  const name = id ? calleeName(id) : superName;
  const variable = id?.type === "Identifier" ? variableNamed(sourceCode, id) : null;
  return { definition: methods, name, superName, variable };
}
