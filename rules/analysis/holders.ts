import { constructionOf } from "./containers.js";
import type { ContainerKind, HolderKind } from "./facts.js";
import { isExportedDeclaration, isLoadScope, outlives, runsAgain } from "./lifetime.js";
import { usesOfExpressions, usesOfVariable, type Use } from "./references.js";
import { exportsExpressions, globalExpressions, importSource, selfExpressions } from "./roots.js";
import {
  isFunction,
  keyName,
  unwrap,
  type FunctionNode,
  type Node,
  type Scope,
  type SourceCode,
  type Variable,
} from "./syntax.js";
import { effectOfWrite } from "./writes.js";

/** Where running code finds a holder: a variable, the module's exports, or the global object. */
export type HolderRoot =
  | { readonly kind: "variable"; readonly variable: Variable }
  | { readonly kind: "exports" }
  | { readonly kind: "global" };

/** An operation on a holder. `depth` 0: on the collection itself; more: on a collection kept in it. */
export interface Operation {
  readonly operation: string;
  readonly node: Node;
  readonly receiver: Node;
  readonly depth: number;
  readonly key: Node | null;
  readonly values: readonly Node[];
}

/** Something that lives longer than the calls that add to it, with all that the file does to it. */
export interface Holder {
  readonly kind: HolderKind;
  readonly name: string;
  readonly container: ContainerKind;
  readonly root: HolderRoot;
  readonly properties: readonly string[];
  /** Where the report stands. */
  readonly place: Node;
  /** The function each run of which makes such a holder; null where it is made once, at load. */
  readonly boundary: FunctionNode | null;
  readonly isExported: boolean;
  readonly initialisers: readonly Node[];
  readonly growths: readonly Operation[];
  readonly removals: readonly Operation[];
  readonly empties: readonly Operation[];
  readonly reads: readonly Operation[];
  readonly measures: readonly Node[];
  readonly iterations: readonly Node[];
  readonly escapes: readonly Node[];
}

interface Root {
  readonly root: HolderRoot;
  readonly name: string;
  readonly boundary: FunctionNode | null;
  readonly isImported: boolean;
  readonly declaration: Node | null;
}

const MAX_PATH = 3;

/** All holders of a file that anything is ever added to. */
export function holdersOf(sourceCode: SourceCode): readonly Holder[] {
  const holders: Holder[] = [];
  for (const scope of sourceCode.scopeManager?.scopes ?? []) collectScope(sourceCode, scope, holders);
  const exported = exportsExpressions(sourceCode);
  if (exported.length > 0) {
    const root: Root = { root: { kind: "exports" }, name: "module.exports", boundary: null, isImported: false, declaration: null };
    holders.push(...assemble(sourceCode, root, usesOfExpressions(sourceCode, exported)));
  }
  for (const { name, expressions } of globalExpressions(sourceCode)) {
    const root: Root = { root: { kind: "global" }, name, boundary: null, isImported: false, declaration: null };
    holders.push(...assemble(sourceCode, root, usesOfExpressions(sourceCode, expressions)));
  }
  return holders;
}

function collectScope(sourceCode: SourceCode, scope: Scope, holders: Holder[]): void {
  const block = scope.variableScope.block;
  const owner = isFunction(block) ? block : null;
  let boundary: FunctionNode | null | undefined;
  for (const variable of scope.variables) {
    if (!isCandidate(variable, owner)) continue;
    boundary ??= owner && !isLoadScope(sourceCode, owner) ? owner : null;
    const definition = variable.defs[0];
    if (!definition || (boundary && definition.type === "ClassName")) continue;
    const source = importSource(variable);
    if (source !== null && !source.startsWith(".")) continue;
    const root: Root = {
      root: { kind: "variable", variable },
      name: variable.name,
      boundary,
      isImported: source !== null,
      declaration: definition.node,
    };
    const inner = innerNames(sourceCode, definition.node, variable.name);
    const own = selfExpressions(sourceCode, definedValue(definition.node));
    const uses = [...usesOfVariable(sourceCode, [variable, ...inner]), ...usesOfExpressions(sourceCode, own)];
    holders.push(...assemble(sourceCode, root, uses));
  }
}

