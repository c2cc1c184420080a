import {
  isClassConstructor,
  functionAround,
  isFunction,
  isInside,
  propertyName,
  variableNamed,
  walk,
  type FunctionNode,
  type Node,
  type SourceCode,
} from "../syntax.js";
import { fieldReferences } from "./handles.js";

/** `if (running) return;` and `if (!this.started) { … }`: a flag that outlives the call decides. */
export function isGuarded(sourceCode: SourceCode, around: FunctionNode, call: Node): boolean {
  let isFound = false;
  walk(sourceCode, around.body, (node) => {
    if (isFound || node.range[0] > call.range[0] || isFunction(node)) return false;
    if (node.type !== "IfStatement") return true;
    const leaves = /\b(?:return|throw)\b/.test(sourceCode.getText(node.consequent));
    if ((leaves || isInside(call, node)) && readsState(sourceCode, node.test, around)) isFound = true;
    return true;
  });
  return isFound;
}

/** Whether a condition reads what calls change: not an option that the constructor was given. */
function readsState(sourceCode: SourceCode, test: Node, around: FunctionNode): boolean {
  let reads = false;
  walk(sourceCode, test, (node) => {
    if (node.type === "MemberExpression" && node.object.type === "ThisExpression") {
      reads ||= changes(fieldReferences(sourceCode, propertyName(node) ?? ""));
    }
    const variable = node.type === "Identifier" ? variableNamed(sourceCode, node) : null;
    const [declared] = variable?.identifiers ?? [];
    if (variable && declared && !isInside(declared, around)) {
      reads ||= variable.references.some((reference) => reference.isWrite() && reference.init !== true);
    }
    return !reads;
  });
  return reads;
}

/** Whether a field is written outside the constructor, or is a method. */
function changes(references: readonly Node[]): boolean {
  return references.some(({ parent }, index) => {
    const node = references[index];
    if (!parent || !node) return false;
    if (parent.type === "CallExpression") return parent.callee === node;
    const around = functionAround(node);
    return parent.type === "AssignmentExpression" && parent.left === node && !(around && isClassConstructor(around));
  });
}
