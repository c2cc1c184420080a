import {
  isClassConstructor,
  functionAround,
  isFunction,
  unwrap,
  wrapped,
  calleeName,
  type FunctionNode,
  type Node,
  type SourceCode,
  type Variable,
} from "../syntax.js";
import { isLoadScope } from "../lifetime.js";
import { valuesOfField } from "./fields.js";
import { identityOf, lastName, type Identity } from "./identity.js";
import type { Registration } from "./registrations.js";

/**
 * How long an `AbortSignal` lives, seen from the work that listens to it. `own`: as long as the work. `foreign`: a
 * caller's, an option's, a module's, which many pieces of work may share. `unknown`: the file does not tell.
 */
export type SignalLifetime = "own" | "foreign" | "unknown";

const REQUEST = /^(?:c|ctx|context|req|request|e|ev|event|evt|msg|message|raw|controller|res|response)$/;

/** Whether a receiver of `abort` listeners is an `AbortSignal`, and no request, file reader or media element. */
export function isSignal(sourceCode: SourceCode, { receiver }: Registration): boolean {
  const name = lastName(receiver);
  if (name === null || name === "this")
    return receiver.root.kind === "value" && /signal/i.test(sourceCode.getText(receiver.root.node));
  if (/signal/i.test(name)) return true;
  const { root, properties } = receiver;
  if (root.kind !== "variable" || properties.length > 0) return false;
  const annotation = root.variable.identifiers[0]?.typeAnnotation;
  return annotation ? /\bAbortSignal\b/.test(sourceCode.getText(annotation)) : false;
}

export function signalLifetime(sourceCode: SourceCode, { receiver, call }: Registration): SignalLifetime {
  return lifetimeOf(sourceCode, receiver, functionAround(call), 0);
}

function lifetimeOf(
  sourceCode: SourceCode,
  { root, properties }: Identity,
  around: FunctionNode | null,
  depth: number,
): SignalLifetime {
  switch (root.kind) {
    case "global":
      return properties.length === 0 && !/signal/i.test(root.name) ? "unknown" : "foreign";
    case "value":
      return isMade(root.node) ? "own" : "unknown";
    case "this": {
      const [field = ""] = properties;
      const values = valuesOfField(sourceCode, root.owner, field);
      const isOwn =
        values.length > 0 && values.every((value) => depth < 3 && isOfInstance(sourceCode, value, around, depth));
      if (!isOwn) return "foreign";
      // A controller of the instance outlives the methods that are called again on it, not its construction.
      return around && isClassConstructor(around) ? "own" : "unknown";
    }
    case "variable":
      return ofVariable(sourceCode, root.variable, properties);
  }
}

function isOfInstance(sourceCode: SourceCode, value: Node, around: FunctionNode | null, depth: number): boolean {
  if (isMade(value)) return true;
  if (value.type === "Literal" || (value.type === "Identifier" && value.name === "undefined")) return true;
  return (
    value.type === "MemberExpression" &&
    lifetimeOf(sourceCode, identityOf(sourceCode, value), around, depth + 1) !== "foreign"
  );
}

/** `new AbortController()`, `AbortSignal.timeout(…)`, `AbortSignal.any(…)` and their `signal`. */
function isMade(value: Node): boolean {
  const node = unwrap(value);
  if (node.type === "MemberExpression") return isMade(node.object);
  if (node.type === "NewExpression") return true;
  if (node.type !== "CallExpression") return false;
  return (
    /^(?:timeout|any|abort|anySignal)$/.test(calleeName(node.callee)) ||
    /(?:create|make|new|combine|merge|compose|link)/i.test(calleeName(node.callee))
  );
}

function ofVariable(sourceCode: SourceCode, variable: Variable, properties: readonly string[]): SignalLifetime {
  const [definition] = variable.defs;
  if (definition?.type === "ImportBinding") return "foreign";
  if (definition?.type === "Parameter") {
    const [first, second] = properties;
    const isRequest = REQUEST.test(variable.name) && properties.length > 0;
    // Whoever hands over a controller made it for this piece of work.
    if (/controller$/i.test(properties.at(-2) ?? variable.name) && properties.at(-1) === "signal") return "unknown";
    if (isRequest || (second !== undefined && first !== undefined && REQUEST.test(first))) return "unknown";
    return isHandedOver(definition.node) ? "unknown" : "foreign";
  }
  const { block } = variable.scope.variableScope;
  if (!isFunction(block) || isLoadScope(sourceCode, block)) return "foreign";
  const writes = variable.references.filter((reference) => reference.isWrite());
  const values = writes.map(({ writeExpr }) => writeExpr).filter((value) => value !== null && value !== undefined);
  if (values.length > 0 && values.every((value) => isMade(value))) return "own";
  return "unknown";
}

/** The parameters of a callback come from whom it is handed to, often made for this very call. */
function isHandedOver(declared: Node): boolean {
  if (!isFunction(declared)) return false;
  const outer = wrapped(declared);
  const { parent } = outer;
  return parent?.type === "CallExpression" && parent.callee !== outer;
}
