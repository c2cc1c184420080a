import { constructionOf, isSaidToBeBounded } from "./containers.js";
import {
  assignedKeys,
  assignedValues,
  declaredValues,
  definedValue,
  isClass,
  isPlainObject,
  memberNamed,
} from "./declared.js";
import type { ContainerKind, CollectionKind } from "../facts.js";
import type { Holder, Operation, Root } from "./holder.js";
import { isExportedDeclaration, runsAgain } from "../lifetime.js";
import { outlives } from "../outlives.js";
import type { Use } from "./references.js";
import {
  calleeName,
  isInside,
  propertyName,
  unwrap,
  type FunctionNode,
  type Node,
  type SourceCode,
} from "../syntax.js";
import { effectOfWrite } from "./writes.js";

const MAX_PATH = 3;

/** The holders among a root and the properties that hang on it, from all that is done to them. */
export function holdersOn(sourceCode: SourceCode, root: Root, uses: readonly Use[]): readonly Holder[] {
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
    if (!group.some((use) => mayGrow(sourceCode, use))) continue;
    const above = key === "" ? [] : (groups.get("") ?? []);
    const holder = assembleHolder(sourceCode, root, key === "" ? [] : key.split("."), group, above);
    if (holder) holders.push(holder);
  }
  return holders;
}

/** Cheap: an operation that adds, or an assignment whose value names the place it is assigned to. */
function mayGrow(sourceCode: SourceCode, { action, node }: Use): boolean {
  if (action.kind === "grow") return true;
  if (action.kind !== "write" || node.type !== "AssignmentExpression" || node.operator !== "=") return false;
  if (!/^(Array|Object|Call|New|Conditional|Assignment)/.test(unwrap(action.value).type)) return false;
  const left = unwrap(action.left);
  const name = left.type === "Identifier" ? left.name : left.type === "MemberExpression" ? propertyName(left) : null;
  return name !== null && sourceCode.text.slice(...action.value.range).includes(name);
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
  if (root.root.kind === "global" && properties.length === 0) return null;
  const declared = [...declaredValues(root.declaration, properties), ...assignedValues(above, properties)];
  const replacements = above.flatMap((use) => replacement(sourceCode, root, use));
  // A variable that names now this object, now that one, keeps none of their properties.
  if (replacements.length > 0 && declared.length === 0) return null;
  const tally = tallyOf(sourceCode, root, properties, uses);
  const initialisers = [...declared, ...tally.initialisers];
  if (initialisers.some((initialiser) => isSaidToBeBounded(sourceCode, initialiser))) return null;
  const container = containerFrom(root, properties, initialisers, tally.growths);
  if (container === null) return null;
  const growths = tally.growths.filter((growth) => isGrowthOf(container, growth, root.boundary, sourceCode));
  const [first, ...others] = growths;
  if (!first) return null;
  const isExported = tally.isExported || isExportedRoot(root, above);
  const escapes = [...tally.escapes, ...(isPlainObject(root.declaration) ? escapesOf(above) : [])];
  return {
    kind: kindOf(root, properties, isExported),
    name: [root.name, ...properties].join("."),
    container,
    root: root.root,
    properties,
    place: placeOf(root, properties, tally.places, assignedKeys(above, properties), [first, ...others]),
    boundary: root.boundary,
    isExported,
    initialisers,
    growths,
    removals: tally.removals,
    empties: [...tally.empties, ...replacements],
    reads: tally.reads,
    measures: tally.measures,
    iterations: tally.iterations,
    // `head = { previous: head }` stores the holder in itself, not elsewhere.
    escapes: escapes.filter((escape) => !growths.some(({ node }) => isInside(escape, node))),
  };
}

interface Tally {
  readonly growths: Operation[];
  readonly removals: Operation[];
  readonly empties: Operation[];
  readonly reads: Operation[];
  readonly measures: Node[];
  readonly iterations: Node[];
  readonly escapes: Node[];
  readonly initialisers: Node[];
  /** Where the holder is given a collection: `Klass.registry` of `Klass.registry = {}`. */
  readonly places: Node[];
  isExported: boolean;
}

