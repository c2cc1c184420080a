import { importSource } from "../imports.js";
import { outlives } from "../outlives.js";
import { constructionOf } from "./containers.js";
import { definedValue } from "./declared.js";
import {
  calleeName,
  functionOf,
  propertyName,
  variableNamed,
  wrapped,
  type FunctionNode,
  type Node,
  type Reference,
  type SourceCode,
  type Variable,
} from "../syntax.js";

/**
 * A cheap look before any tracing: could the variable hold a collection that code of another function adds to?
 * `owner`: the function that declares it, null for the module's own variables. `boundaryOf`: answers the same where the
 * function runs again.
 */
export function isCandidate(
  sourceCode: SourceCode,
  variable: Variable,
  owner: FunctionNode | null,
  boundaryOf: () => FunctionNode | null,
): boolean {
  const [definition] = variable.defs;
  if (!definition) return false;
  const isGiven = (reference: Reference): boolean => isPropertyWrite(sourceCode, reference);
  switch (definition.type) {
    case "Variable":
      if (owner)
        return (
          mayHoldCollection(definition.node) &&
          isGivenCollection(definition.node, variable) &&
          mayGrow(variable, null) &&
          mayGrow(variable, keeperFor(sourceCode, boundaryOf()))
        );
      if (importSource(variable) !== null) return isImportCandidate(variable);
      return (
        (startsAsHolder(definition.node) &&
          isGivenCollection(definition.node, variable) &&
          (mayGrow(variable, null) || growsItself(sourceCode, definition.node))) ||
        variable.references.some((reference) => (reference.isWrite() && reference.init !== true) || isGiven(reference))
      );
    case "FunctionName":
      return variable.references.some(isGiven);
    case "ImportBinding":
      return isImportCandidate(variable);
    case "ClassName": {
      const isDeclared =
        variable.scope.type !== "class" ||
        (definition.node.type === "ClassExpression" && definition.node.parent.type !== "VariableDeclarator");
      return isDeclared && (growsItself(sourceCode, definition.node) || variable.references.some(isGiven));
    }
    default:
      return false;
  }
}

/** Of a module's variables, those that start as a collection, as something with properties, or as nothing. */
function startsAsHolder(declarator: Node): boolean {
  if (declarator.type !== "VariableDeclarator") return true;
  if (declarator.id.type !== "Identifier") return false;
  return declarator.init === null || isNull(declarator.init) || isHolderValue(declarator);
}

function isHolderValue(declarator: Node): boolean {
  const value = definedValue(declarator);
  return value.type === "ClassExpression" || value.type === "ObjectExpression" || constructionOf(value) !== null;
}

/** Of a function's variables, only those that start as a collection, or as nothing. */
function mayHoldCollection(declarator: Node): boolean {
  if (declarator.type !== "VariableDeclarator" || declarator.id.type !== "Identifier") return false;
  const { init } = declarator;
  return init === null || isNull(init) || constructionOf(init) !== null;
}

function isNull(init: Node): boolean {
  return init.type === "Literal" && init.value === null;
}

/**
 * A class or an object literal can add to its own collections with no reference to its name: through `this`, or through
 * the name that its body sees.
 */
function growsItself(sourceCode: SourceCode, definition: Node): boolean {
  const value = definedValue(definition);
  if (value.type === "ObjectExpression") {
    return value.properties.some(
      (property) =>
        property.type === "Property" &&
        property.value.type === "FunctionExpression" &&
        sourceCode.text.slice(...property.value.range).includes("this"),
    );
  }
  if (value.type !== "ClassDeclaration" && value.type !== "ClassExpression") return false;
  return value.body.body.some((member) => {
    if (member.type === "StaticBlock") return true;
    if (!("static" in member) || !member.static) return false;
    if (member.type === "PropertyDefinition") {
      return member.value !== null && (constructionOf(member.value) !== null || isNull(member.value));
    }
    return sourceCode.text.slice(...member.range).includes("this.");
  });
}

