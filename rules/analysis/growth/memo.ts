import type { Holder, Operation } from "./holder.js";
import { isEmptyCollection } from "./containers.js";
import { isThroughDefault } from "./default-values.js";
import {
  functionAround,
  normalisedText,
  unwrap,
  variableNamed,
  type FunctionNode,
  type Node,
  type SourceCode,
} from "../syntax.js";

/** The rules that share growing holders; each holder belongs to one of them. */
export type GrowthRule = "no-grow-only-registry" | "no-unbounded-cache" | "no-shared-mutable-default";

/**
 * Which rule a holder belongs to. A cache reads by the key it stores under, in one function, and what it stores is
 * computed there; what is only added to by way of a default value is a shared default; all else is a registry.
 */
export function ruleFor(sourceCode: SourceCode, holder: Holder, growths: readonly Operation[]): GrowthRule {
  if (growths.every((growth) => isThroughDefault(sourceCode, holder, growth))) return "no-shared-mutable-default";
  return growths.some((growth) => isMemo(sourceCode, holder, growth)) ? "no-unbounded-cache" : "no-grow-only-registry";
}

function isMemo(sourceCode: SourceCode, holder: Holder, growth: Operation): boolean {
  const [value] = growth.values;
  const isKeyed = growth.operation === "set" || growth.operation === "assign" || growth.operation === "spread";
  if (!isKeyed || growth.key === null || value === undefined || !isComputed(sourceCode, value)) return false;
  const key = normalisedText(sourceCode, growth.key);
  const around = outermostNamed(growth.node, holder.boundary);
  return holder.reads.some(
    (read) =>
      read.depth === growth.depth &&
      read.key !== null &&
      outermostNamed(read.node, holder.boundary) === around &&
      normalisedText(sourceCode, read.key) === key,
  );
}

/** Made in place, and not an empty collection to be filled, nor what a caller handed in. */
function isComputed(sourceCode: SourceCode, expression: Node): boolean {
  const value = unwrap(expression);
  if (value.type === "Literal" || value.type === "ThisExpression" || isEmptyCollection(value)) return false;
  if (value.type !== "Identifier") return true;
  const definition = variableNamed(sourceCode, value)?.defs[0];
  if (definition?.type === "Parameter") return isCallbackParameter(definition.node);
  if (definition?.node.type !== "VariableDeclarator") return false;
  return !(definition.node.init && isEmptyCollection(definition.node.init));
}

/** `(error, addresses) => …` handed to a call: its parameters are that call's results. */
function isCallbackParameter(owner: Node): boolean {
  return (
    owner.type !== "FunctionDeclaration" && owner.parent?.type === "CallExpression" && owner.parent.callee !== owner
  );
}

function outermostNamed(node: Node, boundary: FunctionNode | null): FunctionNode | null {
  let outermost: FunctionNode | null = null;
  for (let around = functionAround(node); around && around !== boundary; around = functionAround(around)) {
    outermost = around;
    if (around.parent.type !== "CallExpression") break;
  }
  return outermost;
}
