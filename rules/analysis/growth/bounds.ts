import { reaches } from "../calls.js";
import { constructionOf } from "./containers.js";
import type { Holder, Operation } from "./holder.js";
import { numericValue } from "./limits.js";
import type { Growing } from "./sanitizers.js";
import { functionAround, isFunction, isInside, unwrap, type Node, type SourceCode } from "../syntax.js";

/** `if (cache.size >= LIMIT)` around a growth, before a removal, or before a way out. */
export function isSizeBound(growing: Growing): boolean {
  return boundsSize(growing, isLimit);
}

/** Compared with something that may be a limit. */
export function isCompared(growing: Growing): boolean {
  return boundsSize(growing, (_sourceCode, limit) => unwrap(limit).type !== "Literal");
}

/** Whether the holder's size is held against a limit whose value the file does not tell: `size > options.max`. */
export function hasUnknownLimit(sourceCode: SourceCode, holder: Holder): boolean {
  return holder.measures.some((measured) => {
    const limit = comparedWith(measured);
    if (!limit || !testAround(measured) || numericValue(sourceCode, limit) !== null) return false;
    return LIMIT_NAME.test(sourceCode.getText(limit));
  });
}

type LimitTest = (sourceCode: SourceCode, limit: Node) => boolean;

function boundsSize({ sourceCode, holder, growths }: Growing, isBound: LimitTest): boolean {
  const shrinks = [...holder.removals, ...holder.empties].map(({ node }) => node);
  return holder.measures.some((measured) => {
    const test = testAround(measured);
    const limit = comparedWith(measured);
    const around = functionAround(measured);
    if (!test || !limit || !around || !isBound(sourceCode, limit)) return false;
    if (growths.some(({ node }) => isInside(node, around))) {
      return shrinks.length > 0 || growths.some(({ node }) => isInside(node, test)) || isWayOut(sourceCode, test);
    }
    const growers = growths.map(({ node }) => functionAround(node));
    return (
      shrinks.some((node) => isInside(node, around)) &&
      growers.some((grower) => grower && reaches(sourceCode, grower, around))
    );
  });
}

/** The statement or expression whose condition a measure decides; loops that only walk the collection do not count. */
function testAround(measured: Node): Node | null {
  let child = measured;
  for (let up = measured.parent; up && !isFunction(up); child = up, up = up.parent) {
    if (up.type === "ForStatement") return null;
    const isTest = "test" in up && up.test === child;
    if (isTest || (up.type === "LogicalExpression" && up.left === child)) return up;
    if (/Statement$/.test(up.type) || up.type === "VariableDeclaration")
      return up.type === "ReturnStatement" ? up : null;
  }
  return null;
}

function comparedWith(measured: Node): Node | null {
  const comparison = measured.parent;
  if (comparison?.type !== "BinaryExpression" || !/^([<>]=?|===?)$/.test(comparison.operator)) return null;
  return comparison.left === measured ? comparison.right : comparison.left;
}

function isLimit(sourceCode: SourceCode, limit: Node): boolean {
  const value = numericValue(sourceCode, limit);
  return value === null ? LIMIT_NAME.test(sourceCode.getText(limit)) : value > 1;
}

const LIMIT_NAME = /max|limit|capacity|size|bound|threshold/i;

function isWayOut(sourceCode: SourceCode, test: Node): boolean {
  return (
    test.type === "IfStatement" && /^\{?\s*(return|throw|break|continue)\b/.test(sourceCode.getText(test.consequent))
  );
}

/** `if (!table.length) for (…) table.push(…)`. */
export function isFilledOnce(holder: Holder, growth: Operation): boolean {
  return holder.measures.some((measured) => {
    for (let up = measured.parent; up && !isFunction(up); up = up.parent) {
      if (up.type !== "IfStatement") continue;
      if (!isInside(measured, up.test) || !isInside(growth.node, up.consequent)) return false;
      return isEmptyTest(measured);
    }
    return false;
  });
}

function isEmptyTest(measured: Node): boolean {
  const parent = measured.parent;
  if (parent?.type === "UnaryExpression") return parent.operator === "!";
  return (
    parent?.type === "BinaryExpression" &&
    /^===?$|^<$/.test(parent.operator) &&
    parent.right.type === "Literal" &&
    Number(parent.right.value) <= 1
  );
}

/** `table = new Map(); for (…) table.set(…);`: the same run of the function has made the collection, just before. */
export function isMadeAnew(holder: Holder, growth: Operation): boolean {
  const around = functionAround(growth.node);
  const made = [...holder.initialisers, ...holder.empties.flatMap(({ values }) => values)];
  return made.some((value) => {
    const assignment = value.parent;
    if (assignment?.type !== "AssignmentExpression" || assignment.operator !== "=") return false;
    if (assignment.right !== value || !isNewCollection(value) || functionAround(assignment) !== around) return false;
    const block = assignment.parent.type === "ExpressionStatement" ? assignment.parent.parent : null;
    return block !== null && assignment.range[1] <= growth.node.range[0] && isInside(growth.node, block);
  });
}

function isNewCollection(value: Node): boolean {
  const node = unwrap(value);
  return (
    /^(?:NewExpression|ArrayExpression|ObjectExpression|CallExpression)$/.test(node.type) &&
    constructionOf(node) !== null
  );
}
