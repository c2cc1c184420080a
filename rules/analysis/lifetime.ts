import {
  calleeName,
  functionOf,
  isFunction,
  unwrap,
  variableNamed,
  wrapped,
  type FunctionNode,
  type Node,
  type SourceCode,
  type Variable,
} from "./syntax.js";

/** Methods that call their callback before they return, a number of times that their receiver bounds. */
export const SYNCHRONOUS_METHODS = new Set([
  "forEach",
  "map",
  "filter",
  "reduce",
  "reduceRight",
  "some",
  "every",
  "find",
  "findIndex",
  "findLast",
  "flatMap",
  "sort",
  "toSorted",
  "replace",
  "replaceAll",
  "from",
  "each",
  "eachSeries",
  "define",
  "then",
  "catch",
  "finally",
  "describe",
  "times",
  "fromEntries",
  "defineProperty",
  "iterate",
  "Promise",
]);

/** How a function in place is used: called where it stands, by a name, or handed on to run whenever. */
type Place =
  | { readonly kind: "inline" }
  | { readonly kind: "named"; readonly variable: Variable }
  | { readonly kind: "argument"; readonly call: Node; readonly callee: string }
  | { readonly kind: "kept" };

/**
 * Whether code can run more than once for each run of `boundary` (null: for each load of the module). Loops at load
 * do not count: what they do is bounded by the program.
 */
export function runsAgain(sourceCode: SourceCode, node: Node, boundary: FunctionNode | null): boolean {
  return againBelow(sourceCode, node, boundary, new Set());
}

function againBelow(sourceCode: SourceCode, node: Node, boundary: FunctionNode | null, seen: Set<Node>): boolean {
  for (let up = node.parent; up && up !== boundary; up = up.parent) {
    if (up.type === "PropertyDefinition" && !up.static) return true;
    if (isFunction(up) && !seen.has(up) && functionRunsAgain(sourceCode, up, boundary, seen)) return true;
  }
  return false;
}

function functionRunsAgain(
  sourceCode: SourceCode,
  node: FunctionNode,
  boundary: FunctionNode | null,
  seen: Set<Node>,
): boolean {
  seen.add(node);
  if (isModuleWrapper(node)) return false;
  const place = placeOf(sourceCode, node);
  switch (place.kind) {
    case "inline":
      return false;
    case "argument":
      return !SYNCHRONOUS_METHODS.has(place.callee);
    case "kept":
      return true;
    case "named":
      return nameRunsAgain(sourceCode, place.variable, boundary, seen);
  }
}

function nameRunsAgain(
  sourceCode: SourceCode,
  variable: Variable,
  boundary: FunctionNode | null,
  seen: Set<Node>,
): boolean {
  if (variable.scope.type === "global" && variable.scope.block.type === "Program") {
    if (variable.references.every((reference) => reference.init === true)) return true;
  }
  for (const { identifier, init } of variable.references) {
    if (init === true) continue;
    const parent = identifier.parent;
    if (!parent) return true;
    if (parent.type === "NewExpression" && parent.callee === identifier) return true;
    if (parent.type === "MemberExpression" && parent.object === identifier) {
      if (parent.parent.type === "CallExpression" && parent.parent.callee === parent && isBorrowing(parent)) {
        if (againBelow(sourceCode, identifier, boundary, seen)) return true;
      }
      continue;
    }
    if (parent.type === "AssignmentExpression" && parent.left === identifier) continue;
    if (parent.type === "UnaryExpression" || parent.type === "BinaryExpression") continue;
    const isCalled = parent.type === "CallExpression" && parent.callee === identifier;
    const isIterated =
      parent.type === "CallExpression" && !isCalled && SYNCHRONOUS_METHODS.has(calleeName(parent.callee));
    if (!isCalled && !isIterated) return true;
    if (againBelow(sourceCode, identifier, boundary, seen)) return true;
  }
  return isExportedDeclaration(variable);
}

function isBorrowing(member: Node): boolean {
  return member.type === "MemberExpression" && /^(call|apply)$/.test(calleeName(member));
}

