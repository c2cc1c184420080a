import { importSource } from "../imports.js";
import { calleeOf } from "../invocations.js";
import { calleeName, unwrap, variableNamed, type Node, type SourceCode } from "../syntax.js";
import { rootOf } from "./lifespan.js";
import { chainedPromise, originOf } from "./races.js";

/** What settles when something ends, and so stays pending as long as it goes on. */
const TERMINAL =
  /abort|cancel|clos(?:e|ing)|dispos|stop|shut_?down|exit|terminat|kill|disconnect|destroy|never|quit|crash|unload|interrupt|failure/i;
const TIMER = /^(?:delay|sleep|wait|after|timer)/i;
const TIMED = /time(?:out|r|d)|delay|sleep|deadline|tick/i;

/** Whether a promise's name says that it settles when something ends. */
export function isTerminal(name: string): boolean {
  return TERMINAL.test(name) && !TIMED.test(name);
}

/** Whether an operand settles by the clock: a race against it waits for the others. */
export function isTimer(sourceCode: SourceCode, operand: Node): boolean {
  const origin = originOf(sourceCode, operand);
  if (origin.type === "NewExpression")
    return /setTimeout|setInterval|requestAnimationFrame/.test(sourceCode.getText(origin));
  if (origin.type === "CallExpression") {
    const name = calleeName(origin.callee);
    return TIMER.test(name) || TIMED.test(name);
  }
  return TIMED.test(lastName(chainedPromise(operand)));
}

/** Whether a callee is the `once` of Node's `events`, which answers with a promise. */
export function isEventsOnce(sourceCode: SourceCode, callee: Node): boolean {
  const called = calleeOf(callee);
  const root = rootOf(called);
  if (calleeName(called) !== "once" || root.type !== "Identifier") return false;
  const variable = variableNamed(sourceCode, root);
  return variable !== null && /^(node:)?events$/.test(importSource(variable) ?? "");
}

/** The last name of a variable or property: `signal` of `options.signal`. */
export function lastName(node: Node): string {
  const inner = unwrap(node);
  return inner.type === "Identifier" || inner.type === "MemberExpression" ? calleeName(inner) : "";
}
