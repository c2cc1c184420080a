import { functionName } from "../calls.js";
import type { Leak } from "../leak.js";
import { variableNamed, wrapped, type Node, type SourceCode } from "../syntax.js";
import { memberAround } from "./fields.js";
import { instancePath } from "./holder-path.js";
import { lifespanOf, rootOf, runningFunction, type Lifespan } from "./lifespan.js";
import { isEndless, loopSince, type Loop } from "./loops.js";
import { lostListener } from "./lost-listeners.js";
import { isTerminal, isTimer } from "./operands.js";
import { chainedPromise, racesOf, type Race } from "./races.js";
import { isRemade, isReplaced } from "./remade.js";

const TEARDOWN =
  /^[#_]*(?:async|un)?(?:dispose|close|stop|destroy|shut_?down|end|exit|terminate|kill|abort|cancel|disconnect|quit|teardown|finish|cleanup|release|unmount|drain|flush|reset)/i;

/** Races that leave something behind when they are decided: one report for each race. */
export function raceLosers(sourceCode: SourceCode): readonly Leak[] {
  return racesOf(sourceCode).flatMap((race) => {
    const lost = race.operands.map((operand) => lostListener(sourceCode, race, operand));
    const kept = race.operands.map((operand) => keptReaction(sourceCode, race, operand));
    const [first] = [...lost, ...kept].filter((leak) => leak !== null);
    return first ? [first] : [];
  });
}

/** A race against a promise that was there before the race and will be there after it. */
function keptReaction(sourceCode: SourceCode, { call, operands }: Race, operand: Node): Leak | null {
  const promise = chainedPromise(operand);
  if (promise.type !== "Identifier" && promise.type !== "MemberExpression") return null;
  const lifespan = lifespanOf(sourceCode, promise, call);
  if (!lifespan || isConstantName(promise)) return null;
  const loop = loopAgainst(sourceCode, promise, call);
  if (!loop && !outlivesRaces(sourceCode, promise, call, lifespan)) return null;
  const name = sourceCode.getText(promise);
  const others = operands.filter((other) => other !== operand);
  const isWork = (other: Node) => isFreshWork(sourceCode, other, lifespan);
  const isRepeated = loop
    ? isEndless(loop)
    : !isReplaced(sourceCode, promise) && !(lifespan === "closure" && isInPlaceCallback(call)) && others.some(isWork);
  return {
    messageId: "race",
    data: { holder: name, again: againText(call, loop) },
    place: promise,
    // A race of a last event against a timer waits for that event: it is not run again and again.
    isLikely: isRepeated && isTerminal(name) && !others.every((other) => isTimer(sourceCode, other)),
    holder: {
      kind: "promise",
      name,
      container: "unknown",
      expression: promise,
      ...instancePath(promise),
      closures: [],
    },
    acquisitions: [call],
    releases: [],
  };
}

/** The loop around a race that started after the promise was made. */
function loopAgainst(sourceCode: SourceCode, promise: Node, call: Node): Loop | null {
  const root = rootOf(promise);
  const variable = root.type === "Identifier" ? variableNamed(sourceCode, root) : null;
  const loop = loopSince(call, variable?.identifiers[0] ?? null);
  return loop && !isRemade(sourceCode, promise, loop) ? loop : null;
}

/** Whether a promise that the race's function did not make sees many of its calls. */
function outlivesRaces(sourceCode: SourceCode, promise: Node, call: Node, lifespan: Lifespan): boolean {
  const around = runningFunction(call);
  if (!around || lifespan === "call" || lifespan === "caller" || runsOnce(call, lifespan)) return false;
  return !isRemade(sourceCode, promise, around);
}

/** Whether a constructor, or a method that ends its object, races: once for each object. */
function runsOnce(call: Node, lifespan: Lifespan): boolean {
  const around = runningFunction(call);
  const name = (around && functionName(around)?.split(".").at(-1)) ?? memberAround(call) ?? "";
  return TEARDOWN.test(name) || (lifespan === "instance" && memberAround(call) === "constructor");
}

/**
 * Whether an operand is work that the function is given, as a helper is that is called again and again; or, against
 * what is no object's own, work that it starts.
 */
function isFreshWork(sourceCode: SourceCode, operand: Node, lifespan: Lifespan): boolean {
  const work = chainedPromise(operand);
  if (work.type !== "Identifier") return work.type === "CallExpression" && lifespan !== "instance";
  return variableNamed(sourceCode, work)?.defs[0]?.type === "Parameter";
}

/** Whether the race runs in a callback in place, of which nothing says how often it runs. */
function isInPlaceCallback(call: Node): boolean {
  const around = runningFunction(call);
  const parent = around && wrapped(around).parent;
  return parent?.type === "CallExpression" || parent?.type === "NewExpression";
}

/** `State.Closed` is no promise. */
function isConstantName(node: Node): boolean {
  return node.type === "MemberExpression" && node.property.type === "Identifier" && /^[A-Z]/.test(node.property.name);
}

function againText(call: Node, loop: Loop | null): string {
  if (loop) return `in each turn of the loop at line ${loop.loc.start.line}`;
  const around = runningFunction(call);
  const name = around && functionName(around);
  return name ? `in each call of \`${name.split(".").at(-1)}()\`` : "in each call";
}