/** `export function f` and `export const f = …`, whose name has no reference for the export. */
export function isExportedDeclaration(variable: Variable): boolean {
  return variable.defs.some((definition) => {
    const declaration = definition.node.type === "VariableDeclarator" ? definition.node.parent : definition.node;
    const parent = declaration.parent;
    return parent?.type === "ExportNamedDeclaration" || parent?.type === "ExportDefaultDeclaration";
  });
}

const WRAPPER_PARAMETER =
  /^(?:module|exports|require|_*unused_webpack_\w+|__webpack_\w+|\$?__?(?:module|exports|require)\$?)$/;

/**
 * The functions bundlers and compilers put around a module: they run once, with that module's own scope. All their
 * parameters are a module's, and they stand in a table of modules (`{ "./a.js": (module) => … }`, `[function (module,
 * exports) …]`) or are handed to a loader. One parameter called `module` alone is anyone's.
 */
export function isModuleWrapper(node: FunctionNode): boolean {
  const [first] = node.params;
  if (!first || node.type === "FunctionDeclaration" || !node.params.every(isWrapperParameter)) return false;
  const { parent } = node;
  const isNamedByPath = parent.type === "Property" && parent.value === node && parent.key.type === "Literal";
  if (isNamedByPath) return true;
  if (node.params.length < 2) return false;
  const isCalled = parent.type === "CallExpression" || parent.type === "NewExpression";
  return isCalled || parent.type === "ArrayExpression" || parent.type === "Property";
}

function isWrapperParameter(parameter: Node): boolean {
  return parameter.type === "Identifier" && WRAPPER_PARAMETER.test(parameter.name);
}

/** Whether a function is run exactly once, when the module loads: an IIFE, a UMD factory, a module wrapper. */
export function isLoadScope(sourceCode: SourceCode, node: FunctionNode): boolean {
  if (!isModuleWrapper(node)) {
    const place = placeOf(sourceCode, node);
    if (place.kind === "argument" ? !/^define$|^$/.test(place.callee) : place.kind !== "inline") return false;
  }
  for (let up: Node | undefined = node.parent; up; up = up.parent)
    if (isFunction(up)) return isLoadScope(sourceCode, up);
  return true;
}

function placeOf(sourceCode: SourceCode, node: FunctionNode): Place {
  if (node.type === "FunctionDeclaration") {
    const [variable] = sourceCode.getDeclaredVariables(node);
    return variable && node.id ? { kind: "named", variable } : { kind: "kept" };
  }
  const outer = wrapped(node);
  const parent = outer.parent;
  if (!parent) return { kind: "kept" };
  switch (parent.type) {
    case "CallExpression":
    case "NewExpression":
      if (parent.callee === outer) return { kind: "inline" };
      if (isFunction(unwrap(parent.callee))) return { kind: "inline" };
      return { kind: "argument", call: parent, callee: calleeName(parent.callee) };
    case "MemberExpression":
      return isBorrowing(parent) ? { kind: "inline" } : { kind: "kept" };
    case "UnaryExpression":
    case "ExpressionStatement":
      return { kind: "inline" };
    case "VariableDeclarator": {
      const variable = parent.id.type === "Identifier" ? variableNamed(sourceCode, parent.id) : null;
      return variable ? { kind: "named", variable } : { kind: "kept" };
    }
    default:
      return { kind: "kept" };
  }
}

/** Whether a factory is called when the module loads and its result is kept: its closures live as long as the module. */
export function isCalledAtLoad(sourceCode: SourceCode, factory: FunctionNode): boolean {
  const place = placeOf(sourceCode, factory);
  const variable = place.kind === "named" ? place.variable : null;
  if (!variable || functionOf(variable) !== factory) return false;
  return variable.references.some(({ identifier, init }) => {
    if (init === true) return false;
    const parent = identifier.parent;
    const isCall = parent?.type === "CallExpression" && parent.callee === identifier;
    return isCall && wrapped(parent).parent?.type !== "ExpressionStatement" && !runsAgain(sourceCode, identifier, null);
  });
}
