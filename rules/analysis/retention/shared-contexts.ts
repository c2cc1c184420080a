import type { Leak } from "../leak.js";
import { isLoadScope } from "../lifetime.js";
import { outlives } from "../outlives.js";
import {
  calleeName,
  isFunction,
  unwrap,
  type FunctionNode,
  type Node,
  type SourceCode,
  type Variable,
} from "../syntax.js";
import { functionsMadeIn, isCaptured, uses } from "./closures.js";
import { isConstant } from "./slots.js";

const SIZED = /^(?:Array|ArrayBuffer|SharedArrayBuffer|(?:Big)?(?:Uint|Int|Float)\d+(?:Clamped)?Array)$/;
const BIG_CALL = /^(?:alloc|allocUnsafe|readFileSync|readFile|arrayBuffer|fill|repeat)$/;

/**
 * Closures that outlive their call without using a big value of it, which a closure beside them uses for a moment: they
 * share the context, and so keep the value.
 */
export function sharedContexts(sourceCode: SourceCode): readonly Leak[] {
  const leaks: Leak[] = [];
  if (
    !/\bnew\s+\w*Array(?:Buffer)?\s*[(<]|\b(?:alloc|allocUnsafe|readFileSync|readFile|arrayBuffer|fill|repeat)\(/.test(
      sourceCode.text,
    )
  )
    return leaks;
  for (const scope of sourceCode.scopeManager?.scopes ?? []) {
    const around = scope.variableScope.block;
    if (!isFunction(around)) continue;
    for (const variable of scope.variables) {
      if (!isBig(variable) || !isCaptured(variable) || !isConstant(variable)) continue;
      const keeper = keeperBeside(sourceCode, variable, around);
      if (!keeper) continue;
      const [identifier] = variable.identifiers;
      if (!identifier) continue;
      leaks.push({
        messageId: "sibling",
        data: { holder: variable.name, line: String(keeper.loc.start.line) },
        place: identifier,
        isLikely: false,
        holder: {
          kind: "context",
          name: variable.name,
          container: "unknown",
          expression: identifier,
          closures: [keeper],
        },
        acquisitions: [keeper],
        releases: [],
      });
    }
  }
  return leaks;
}

function isBig(variable: Variable): boolean {
  const declarator = variable.defs[0]?.node;
  if (declarator?.type !== "VariableDeclarator" || !declarator.init || declarator.id.type !== "Identifier")
    return false;
  const awaited = unwrap(declarator.init);
  const value = unwrap(awaited.type === "AwaitExpression" ? awaited.argument : awaited);
  const [size] = value.type === "NewExpression" || value.type === "CallExpression" ? value.arguments : [];
  if (value.type === "NewExpression")
    return SIZED.test(calleeName(value.callee)) && size !== undefined && !isSmall(size);
  return value.type === "CallExpression" && BIG_CALL.test(calleeName(value.callee)) && !(size && isSmall(size));
}

function isSmall(size: Node): boolean {
  const node = unwrap(size);
  return (
    (node.type === "Literal" && typeof node.value === "number" && node.value < 1024) ||
    node.type === "ArrayExpression" ||
    node.type === "ObjectExpression"
  );
}

/** A closure that outlives the call and does not use the variable, where those that use it do not outlive it. */
function keeperBeside(sourceCode: SourceCode, variable: Variable, around: FunctionNode): FunctionNode | null {
  if (isLoadScope(sourceCode, around)) return null;
  const made = functionsMadeIn(variable.scope);
  const users = made.filter((closure) => uses(closure, variable));
  if (users.length === 0 || users.some((closure) => outlives(sourceCode, closure.body, around))) return null;
  return made.find((closure) => !users.includes(closure) && outlives(sourceCode, closure.body, around)) ?? null;
}
