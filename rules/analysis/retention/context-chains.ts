import type { TSESTree } from "@typescript-eslint/utils";
import type { Leak } from "../leak.js";
import { isLoadScope } from "../lifetime.js";
import { enclosingScopes } from "../scopes.js";
import { functionAround, isFunction, isInside, type FunctionNode, type SourceCode, type Variable } from "../syntax.js";
import { memberAround } from "./fields.js";
import { closuresIn, isCaptured, uses } from "./closures.js";
import { guardOf } from "./guards.js";
import { instancePath } from "./holder-path.js";
import { lifespanOf, rootOf, type Lifespan } from "./lifespan.js";
import { assignmentsTo, isConstant, slotRead } from "./slots.js";

/**
 * Places whose new value keeps the old one: `const previous = current; … current = { log() {} }`, where the closure of
 * the new value, or one beside it, uses `previous`. V8 gives all closures of a scope one context: what one of them
 * uses, each of them keeps.
 */
export function contextChains(sourceCode: SourceCode): readonly Leak[] {
  const leaks: Leak[] = [];
  for (const scope of enclosingScopes(sourceCode)) {
    const around = scope.variableScope.block;
    if (!isFunction(around)) continue;
    for (const variable of scope.variables) {
      const leak = chainThrough(sourceCode, variable, around);
      if (leak) leaks.push(leak);
    }
  }
  return leaks;
}

function chainThrough(sourceCode: SourceCode, previous: Variable, around: FunctionNode): Leak | null {
  const declarator = previous.defs[0]?.node;
  if (declarator?.type !== "VariableDeclarator" || declarator.id.type !== "Identifier" || !declarator.init) return null;
  const slot = slotRead(declarator.init);
  if (!slot || !isCaptured(previous) || !isConstant(previous)) return null;
  // Few places are read and written in one function, and only those are worth the questions that cost.
  const assignments = assignmentsTo(sourceCode, slot, around);
  if (assignments.length === 0 || isLoadScope(sourceCode, around)) return null;
  const lifespan = lifespanOf(sourceCode, slot, declarator);
  if (lifespan === null || lifespan === "call") return null;
  for (const assignment of assignments) {
    const kept = closuresIn(sourceCode, assignment.right).filter(
      (closure) => isInside(closure, previous.scope.block) && functionAround(closure) === functionAround(declarator),
    );
    if (kept.length === 0 || isRestored(assignment, previous)) continue;
    const explicit = kept.some((closure) => uses(closure, previous));
    const guard = explicit ? guardOf(sourceCode, assignment, slot, around) : "none";
    // A parameter is another object each time, unless the code itself looks whether it has seen it.
    if (guard === "full" || (lifespan === "caller" && (guard === "none" || slot.type === "Identifier"))) continue;
    const name = sourceCode.getText(slot);
    return {
      messageId: explicit ? "rewrap" : "context",
      data: { holder: name, previous: previous.name, line: String(captureLine(previous)) },
      place: assignment.left,
      isLikely: explicit ? isRepatched(assignment, lifespan, slot) : true,
      holder: { kind: "context", name, container: "unknown", expression: slot, ...instancePath(slot), closures: kept },
      acquisitions: [assignment],
      releases: [],
    };
  }
  return null;
}

/** The line of a closure's use of the variable. */
function captureLine(variable: Variable): number {
  const capture = variable.references.find(({ from }) => from.variableScope !== variable.scope.variableScope);
  return capture?.identifier.loc.start.line ?? 0;
}

/** Whether some code puts the old value back: `console.log = original`. */
function isRestored(assignment: TSESTree.AssignmentExpression, previous: Variable): boolean {
  return previous.references.some(({ identifier }) => {
    const parent = identifier.parent;
    return parent?.type === "AssignmentExpression" && parent.right === identifier && parent !== assignment;
  });
}

/** Functions that patch are meant to run once; a constructor, or a method of a class, is not. */
function isRepatched(assignment: TSESTree.AssignmentExpression, lifespan: Lifespan, slot: TSESTree.Node): boolean {
  if (slot.type !== "MemberExpression" || rootOf(slot).type === "ThisExpression") return false;
  return lifespan === "module" && memberAround(assignment) === "constructor";
}
