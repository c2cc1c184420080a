import {
  functionOf,
  isFunction,
  unwrap,
  variableNamed,
  walk,
  type FunctionNode,
  type Node,
  type Scope,
  type SourceCode,
  type Variable,
} from "../syntax.js";
import { onlyValue } from "./races.js";

/** Whether some closure uses a variable, so that V8 keeps it in a context and not on the stack. */
export function isCaptured(variable: Variable): boolean {
  return variable.references.some(({ from }) => from.variableScope !== variable.scope.variableScope);
}

/** Whether code below a function uses a variable. */
export function uses(closure: FunctionNode, variable: Variable): boolean {
  return variable.references.some(
    ({ identifier }) => identifier.range[0] >= closure.range[0] && identifier.range[1] <= closure.range[1],
  );
}

/** The closures that a value holds, without calling anything: itself, members of literals, functions by their name. */
export function closuresIn(sourceCode: SourceCode, value: Node): readonly FunctionNode[] {
  const node = unwrap(value);
  if (isFunction(node)) return [node];
  switch (node.type) {
    case "Identifier": {
      const variable = variableNamed(sourceCode, node);
      if (!variable) return [];
      const named = functionOf(variable);
      if (named) return [named];
      const held = onlyValue(variable);
      return held && held.type !== "Identifier" ? closuresIn(sourceCode, held) : [];
    }
    case "ObjectExpression":
      return node.properties.flatMap((property) =>
        property.type === "Property" ? closuresIn(sourceCode, property.value) : [],
      );
    case "ArrayExpression":
      return node.elements.flatMap((element) =>
        element && element.type !== "SpreadElement" ? closuresIn(sourceCode, element) : [],
      );
    case "ConditionalExpression":
      return [...closuresIn(sourceCode, node.consequent), ...closuresIn(sourceCode, node.alternate)];
    case "AssignmentExpression":
      return closuresIn(sourceCode, node.right);
    default:
      return [];
  }
}

/** The functions made in a scope, or in blocks below it, without those made in other functions. */
export function functionsMadeIn(scope: Scope): readonly FunctionNode[] {
  return scope.childScopes.flatMap((child): readonly FunctionNode[] => {
    const { block } = child;
    return isFunction(block) ? [block] : child.type === "class" ? [] : functionsMadeIn(child);
  });
}

/** Whether a closure uses `this` of the function around it, or a variable of it. */
export function capturesCall(sourceCode: SourceCode, closure: FunctionNode, around: FunctionNode): boolean {
  let usesThis = false;
  if (closure.type === "ArrowFunctionExpression") {
    walk(sourceCode, closure.body, (node) => {
      if (node.type === "ThisExpression") usesThis = true;
      return !usesThis && (!isFunction(node) || node.type === "ArrowFunctionExpression");
    });
  }
  const scope = sourceCode.scopeManager?.acquire(closure);
  return (
    usesThis ||
    (scope?.through.some(
      ({ resolved }) => resolved?.scope.variableScope.block === around && resolved.defs.length > 0,
    ) ??
      false)
  );
}
