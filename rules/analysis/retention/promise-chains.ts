import type { TSESTree } from "@typescript-eslint/utils";
import { invocationsOf, receiverOf } from "../invocations.js";
import type { Leak } from "../leak.js";
import {
  classAround,
  calleeName,
  isFunction,
  isInside,
  normalisedText,
  propertyName,
  unwrap,
  walk,
  wrapped,
  type FunctionNode,
  type Node,
  type SourceCode,
} from "../syntax.js";
import { instancePath } from "./holder-path.js";
import { fieldName, fieldWrites } from "./fields.js";
import { lifespanOf, rootOf } from "./lifespan.js";
import { variableNamed } from "../syntax.js";

/** `tail = tail.then(…)` and `all = Promise.all([all, …])` whose value holds what all links before it answered. */
export function growingChains(sourceCode: SourceCode): readonly Leak[] {
  const leaks: Leak[] = [];
  for (const call of invocationsOf(sourceCode, ["then", "all", "allSettled"])) {
    const assignment = wrapped(call).parent;
    if (call.type !== "CallExpression" || assignment?.type !== "AssignmentExpression") continue;
    if (assignment.operator !== "=" || unwrap(assignment.right) !== call) continue;
    const target = unwrap(assignment.left);
    if (!accumulates(sourceCode, call, target)) continue;
    const lifespan = lifespanOf(sourceCode, target, call);
    if (lifespan !== "module" && lifespan !== "instance" && lifespan !== "closure") continue;
    const name = sourceCode.getText(target);
    leaks.push({
      messageId: "chain",
      data: { holder: name },
      place: target,
      isLikely: !isReset(sourceCode, target),
      holder: {
        kind: "promise",
        name,
        container: "unknown",
        expression: target,
        ...instancePath(target),
        closures: call.arguments.filter((argument) => isFunction(argument)),
      },
      acquisitions: [assignment],
      releases: [],
    });
  }
  return leaks;
}

function accumulates(sourceCode: SourceCode, call: TSESTree.CallExpression, target: Node): boolean {
  const name = normalisedText(sourceCode, target);
  const isTarget = (node: Node) => normalisedText(sourceCode, node) === name;
  const [first] = call.arguments;
  if (!first) return false;
  if (calleeName(call.callee) !== "then") {
    const receiver = receiverOf(call);
    if (!receiver || !/Promise$/.test(calleeName(receiver)) || first.type !== "ArrayExpression") return false;
    return first.elements.some((element) => element !== null && isTarget(element));
  }
  const receiver = receiverOf(call);
  return receiver !== null && isTarget(chainStart(receiver)) && isFunction(first) && carriesOn(sourceCode, first);
}

/** `tail` of `tail.catch(report)`, which answers what `tail` does. */
function chainStart(receiver: Node): Node {
  let node = unwrap(receiver);
  while (node.type === "CallExpression" && /^(catch|finally)$/.test(calleeName(node.callee))) {
    const member = unwrap(node.callee);
    if (member.type !== "MemberExpression") break;
    node = unwrap(member.object);
  }
  return node;
}

/** Whether what a callback answers holds what it was given, and something more. */
function carriesOn(sourceCode: SourceCode, callback: FunctionNode): boolean {
  const [parameter] = callback.params;
  if (parameter?.type !== "Identifier") return false;
  const { name } = parameter;
  const isParameter = (node: Node | null) =>
    node !== null && unwrap(node).type === "Identifier" && nameOf(node) === name;
  const [variable] = sourceCode.getDeclaredVariables(callback).filter((declared) => declared.name === name);
  const isPushedTo =
    variable?.references.some(({ identifier }) => {
      const member = identifier.parent;
      return (
        member?.type === "MemberExpression" &&
        member.object === identifier &&
        /^(push|unshift|add|set)$/.test(propertyName(member) ?? "")
      );
    }) ?? false;
  return answersOf(sourceCode, callback).some((answer) => {
    if (isParameter(answer)) return isPushedTo;
    switch (answer.type) {
      case "ArrayExpression":
        return answer.elements.some(
          (element) => isParameter(element) || (element?.type === "SpreadElement" && isParameter(element.argument)),
        );
      case "ObjectExpression":
        return answer.properties.some((property) => property.type === "Property" && isParameter(property.value));
      case "CallExpression": {
        const receiver = receiverOf(answer);
        return calleeName(answer.callee) === "concat" && (isParameter(receiver) || answer.arguments.some(isParameter));
      }
      default:
        return false;
    }
  });
}

/** The expressions that a function may answer. */
function answersOf(sourceCode: SourceCode, callback: FunctionNode): readonly Node[] {
  if (callback.body.type !== "BlockStatement") return [unwrap(callback.body)];
  const answers: Node[] = [];
  walk(sourceCode, callback.body, (node) => {
    if (node.type === "ReturnStatement" && node.argument) answers.push(unwrap(node.argument));
    return !isFunction(node);
  });
  return answers;
}

/** Whether some code starts the chain anew. */
function isReset(sourceCode: SourceCode, target: Node): boolean {
  const name = normalisedText(sourceCode, target);
  const isOnward = (value: Node | null) => value !== null && normalisedText(sourceCode, value).includes(name);
  const root = rootOf(target);
  if (target.type === "Identifier" || root.type === "Identifier") {
    const variable = root.type === "Identifier" ? variableNamed(sourceCode, root) : null;
    const writes = variable?.references.filter((reference) => reference.isWrite() && reference.init !== true) ?? [];
    return writes.some(({ writeExpr }) => !isOnward(writeExpr ?? null));
  }
  const owner = classAround(target);
  const field = fieldName(target);
  if (!owner || field === null) return false;
  const resets = fieldWrites(sourceCode, owner, field).filter(({ value }) => !isOnward(value));
  return resets.some(({ node }) => node.type === "AssignmentExpression" && !isInConstructor(node, owner));
}

function isInConstructor(node: Node, owner: Node): boolean {
  for (let up = node.parent; up && up !== owner; up = up.parent) {
    if (up.type === "MethodDefinition") return up.kind === "constructor" && isInside(node, up);
  }
  return false;
}

function nameOf(node: Node): string {
  const inner = unwrap(node);
  return inner.type === "Identifier" ? inner.name : "";
}