function tallyOf(sourceCode: SourceCode, root: Root, properties: readonly string[], uses: readonly Use[]): Tally {
  const tally: Tally = {
    growths: [],
    removals: [],
    empties: [],
    reads: [],
    measures: [],
    iterations: [],
    escapes: [],
    initialisers: [],
    places: [],
    isExported: false,
  };
  for (const use of uses) count(sourceCode, root, use, use.steps.length - properties.length, tally);
  return tally;
}

function count(sourceCode: SourceCode, root: Root, { action, node, receiver }: Use, depth: number, tally: Tally): void {
  const operation = (name: string, key: Node | null, values: readonly Node[]): Operation => {
    return { operation: name, node, receiver, depth, key, values };
  };
  switch (action.kind) {
    case "grow":
      tally.growths.push(operation(action.operation, action.key, action.values));
      return;
    case "remove":
      tally.removals.push(operation(action.operation, action.key, []));
      return;
    case "empty":
      (depth > 0 ? tally.removals : tally.empties).push(operation(action.operation, null, []));
      return;
    case "read":
      tally.reads.push(operation("read", action.key, []));
      return;
    case "write": {
      const effect = effectOfWrite(sourceCode, { left: action.left, value: action.value, node }, root.boundary);
      if (effect.kind === "grow") tally.growths.push(operation(effect.operation, effect.key, effect.values));
      else tally.initialisers.push(action.value);
      if (effect.kind === "empty") tally.empties.push(operation("assign", null, [action.value]));
      if (constructionOf(action.value)) tally.places.push(action.left);
      return;
    }
    case "export":
      tally.isExported = true;
      return;
    case "measure":
      if (depth === 0) tally.measures.push(node);
      return;
    case "iterate":
      if (depth === 0) tally.iterations.push(action.loop);
      return;
    case "escape":
      if (depth === 0) tally.escapes.push(node);
  }
}

/** `state = { items: [] }` in code that runs again: what hung on the old object goes with it. */
function replacement(sourceCode: SourceCode, root: Root, { action, node, receiver, steps }: Use): readonly Operation[] {
  if (action.kind !== "write" || steps.length > 0) return [];
  const effect = effectOfWrite(sourceCode, { left: action.left, value: action.value, node }, root.boundary);
  if (effect.kind !== "empty") return [];
  return [{ operation: "assign", node, receiver, depth: 0, key: null, values: [action.value] }];
}

function escapesOf(above: readonly Use[]): readonly Node[] {
  return above.flatMap(({ action, node, steps }) => (action.kind === "escape" && steps.length === 0 ? [node] : []));
}

function isExportedRoot(root: Root, above: readonly Use[]): boolean {
  if (above.some(({ action, steps }) => action.kind === "export" && steps.length === 0)) return true;
  return root.root.kind === "variable" && isExportedDeclaration(root.root.variable);
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

function kindOf(root: Root, properties: readonly string[], isExported: boolean): CollectionKind {
  if (root.root.kind === "exports") return "export";
  if (root.root.kind === "global") return "global";
  if (root.root.kind === "instance") return "property";
  if (root.isImported) return "import";
  if (properties.length > 0) return isClass(root.declaration) ? "static" : "property";
  if (root.boundary || root.root.variable.scope.variableScope.block.type !== "Program") return "closure";
  return isExported ? "export" : "binding";
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
  const isElsewhere =
    root.isImported || (root.root.kind === "global" && properties.length > 0 && initialisers.length === 0);
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
function isGrowthOf(
  container: ContainerKind,
  growth: Operation,
  boundary: FunctionNode | null,
  sourceCode: SourceCode,
): boolean {
  if (growth.depth === 0 && !OPERATIONS[container].test(growth.operation)) return false;
  if (growth.depth === 0 && container === "Object" && growth.operation === "set" && !isReflected(growth)) return false;
  if (!runsAgain(sourceCode, growth.node, boundary)) return false;
  return boundary === null || outlives(sourceCode, growth.node, boundary);
}

/** `Reflect.set(table, key, value)`; an object's own `set(…)` is whatever the object says it is. */
function isReflected({ node }: Operation): boolean {
  return (
    node.type === "CallExpression" &&
    node.callee.type === "MemberExpression" &&
    calleeName(node.callee.object) === "Reflect"
  );
}
