import { isLoadScope, runsAgain } from "../lifetime.js";
import {
  calleeName,
  functionAround,
  isFunction,
  isInside,
  unwrap,
  variableNamed,
  wrapped,
  type FunctionNode,
  type Node,
  type SourceCode,
  type Variable,
} from "../syntax.js";

/**
 * How long something lives, seen from code that reads it: as long as the module; as the object that is `this`; as the
 * call of an outer function, of which the code runs many times; as the caller likes; or no longer than the code's call.
 */
export type Lifespan = "module" | "instance" | "closure" | "caller" | "call";

/** The functions that compilers put async code into: they run once for each call of the function around them. */
const COMPILED_ASYNC =
  /^_*(?:tslib_\d*|)(?:_*(?:async|awaiter|generator|asyncToGenerator|asyncGenerator|wrapAsync\w*))$/;

/** How long what an expression names lives, for the code at `reader`; null where it names nothing. */
export function lifespanOf(sourceCode: SourceCode, expression: Node, reader: Node): Lifespan | null {
  const root = rootOf(expression);
  if (root.type === "ThisExpression") return "instance";
  if (root.type !== "Identifier") return null;
  const variable = variableNamed(sourceCode, root);
  if (!variable || variable.defs.length === 0) return "module";
  return isThisAlias(variable) ? "instance" : variableLifespan(sourceCode, variable, reader);
}

/** How long a variable lives, for the code at `reader`. */
export function variableLifespan(sourceCode: SourceCode, variable: Variable, reader: Node): Lifespan {
  const { block } = variable.scope.variableScope;
  const start = outOfCompiledAsync(reader);
  const owner = isFunction(block) && !isLoadScope(sourceCode, block) ? block : null;
  if (owner && !isInside(start, owner.body)) return "call";
  if (runsAgain(sourceCode, start, owner)) return owner ? "closure" : "module";
  return variable.defs.some(({ type }) => type === "Parameter") ? "caller" : "call";
}

/** `self` of `const self = this`, also as compilers write it. */
export function isThisAlias(variable: Variable): boolean {
  const [definition] = variable.defs;
  if (definition?.node.type !== "VariableDeclarator" || !definition.node.init) return false;
  return unwrap(definition.node.init).type === "ThisExpression";
}

/** The expression that a chain of properties starts from: `this` of `this.a.b`. */
export function rootOf(expression: Node): Node {
  let node = unwrap(expression);
  while (node.type === "MemberExpression") node = unwrap(node.object);
  return node;
}

/** The declaration of the variable that an expression starts from; null where it starts from none. */
export function declarationOf(sourceCode: SourceCode, expression: Node): Node | null {
  const root = rootOf(expression);
  return (root.type === "Identifier" && variableNamed(sourceCode, root)?.identifiers[0]) || null;
}

/** The function whose call runs a node: not a callback that a compiler made of `async`. */
export function runningFunction(node: Node): FunctionNode | null {
  return functionAround(outOfCompiledAsync(node));
}

function outOfCompiledAsync(node: Node): Node {
  let start = node;
  for (let around = functionAround(start); around; around = functionAround(start)) {
    const call = wrapped(around).parent;
    if (call?.type !== "CallExpression" || !COMPILED_ASYNC.test(calleeName(call.callee))) return start;
    start = call;
  }
  return start;
}