/** `f.cache = …`, `Object.assign(f, …)`, or handed to a function of the file, as in `setUp(f)`. */
function isPropertyWrite(sourceCode: SourceCode, { identifier }: Reference): boolean {
  const parent = identifier.parent;
  if (parent?.type === "CallExpression" && parent.arguments[0] === identifier) {
    const { callee } = parent;
    if (callee.type === "MemberExpression") return calleeName(callee.object) === "Object";
    const called = callee.type === "Identifier" ? variableNamed(sourceCode, callee) : null;
    return called !== null && functionOf(called) !== null;
  }
  return (
    parent?.type === "MemberExpression" &&
    parent.object === identifier &&
    parent.parent.type === "AssignmentExpression" &&
    parent.parent.left === parent
  );
}

/**
 * Added to in place or given another value by code of another function than the variable's own, or handed to what may do
 * so. Most tables are only ever looked up, and most lists filled where they are made.
 */
function mayGrow(variable: Variable, isKept: ((node: Node) => boolean) | null): boolean {
  const own = variable.scope.variableScope;
  return variable.references.some((reference) => {
    const { identifier, from } = reference;
    if (reference.init === true) return false;
    if (from.variableScope === own) return isHandedOn(identifier);
    return (reference.isWrite() || isGrownInPlace(identifier, true)) && (isKept === null || isKept(identifier));
  });
}

/** Where a function runs again, only what outlives a run makes what it adds to last. */
function keeperFor(sourceCode: SourceCode, boundary: FunctionNode | null): ((node: Node) => boolean) | null {
  return boundary && ((node) => outlives(sourceCode, node, boundary));
}

/** Whether a variable that starts as nothing is given something that may be a collection. */
function isGivenCollection(declarator: Node, variable: Variable): boolean {
  if (declarator.type !== "VariableDeclarator" || (declarator.init && !isNull(declarator.init))) return true;
  return variable.references.some(
    ({ writeExpr }) =>
      writeExpr && /^(?:Array|Object|New|Call|Conditional|Logical|Assignment|Sequence)/.test(writeExpr.type),
  );
}

/** `const alias = table;`, `fill(table)`. */
function isHandedOn(identifier: Node): boolean {
  const node = wrapped(identifier);
  const { parent } = node;
  return (
    (parent?.type === "VariableDeclarator" && parent.init === node) ||
    (parent?.type === "CallExpression" && parent.callee !== node && parent.callee.type === "Identifier")
  );
}

/** Where the name of an object stands when something is done to the object: `registry.add(…)`, `(registry as Set).add(…)`. */
const OBJECT_PLACE = /^(?:MemberExpression|TSAsExpression|TSNonNullExpression|TSTypeAssertion|TSSatisfiesExpression)$/;

/** What another module of the program owns is looked at only where code adds to it in place. */
function isImportCandidate(variable: Variable): boolean {
  if (!importSource(variable)?.startsWith(".")) return false;
  return variable.references.some(
    ({ identifier }) => OBJECT_PLACE.test(identifier.parent?.type ?? "") && isGrownInPlace(identifier, false),
  );
}

const GROWING_METHOD = /^(?:set|add|push|unshift|splice|call|apply)$/;

/** `registry.items.push(…)`, `registry[id] = …`; with `orHandedOn`, also where another name or function gets hold of it. */
function isGrownInPlace(identifier: Node, orHandedOn: boolean): boolean {
  let node = wrapped(identifier);
  let isKeyed = false;
  for (let up = node.parent; up; up = node.parent) {
    if (up.type === "AssignmentExpression" && up.left === node) return isKeyed || orHandedOn;
    if (up.type === "UpdateExpression") return isKeyed;
    if (up.type === "CallExpression" && up.callee === node) {
      if (node.type !== "MemberExpression") return false;
      const method = propertyName(node) ?? "";
      if (GROWING_METHOD.test(method)) return true;
      if (method !== "get" || !orHandedOn) return false;
      isKeyed = true;
    } else if (up.type !== "MemberExpression" || up.object !== node) {
      if (!orHandedOn) return false;
      return !isKeyed;
    } else {
      isKeyed = propertyName(up) === null;
    }
    node = wrapped(up);
  }
  return false;
}
