import type { TSESTree } from "@typescript-eslint/utils";
import { calleePlace, invocationsOf, receiverOf } from "../invocations.js";
import type { Leak } from "../leak.js";
import {
  classAround,
  calleeName,
  isFunction,
  normalisedText,
  unwrap,
  variableNamed,
  walk,
  type Node,
  type SourceCode,
} from "../syntax.js";
import { fieldName, fieldWrites } from "./fields.js";
import { instancePath } from "./holder-path.js";
import { lifespanOf } from "./lifespan.js";
import { onlyValue } from "./races.js";
import { wordsOf } from "../words.js";

/** `registry.register(target, held)` whose held value holds the target: it is never collected, and nothing is called. */
export function heldTargets(sourceCode: SourceCode): readonly Leak[] {
  if (!wordsOf(sourceCode).has("FinalizationRegistry")) return [];
  return invocationsOf(sourceCode, ["register"]).flatMap((call): readonly Leak[] => {
    const [target, held] = call.arguments;
    const registry = receiverOf(call);
    if (call.type !== "CallExpression" || !target || !held || !registry) return [];
    if (!isFinalizationRegistry(sourceCode, registry)) return [];
    const lifespan = lifespanOf(sourceCode, registry, call);
    if (lifespan === "call" || lifespan === "caller" || !holds(sourceCode, held, target)) return [];
    const name = sourceCode.getText(registry);
    const value = unwrap(held);
    return [
      {
        messageId: "finalizer",
        data: { holder: name, target: sourceCode.getText(target) },
        place: calleePlace(call.callee),
        isLikely: true,
        holder: {
          kind: "context",
          name,
          container: "unknown",
          expression: registry,
          ...instancePath(registry),
          closures: isFunction(value) ? [value] : [],
        },
        acquisitions: [call],
        releases: [],
      },
    ];
  });
}

function isFinalizationRegistry(sourceCode: SourceCode, registry: Node): boolean {
  const isMade = (value: Node | null) =>
    value !== null &&
    unwrap(value).type === "NewExpression" &&
    calleeName((unwrap(value) as TSESTree.NewExpression).callee) === "FinalizationRegistry";
  if (registry.type === "Identifier") {
    const variable = variableNamed(sourceCode, registry);
    return variable !== null && isMade(onlyValue(variable));
  }
  const owner = classAround(registry);
  const name = fieldName(registry);
  return owner !== null && name !== null && fieldWrites(sourceCode, owner, name).some(({ value }) => isMade(value));
}

/** Whether a value holds the target: in a literal, or by a closure that uses it. */
function holds(sourceCode: SourceCode, held: Node, target: Node): boolean {
  const value = unwrap(held);
  const name = normalisedText(sourceCode, target);
  const isTarget = (node: Node) => normalisedText(sourceCode, node) === name;
  if (value.type === "Identifier") {
    const variable = variableNamed(sourceCode, value);
    const made = variable && onlyValue(variable);
    return made !== null && made.type !== "Identifier" && holds(sourceCode, made, target);
  }
  switch (value.type) {
    case "ObjectExpression":
      return value.properties.some(
        (property) =>
          property.type === "Property" && (isTarget(property.value) || holds(sourceCode, property.value, target)),
      );
    case "ArrayExpression":
      return value.elements.some(
        (element) => element !== null && (isTarget(element) || holds(sourceCode, element, target)),
      );
    case "ArrowFunctionExpression":
    case "FunctionExpression":
      return mentions(sourceCode, value, name);
    case "CallExpression":
      return calleeName(value.callee) === "bind" && value.arguments.some(isTarget);
    default:
      return false;
  }
}

function mentions(sourceCode: SourceCode, closure: Node, name: string): boolean {
  const ownThis = closure.type === "FunctionExpression";
  let isMentioned = false;
  walk(sourceCode, closure, (node) => {
    if (node.type === "ThisExpression" && name === "this" && !ownThis) isMentioned = true;
    if (node.type === "Identifier" && node.name === name) isMentioned = true;
    return !isMentioned;
  });
  return isMentioned;
}
