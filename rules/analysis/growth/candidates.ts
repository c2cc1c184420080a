import { importSource } from "../imports.js";
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
 * `owner`: the function that declares it, null for the module's own variables.
 */
export function isCandidate(sourceCode: SourceCode, variable: Variable, owner: FunctionNode | null): boolean {
  const [definition] = variable.defs;
  if (!definition) return false;
  const isGiven = (reference: Reference): boolean => isPropertyWrite(sourceCode, reference);
  switch (definition.type) {
    case "Variable":
      if (owner) return mayHoldCollection(definition.node) && isUsedByClosure(variable) && mayGrow(variable);
      if (importSource(variable) !== null) return isImportCandidate(variable);
      return (
        (startsAsHolder(definition.node) && (mayGrow(variable) || growsItself(sourceCode, definition.node))) ||
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

function isUsedByClosure(variable: Variable): boolean {
  const own = variable.scope.variableScope;
  return variable.references.some(({ from }) => from.variableScope !== own);
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

/** Added to in place, given another value, or handed to what may do so; most tables are only ever looked up. */
function mayGrow(variable: Variable): boolean {
  return variable.references.some((reference) => {
    if (reference.init === true) return false;
    return reference.isWrite() || isGrownInPlace(reference.identifier, true);
  });
}

/** What another module of the program owns is looked at only where code adds to it in place. */
function isImportCandidate(variable: Variable): boolean {
  if (!importSource(variable)?.startsWith(".")) return false;
  return variable.references.some(({ identifier }) => isGrownInPlace(identifier, false));
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
    } else if (up.type !== "MemberExpression" || up.object !== node) {
      if (!orHandedOn) return false;
      return !isKeyed || /^(?:AssignmentExpression|VariableDeclarator|LogicalExpression|CallExpression)$/.test(up.type);
    } else {
      isKeyed = propertyName(up) === null;
    }
    node = wrapped(up);
  }
  return false;
}
