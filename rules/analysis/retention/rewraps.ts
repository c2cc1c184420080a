import type { TSESTree } from "@typescript-eslint/utils";
import { functionName } from "../calls.js";
import { invocationsOf, receiverOf, type Invocation } from "../invocations.js";
import type { Leak } from "../leak.js";
import { runsAgain } from "../lifetime.js";
import { functionAround, isFunction, normalisedText, unwrap, wrapped, type Node, type SourceCode } from "../syntax.js";
import { capturesCall } from "./closures.js";
import { memberAround } from "./fields.js";
import { guardOf } from "./guards.js";
import { instancePath } from "./holder-path.js";
import { membersNamed } from "../mentions.js";
import { lifespanOf } from "./lifespan.js";
import { slotRead } from "./slots.js";

const WRAPPERS = [
  ...["bind", "partial", "curry", "before", "after", "decorate", "debounce", "throttle", "compose"],
  ...["memoize", "memoise"],
];
const WRAPPER_PREFIXES = ["wrap", "patch", "instrument", "shim", "intercept"];
/** A call's name, after which `)` may end the `(0, wrap)` of compilers. */
const PREFIXED_WRAPPER = new RegExp(`\\b(?:${WRAPPER_PREFIXES.join("|")})(?:[A-Z_]\\w*)?(?=\\s*[(<)])`, "g");

/** `x.f = wrap(x.f)` in code that runs again: each run wraps the wrapper of the run before. */
export function rewraps(sourceCode: SourceCode): readonly Leak[] {
  const { text } = sourceCode;
  const isPrefixed = WRAPPER_PREFIXES.some((prefix) => text.includes(prefix));
  const prefixed = new Set(isPrefixed ? text.match(PREFIXED_WRAPPER) : []);
  return invocationsOf(sourceCode, [...WRAPPERS, ...prefixed]).flatMap((call) => {
    const assignment = wrapped(call).parent;
    if (assignment?.type !== "AssignmentExpression" || assignment.operator !== "=") return [];
    const slot = unwrap(assignment.left);
    const around = functionAround(assignment);
    if (!around || slot.type !== "MemberExpression" || !isGiven(sourceCode, call, slot)) return [];
    const lifespan = lifespanOf(sourceCode, slot, assignment);
    if (lifespan !== "module" && lifespan !== "instance" && lifespan !== "closure") return [];
    if (memberAround(assignment) === "constructor" && lifespan === "instance") return [];
    if (!runsAgain(sourceCode, assignment, null) || guardOf(sourceCode, assignment, slot, around) === "full") return [];
    const isRepeated = lifespan === "module" && memberAround(assignment) === "constructor";
    return [leakOf(sourceCode, "rewrap", slot, assignment, isRepeated)];
  });
}

/** `Parser.prototype.push = function () { … self … }` per call: the patch of the last call keeps what it closes over. */
export function prototypePatches(sourceCode: SourceCode): readonly Leak[] {
  const leaks: Leak[] = [];
  for (const prototype of membersNamed(sourceCode, "prototype")) {
    const member = prototype.parent;
    const assignment = member.parent;
    if (member.type !== "MemberExpression" || assignment?.type !== "AssignmentExpression") continue;
    if (assignment.operator !== "=" || member.computed) continue;
    const patch = unwrap(assignment.right);
    const around = functionAround(assignment);
    if (!around || !isFunction(patch) || assignment.left !== member) continue;
    if (lifespanOf(sourceCode, member, assignment) !== "module") continue;
    if (!capturesCall(sourceCode, patch, around) || guardOf(sourceCode, assignment, member, around) === "full")
      continue;
    leaks.push(leakOf(sourceCode, "patch", member, assignment, memberAround(assignment) === "constructor"));
  }
  return leaks;
}

/** Whether a wrapping call is given the slot's own value: `wrap(x.f)`, `x.f.bind(x)`. */
function isGiven(sourceCode: SourceCode, call: Invocation, slot: Node): boolean {
  const name = normalisedText(sourceCode, slot);
  const receiver = receiverOf(call);
  return [...call.arguments, ...(receiver ? [receiver] : [])].some((argument) => {
    const read = argument.type === "SpreadElement" ? null : slotRead(argument);
    return read !== null && normalisedText(sourceCode, read) === name;
  });
}

function leakOf(
  sourceCode: SourceCode,
  messageId: "rewrap" | "patch",
  slot: Node,
  assignment: TSESTree.AssignmentExpression,
  isLikely: boolean,
): Leak {
  const name = sourceCode.getText(slot);
  const around = functionAround(assignment);
  const patch = unwrap(assignment.right);
  return {
    messageId,
    data: {
      holder: name,
      previous: name,
      by: (around && functionName(around)) ?? memberAround(assignment) ?? "function",
    },
    place: slot,
    isLikely,
    holder: {
      kind: "context",
      name,
      container: "unknown",
      expression: slot,
      ...instancePath(slot),
      closures: isFunction(patch) ? [patch] : [],
    },
    acquisitions: [assignment],
    releases: [],
  };
}
