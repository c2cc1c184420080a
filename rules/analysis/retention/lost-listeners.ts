import type { TSESTree } from "@typescript-eslint/utils";
import { calleeOf, calleePlace } from "../invocations.js";
import type { Leak } from "../leak.js";
import {
  calleeName,
  functionOf,
  isFunction,
  normalisedText,
  unwrap,
  variableNamed,
  walk,
  type FunctionNode,
  type Node,
  type SourceCode,
} from "../syntax.js";
import { instancePath } from "./holder-path.js";
import { declarationOf, lifespanOf } from "./lifespan.js";
import { loopSince } from "./loops.js";
import { isEventsOnce, lastName } from "./operands.js";
import { originOf, type Race } from "./races.js";

/** An operand that is a promise made for the race, and left with a listener on something older when it loses. */
export function lostListener(sourceCode: SourceCode, race: Race, operand: Node): Leak | null {
  const origin = originOf(sourceCode, operand);
  if (origin.type !== "CallExpression") return null;
  return lostOnce(sourceCode, race, origin) ?? lostSignal(sourceCode, race, origin);
}

/** `once(bus, "x")` against something else: the emitter keeps its listeners until the event comes. */
function lostOnce(sourceCode: SourceCode, race: Race, origin: TSESTree.CallExpression): Leak | null {
  const [emitter, event, options] = origin.arguments;
  if (!emitter || !event || !isEventsOnce(sourceCode, origin.callee)) return null;
  if (options && /signal|\.\.\./.test(sourceCode.getText(options))) return null;
  const others = race.operands.filter((operand) => originOf(sourceCode, operand) !== origin);
  const lifespan = lifespanOf(sourceCode, emitter, race.call);
  const isAgainstItself = others.every((other) => isOnceOf(sourceCode, other, emitter));
  const isOwn = lifespan === null || lifespan === "call" || (lifespan === "caller" && isAgainstItself);
  if (others.length === 0 || (isOwn && !loopSince(race.call, declarationOf(sourceCode, emitter)))) return null;
  return leakOf(sourceCode, "once", emitter, origin, lifespan === "module" && !isAgainstItself, {
    event: sourceCode.getText(event),
  });
}

function isOnceOf(sourceCode: SourceCode, operand: Node, emitter: Node): boolean {
  const origin = originOf(sourceCode, operand);
  const [first] = origin.type === "CallExpression" ? origin.arguments : [];
  return first !== undefined && normalisedText(sourceCode, first) === normalisedText(sourceCode, emitter);
}

/** `race([aborted(signal), work])`: a promise for each race, which the signal's listener keeps. */
function lostSignal(sourceCode: SourceCode, race: Race, origin: TSESTree.CallExpression): Leak | null {
  const [signal, ...rest] = origin.arguments.map(unwrap);
  if (!signal || rest.length > 0 || !/signal$/i.test(lastName(signal))) return null;
  if (!/abort|signal|cancel/i.test(calleeName(calleeOf(origin.callee)))) return null;
  const lifespan = lifespanOf(sourceCode, signal, race.call);
  const isOuter = lifespan === "module" || lifespan === "instance" || lifespan === "closure";
  if (!isOuter && !loopSince(race.call, declarationOf(sourceCode, signal))) return null;
  if (showsListener(sourceCode, origin)) return null;
  return leakOf(sourceCode, "signal", signal, origin, false, {});
}

/** A function of the file that adds the listener itself is the listener rules' to report. */
function showsListener(sourceCode: SourceCode, { callee }: TSESTree.CallExpression): boolean {
  const helper = callee.type === "Identifier" ? variableNamed(sourceCode, callee)?.defs[0]?.node : null;
  return helper ? /addEventListener|onabort/.test(sourceCode.getText(helper)) : false;
}

/** The functions that a helper of the file makes, one of which is the listener. */
function functionsIn(sourceCode: SourceCode, { callee }: TSESTree.CallExpression): FunctionNode[] {
  const variable = callee.type === "Identifier" ? variableNamed(sourceCode, callee) : null;
  const helper = variable && functionOf(variable);
  const functions: FunctionNode[] = [];
  if (!helper) return functions;
  walk(sourceCode, helper.body, (node) => {
    if (isFunction(node)) functions.push(node);
    return true;
  });
  return functions;
}

function leakOf(
  sourceCode: SourceCode,
  messageId: "once" | "signal",
  holder: Node,
  origin: TSESTree.CallExpression,
  isLikely: boolean,
  rest: Readonly<Record<string, string>>,
): Leak {
  const name = sourceCode.getText(holder);
  return {
    messageId,
    data: { holder: name, ...rest },
    place: calleePlace(origin.callee),
    isLikely,
    holder: {
      kind: "listener",
      name,
      container: "unknown",
      expression: holder,
      ...instancePath(holder),
      closures: functionsIn(sourceCode, origin),
    },
    acquisitions: [origin],
    releases: [],
  };
}