/** A cheap look before any tracing: could the variable hold a collection that code of another function adds to? */
function isCandidate(variable: Variable, owner: FunctionNode | null): boolean {
  const [definition] = variable.defs;
  if (!definition || definition.type === "Type") return false;
  if (variable.references.length === 0 && !hasOwnMembers(definition.node)) return false;
  const hasMembers = variable.references.some(
    ({ identifier }) => identifier.parent?.type === "MemberExpression" && identifier.parent.object === identifier,
  );
  if (definition.type === "ClassName") {
    return variable.scope.type !== "class" || (definition.node.type === "ClassExpression" && definition.node.parent.type !== "VariableDeclarator");
  }
  if (definition.type === "FunctionName") return hasMembers && variable.references.some(isPropertyWrite);
  if (definition.type === "ImportBinding") return hasMembers;
  if (definition.type !== "Variable") return false;
  if (!owner) return true;
  const isCaptured = variable.references.some(({ from }) => from.variableScope !== variable.scope.variableScope);
  return isCaptured && (hasMembers || variable.references.some((reference) => reference.isWrite() && reference.init !== true));
}

/** A class or an object literal can add to its own collections through `this`, with no reference to its name. */
function hasOwnMembers(definition: Node): boolean {
  return /^(Class|Object)/.test(definedValue(definition).type);
}

function isPropertyWrite({ identifier }: Variable["references"][number]): boolean {
  const member = identifier.parent;
  if (member?.type === "CallExpression") return member.callee !== identifier;
  return member?.type === "MemberExpression" && member.parent.type === "AssignmentExpression" && member.parent.left === member;
}

/** A class body and a named function expression see their own name through a variable of their own. */
function innerNames(sourceCode: SourceCode, definition: Node, name: string): readonly Variable[] {
  const value = definedValue(definition);
  if (value.type !== "ClassDeclaration" && value.type !== "ClassExpression") return [];
  const inner = sourceCode.scopeManager?.acquire(value)?.set.get(value.id?.name ?? name);
  return inner ? [inner] : [];
}

function assemble(sourceCode: SourceCode, root: Root, uses: readonly Use[]): readonly Holder[] {
  const groups = new Map<string, Use[]>();
  for (const use of uses) {
    const path = fixedPath(use);
    if (path.length > MAX_PATH || path.includes("prototype")) continue;
    const key = path.join(".");
    const group = groups.get(key);
    if (group) group.push(use);
    else groups.set(key, [use]);
  }
  const holders: Holder[] = [];
  for (const [key, group] of groups) {
    if (!group.some(({ action }) => action.kind === "grow" || action.kind === "write")) continue;
    const above = key === "" ? [] : (groups.get("") ?? []);
    const holder = assembleHolder(sourceCode, root, key === "" ? [] : key.split("."), group, above);
    if (holder) holders.push(holder);
  }
  return holders;
}

function fixedPath(use: Use): readonly string[] {
  const names: string[] = [];
  for (const step of use.steps) {
    if (step.kind === "key") break;
    names.push(step.name);
  }
  return names;
}

