import { functionAround, isFunction, unwrap, variableNamed, type Node, type SourceCode } from "../syntax.js";
import type { Invocation } from "../invocations.js";

/** The delay of `setTimeout(callback, delay)` in milliseconds; see `millisecondsOf`. */
export function delayOf(sourceCode: SourceCode, { arguments: [, delay] }: Invocation): number {
  return delay ? millisecondsOf(sourceCode, delay) : 0;
}

/**
 * A time as far as the file tells: a number, a product, a constant. Infinite where the caller decides it, by a
 * parameter or option; `NaN` where it is a constant of another module, which may be anything.
 */
export function millisecondsOf(sourceCode: SourceCode, time: Node | undefined): number {
  const node = time && unwrap(time);
  switch (node?.type) {
    case "Literal":
      return typeof node.value === "number" ? node.value : Number.NaN;
    case "BinaryExpression": {
      const [left, right] = [millisecondsOf(sourceCode, node.left), millisecondsOf(sourceCode, node.right)];
      return node.operator === "*" ? left * right : left + right;
    }
    case "Identifier": {
      const variable = variableNamed(sourceCode, node);
      const [definition] = variable?.defs ?? [];
      if (definition?.node.type === "VariableDeclarator" && definition.node.init) {
        const isConstant = definition.node.parent.kind === "const" && definition.node.id.type === "Identifier";
        if (isConstant && definition.node.init !== time) return millisecondsOf(sourceCode, definition.node.init);
      }
      return definition && isFunction(definition.node) ? Number.POSITIVE_INFINITY : ofLocal(variable?.identifiers[0]);
    }
    case "MemberExpression":
      return ofLocal(node);
    case undefined:
      return 0;
    default:
      return Number.NaN;
  }
}

function ofLocal(node: Node | undefined): number {
  return node && functionAround(node) ? Number.POSITIVE_INFINITY : Number.NaN;
}
