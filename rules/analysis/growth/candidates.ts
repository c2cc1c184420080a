import { importSource } from "../imports.js";
import { constructionOf } from "./containers.js";
import { definedValue } from "./declared.js";
import type { FunctionNode, Node, Variable } from "../syntax.js";

/**
 * A cheap look before any tracing: could the variable hold a collection that code of another function adds to?
 * `owner`: the function that declares it, null for the module's own variables.
 */
export function isCandidate(variable: Variable, owner: FunctionNode | null): boolean {
  const [definition] = variable.defs;
  if (!definition || definition.type === "Parameter" || definition.type === "Type") return false;
  if (variable.references.length === 0 && !hasOwnMembers(definition.node)) return false;
  switch (definition.type) {
    case "Variable":
      return !owner || (mayHoldCollection(definition.node) && isUsedByClosure(variable));
    case "FunctionName":
      return variable.references.some(isPropertyWrite);
    case "ImportBinding":
      return importSource(variable)?.startsWith(".") === true && hasMembers(variable);
    case "ClassName":
      return (
        variable.scope.type !== "class" ||
        (definition.node.type === "ClassExpression" && definition.node.parent.type !== "VariableDeclarator")
      );
    default:
      return false;
  }
}

/** Of a function's variables, only those that start as a collection, or as nothing. */
function mayHoldCollection(declarator: Node): boolean {
  if (declarator.type !== "VariableDeclarator" || declarator.id.type !== "Identifier") return false;
  const { init } = declarator;
  return init === null || (init.type === "Literal" && init.value === null) || constructionOf(init) !== null;
}

function isUsedByClosure(variable: Variable): boolean {
  const own = variable.scope.variableScope;
  return variable.references.some(({ from }) => from.variableScope !== own);
}

function hasMembers(variable: Variable): boolean {
  return variable.references.some(
    ({ identifier }) => identifier.parent?.type === "MemberExpression" && identifier.parent.object === identifier,
  );
}

/** A class or an object literal can add to its own collections through `this`, with no reference to its name. */
function hasOwnMembers(definition: Node): boolean {
  return /^(Class|Object)/.test(definedValue(definition).type);
}

function isPropertyWrite({ identifier }: Variable["references"][number]): boolean {
  const member = identifier.parent;
  if (member?.type === "CallExpression") return member.callee !== identifier;
  return (
    member?.type === "MemberExpression" &&
    member.parent.type === "AssignmentExpression" &&
    member.parent.left === member
  );
}