function assembleHolder(
  sourceCode: SourceCode,
  root: Root,
  properties: readonly string[],
  uses: readonly Use[],
  above: readonly Use[],
): Holder | null {
  if (root.root.kind !== "variable" && properties.length === 0) return null;
  const found = {
    growths: [] as Operation[],
    removals: [] as Operation[],
    empties: [] as Operation[],
    reads: [] as Operation[],
    measures: [] as Node[],
    iterations: [] as Node[],
    escapes: [] as Node[],
  };
  const declared = [...declaredValues(root.declaration, properties), ...assignedValues(above, properties)];
  const initialisers = [...declared];
  const places: Node[] = [];
  let isExported = false;
  for (const use of uses) {
    const { action, node, receiver } = use;
    const depth = use.steps.length - properties.length;
    const operation = (name: string, key: Node | null, values: readonly Node[]): Operation => ({
      operation: name, node, receiver, depth, key, values,
    });
    switch (action.kind) {
      case "grow":
        found.growths.push(operation(action.operation, action.key, action.values));
        break;
      case "remove":
        found.removals.push(operation(action.operation, action.key, []));
        break;
      case "empty":
        (depth > 0 ? found.removals : found.empties).push(operation(action.operation, null, []));
        break;
      case "read":
        found.reads.push(operation("read", action.key, []));
        break;
      case "write": {
        const effect = effectOfWrite(sourceCode, { left: action.left, value: action.value, node }, root.boundary);
        if (effect.kind === "grow") found.growths.push(operation(effect.operation, effect.key, effect.values));
        else if (effect.kind === "empty") found.empties.push(operation("assign", null, [action.value]));
        if (effect.kind !== "grow") initialisers.push(action.value);
        if (constructionOf(action.value)) places.push(action.left);
        break;
      }
      case "measure":
        if (depth === 0) found.measures.push(node);
        break;
      case "iterate":
        if (depth === 0) found.iterations.push(action.loop);
        break;
      case "escape":
        if (depth === 0) found.escapes.push(node);
        break;
      case "export":
        isExported = true;
    }
  }
  for (const { action, node, steps, receiver } of above) {
    if (steps.length > 0) continue;
    if (action.kind === "escape" && isPlainObject(root.declaration)) found.escapes.push(node);
    if (action.kind === "export") isExported = true;
    if (action.kind !== "write") continue;
    const effect = effectOfWrite(sourceCode, { left: action.left, value: action.value, node }, root.boundary);
    if (effect.kind !== "empty") continue;
    // A variable that names now this object, now that one, keeps none of their properties.
    if (declared.length === 0) return null;
    found.empties.push({ operation: "assign", node, receiver, depth: 0, key: null, values: [action.value] });
  }
  const container = containerFrom(root, properties, initialisers, found.growths);
  if (container === null) return null;
  found.growths = found.growths.filter((growth) => isGrowthOf(container, growth, root.boundary, sourceCode));
  const [first, ...others] = found.growths;
  if (!first) return null;
  const variable = root.root.kind === "variable" ? root.root.variable : null;
  isExported ||= variable !== null && isExportedDeclaration(variable);
  return {
    ...found,
    kind: kindOf(root, properties, isExported),
    name: [root.name, ...properties].join("."),
    container,
    root: root.root,
    properties,
    place: placeOf(root, properties, places, assignedKeys(above, properties), [first, ...others]),
    boundary: root.boundary,
    isExported,
    initialisers,
  };
}

/** Null: it bounds itself, or nothing says that it is a collection. */
function containerFrom(
  root: Root,
  properties: readonly string[],
  initialisers: readonly Node[],
  growths: readonly Operation[],
): ContainerKind | null {
  let container: ContainerKind | null = null;
  for (const initialiser of initialisers) {
    const construction = constructionOf(initialiser);
    if (construction?.kind === "bounded") return null;
    if (construction && (container === null || container === "Object")) container = construction.container;
  }
  if (container !== null) return container;
  if (growths.some((growth) => growth.operation === "link" || growth.operation === "spread")) return "Object";
  const isElsewhere = root.isImported || (root.root.kind === "global" && properties.length > 0 && initialisers.length === 0);
  return isElsewhere ? "unknown" : null;
}

const OPERATIONS: Readonly<Record<ContainerKind, RegExp>> = {
  Map: /^(set|assign|spread)$/,
  Set: /^(add|assign|spread)$/,
  WeakMap: /^assign$/,
  Array: /^(push|unshift|splice|assign|concat|spread|link)$/,
  Object: /^(assign|defineProperty|set|spread|link)$/,
  unknown: /./,
};

