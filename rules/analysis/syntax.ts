import type { TSESLint, TSESTree } from "@typescript-eslint/utils";

export type Node = TSESTree.Node;
export type SourceCode = Readonly<TSESLint.SourceCode>;
export type Scope = TSESLint.Scope.Scope;
export type Variable = TSESLint.Scope.Variable;
export type Reference = TSESLint.Scope.Reference;
export type FunctionNode =
  TSESTree.FunctionDeclaration | TSESTree.FunctionExpression | TSESTree.ArrowFunctionExpression;

export function isFunction(node: Node): node is FunctionNode {
  return (
    node.type === "FunctionDeclaration" || node.type === "FunctionExpression" || node.type === "ArrowFunctionExpression"
  );
}

function isWrapper(node: Node): boolean {
  return (
    node.type === "TSAsExpression" ||
    node.type === "TSNonNullExpression" ||
    node.type === "TSTypeAssertion" ||
    node.type === "TSSatisfiesExpression" ||
    node.type === "ChainExpression"
  );
}

/** The expression inside type assertions, non-null assertions and optional chains. */
export function unwrap(node: Node): Node {
  let inner = node;
  while (
    inner.type === "TSAsExpression" ||
    inner.type === "TSNonNullExpression" ||
    inner.type === "TSTypeAssertion" ||
    inner.type === "TSSatisfiesExpression" ||
    inner.type === "ChainExpression"
  ) {
    inner = inner.expression;
  }
  return inner;
}

/** The widest node with the same value as `node`: out of assertions and optional chains. */
export function wrapped(node: Node): Node {
  let outer = node;
  while (outer.parent && isWrapper(outer.parent)) outer = outer.parent;
  return outer;
}

/** The name of a property that can be read off the source: `.name`, `["name"]`, `#name`; else null. */
export function propertyName(member: TSESTree.MemberExpression): string | null {
  if (member.property.type === "PrivateIdentifier") return `#${member.property.name}`;
  if (!member.computed) return member.property.type === "Identifier" ? member.property.name : null;
  const property = unwrap(member.property);
  return property.type === "Literal" && typeof property.value === "string" ? property.value : null;
}

/** The name of an object or class member's key, null where it is computed. */
export function keyName(key: Node, computed: boolean): string | null {
  if (key.type === "PrivateIdentifier") return `#${key.name}`;
  if (key.type === "Literal") return String(key.value);
  return !computed && key.type === "Identifier" ? key.name : null;
}

/** The innermost function around a node; null for code of the program itself. */
export function functionAround(node: Node): FunctionNode | null {
  for (let up = node.parent; up; up = up.parent) if (isFunction(up)) return up;
  return null;
}

export type ClassNode = TSESTree.ClassDeclaration | TSESTree.ClassExpression;

/** The innermost class around a node; null outside classes. */
export function classAround(node: Node): ClassNode | null {
  for (let up = node.parent; up; up = up.parent) {
    if (up.type === "ClassDeclaration" || up.type === "ClassExpression") return up;
  }
  return null;
}

/** Whether a function is a class's `constructor`. */
export function isClassConstructor({ parent }: FunctionNode): boolean {
  return parent.type === "MethodDefinition" && parent.kind === "constructor";
}

export function isInside(node: Node, ancestor: Node): boolean {
  return node.range[0] >= ancestor.range[0] && node.range[1] <= ancestor.range[1];
}

/** Code without the white space that formatting adds, so that equal expressions have equal text. */
export function normalisedText(sourceCode: SourceCode, node: Node): string {
  return sourceCode
    .getText(node)
    .replace(/\s+/g, "")
    .replace(/[!;]+$/, "");
}

/** The variable an identifier names, looked up from the scope it stands in. */
export function variableNamed(sourceCode: SourceCode, identifier: TSESTree.Identifier): Variable | null {
  for (let scope: Scope | null = sourceCode.getScope(identifier); scope; scope = scope.upper) {
    const variable = scope.set.get(identifier.name);
    if (variable) return variable;
  }
  return null;
}

/** The function a variable is bound to once and for all: a declaration, or `const f = () => …`. */
export function functionOf(variable: Variable): FunctionNode | null {
  const definition = variable.defs[0];
  if (!definition || variable.defs.length > 1) return null;
  if (definition.node.type === "FunctionDeclaration" || definition.node.type === "FunctionExpression") {
    return definition.type === "FunctionName" ? definition.node : null;
  }
  if (definition.node.type !== "VariableDeclarator" || !definition.node.init) return null;
  const value = unwrap(definition.node.init);
  return isFunction(value) && definition.node.id.type === "Identifier" ? value : null;
}

/** Visits a node and all below it; `visit` returns false to leave a subtree out. */
export function walk(sourceCode: SourceCode, node: Node, visit: (node: Node) => boolean): void {
  if (!visit(node)) return;
  for (const key of sourceCode.visitorKeys[node.type] ?? []) {
    const child: unknown = Reflect.get(node, key);
    for (const item of Array.isArray(child) ? child : [child]) if (isNode(item)) walk(sourceCode, item, visit);
  }
}

export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && "range" in value;
}

/** The last name of a callee: `Map` of `new collections.Map()`. */
export function calleeName(callee: Node): string {
  const node = unwrap(callee);
  if (node.type === "Identifier") return node.name;
  if (node.type === "MemberExpression" && node.property.type === "Identifier" && !node.computed) {
    return node.property.name === "default" ? calleeName(node.object) : node.property.name;
  }
  if (node.type === "LogicalExpression") return calleeName(node.right);
  return "";
}
