import { functionName } from "../calls.js";
import { invocationsOf, receiverOf } from "../invocations.js";
import type { Leak } from "../leak.js";
import { perFile } from "../per-file.js";
import {
  functionAround,
  propertyName,
  unwrap,
  variableNamed,
  wrapped,
  type Node,
  type SourceCode,
  type Variable,
} from "../syntax.js";
import { wordsOf } from "../words.js";

const OPTIONS_NAMES = ["option", "options", "opts", "config", "configuration", "settings", "defaults", "preferences"];

/**
 * `options.keys.push(…)`: a list of the caller's own, which grows at each call for a caller that keeps its options.
 * Not where the function gave the options that list itself.
 */
export const callerOptionLeaks = perFile((sourceCode): readonly Leak[] => {
  if (!wordsOf(sourceCode).hasAny(OPTIONS_NAMES)) return [];
  return invocationsOf(sourceCode, ["push", "unshift"]).flatMap((call): readonly Leak[] => {
    const list = receiverOf(call);
    const options = list?.type === "MemberExpression" ? unwrap(list.object) : null;
    if (list?.type !== "MemberExpression" || options?.type !== "Identifier") return [];
    const name = propertyName(list);
    const variable = OPTIONS_NAMES.includes(options.name) ? variableNamed(sourceCode, options) : null;
    if (name === null || variable?.defs[0]?.type !== "Parameter" || !mayBeKept(variable, call)) return [];
    return isOwn(sourceCode, variable, name, call) ? [] : [leakOf(call, list, `${variable.name}.${name}`)];
  });
});

/** Whether the parameter is a named function's own: callbacks and constructors are given what is made for them. */
function mayBeKept(variable: Variable, call: Node): boolean {
  const owner = functionAround(call);
  if (!owner || variable.defs[0]?.node !== owner || functionName(owner) === null) return false;
  return owner.parent.type !== "MethodDefinition" || owner.parent.kind === "method";
}

/** Given, before, a list of its own (`options.keys = []`), or options that are a copy (`options = { ...options }`). */
function isOwn(sourceCode: SourceCode, variable: Variable, name: string, call: Node): boolean {
  return variable.references.some(({ identifier, writeExpr, init }) => {
    if (identifier.range[0] > call.range[0]) return false;
    if (writeExpr) return init !== true || !/^(?:\{\s*\}|undefined)$/.test(sourceCode.getText(writeExpr));
    const member = identifier.parent;
    if (member?.type !== "MemberExpression" || member.object !== identifier || propertyName(member) !== name)
      return false;
    const outer = wrapped(member);
    return outer.parent?.type === "AssignmentExpression" && outer.parent.left === outer;
  });
}

function leakOf(call: Node, list: Node, name: string): Leak {
  return {
    messageId: "ofCaller",
    data: { holder: name },
    place: list.type === "MemberExpression" ? list.property : list,
    isLikely: false,
    holder: { kind: "property", name, container: "Array", expression: null, closures: [] },
    acquisitions: [call],
    releases: [],
  };
}