/** Whether an operation makes this kind of collection larger, in code that can run again while the holder lives. */
function isGrowthOf(container: ContainerKind, growth: Operation, boundary: FunctionNode | null, sourceCode: SourceCode): boolean {
  if (growth.depth === 0 && !OPERATIONS[container].test(growth.operation)) return false;
  if (growth.depth === 0 && container === "Object" && growth.operation === "set" && !isReflected(growth)) return false;
  if (!runsAgain(sourceCode, growth.node, boundary)) return false;
  return boundary === null || outlives(sourceCode, growth.node, boundary);
}

function isReflected(growth: Operation): boolean {
  return growth.node.type === "CallExpression" && growth.node.arguments.length === 3;
}

/** The values a declaration gives: an initialiser, a static field, a property of an object literal. */
function declaredValues(declaration: Node | null, properties: readonly string[]): readonly Node[] {
  if (!declaration || properties.length === 0) return [];
  const member = memberNamed(definedValue(declaration), properties);
  return member ? [member.value] : [];
}

/** The values given by `module.exports = { cache: new Map() }`. */
function assignedValues(above: readonly Use[], properties: readonly string[]): readonly Node[] {
  if (properties.length === 0) return [];
  return above.flatMap(({ action, steps, node }) => {
    if (action.kind !== "write" || steps.length > 0 || node.type === "VariableDeclarator") return [];
    const member = memberNamed(assignedValue(action.value), properties);
    return member ? [member.value] : [];
  });
}

function assignedKeys(above: readonly Use[], properties: readonly string[]): readonly Node[] {
  return assignedValues(above, properties).flatMap((value) => (value.parent?.type === "Property" ? [value.parent.key] : []));
}

/** The class, function or object that a name is defined as. */
function definedValue(declaration: Node): Node {
  return declaration.type === "VariableDeclarator" && declaration.init ? assignedValue(declaration.init) : declaration;
}

function assignedValue(value: Node): Node {
  const inner = unwrap(value);
  return inner.type === "AssignmentExpression" ? assignedValue(inner.right) : inner;
}

function memberNamed(value: Node, properties: readonly string[]): { readonly key: Node; readonly value: Node } | null {
  const [name, ...rest] = properties;
  const members: readonly Node[] =
    value.type === "ObjectExpression"
      ? value.properties
      : value.type === "ClassDeclaration" || value.type === "ClassExpression"
        ? value.body.body.filter((member) => member.type === "PropertyDefinition" && member.static)
        : [];
  for (const member of members) {
    if (member.type !== "Property" && member.type !== "PropertyDefinition") continue;
    if (!member.value || keyName(member.key, member.computed) !== name) continue;
    if (rest.length === 0) return { key: member.key, value: member.value };
    return memberNamed(unwrap(member.value), rest);
  }
  return null;
}

function placeOf(
  root: Root,
  properties: readonly string[],
  places: readonly Node[],
  keys: readonly Node[],
  growths: readonly [Operation, ...Operation[]],
): Node {
  if (root.root.kind === "variable" && root.declaration && !root.isImported) {
    if (properties.length === 0) {
      const [identifier] = root.root.variable.identifiers;
      return identifier ?? root.declaration;
    }
    const member = memberNamed(definedValue(root.declaration), properties);
    if (member) return member.key;
  }
  return places[0] ?? keys[0] ?? growths[0].receiver;
}

function kindOf(root: Root, properties: readonly string[], isExported: boolean): HolderKind {
  if (root.root.kind === "exports") return "export";
  if (root.root.kind === "global") return "global";
  if (root.isImported) return "import";
  if (properties.length > 0) return isClass(root.declaration) ? "static" : "property";
  if (root.boundary || root.root.variable.scope.variableScope.block.type !== "Program") return "closure";
  return isExported ? "export" : "binding";
}

function isClass(declaration: Node | null): boolean {
  const value = declaration && definedValue(declaration);
  return value?.type === "ClassDeclaration" || value?.type === "ClassExpression";
}

function isPlainObject(declaration: Node | null): boolean {
  return declaration !== null && definedValue(declaration).type === "ObjectExpression";
}

