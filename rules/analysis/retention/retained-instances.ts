import { functionName } from "../calls.js";
import type { Leak } from "../leak.js";
import { runsAgain } from "../lifetime.js";
import { perFile } from "../per-file.js";
import { functionAround, variableNamed, wrapped, type FunctionNode, type Node, type SourceCode } from "../syntax.js";
import { memberAround } from "./fields.js";
import { guardOf } from "./guards.js";
import { keptObject, letsGo, type KeptObject } from "./kept-objects.js";
import { singleSlots, type SingleSlot, type SlotWrite } from "./single-slots.js";

/** Functions that configure, or that make the one object there is. */
const SETTER =
  /^[_#]*(?:set|configure|init|setup|register|install|use|provide|start|main|boot|enable|create|open|connect|mount|load|reset)(?![a-z])/;
const SINGLETON =
  /^[_#$]*(?:the)?(?:instance|singleton|shared|default|global|main|root|app|client|server|logger|config)/i;

/** Slots that keep the last instance, error, event or request that came by, and are never set back. */
export const retainedInstances = perFile((sourceCode): readonly Leak[] =>
  singleSlots(sourceCode).flatMap((slot) => {
    if (slot.writes.some(({ value }) => value !== null && letsGo(sourceCode, value, slot.name))) return [];
    const kept = slot.writes.flatMap((write) => {
      const what = keeps(sourceCode, slot, write);
      return what ? [{ what, write }] : [];
    });
    const [first] = kept;
    return first
      ? [
          leakOf(
            slot,
            first.what,
            kept.map(({ write }) => write),
          ),
        ]
      : [];
  }),
);

function keeps(sourceCode: SourceCode, slot: SingleSlot, { node, target, value }: SlotWrite): KeptObject | null {
  const around = functionAround(node);
  if (!value || !around || node.type !== "AssignmentExpression" || node.operator !== "=") return null;
  const what = keptObject(sourceCode, value, slot.annotation);
  if (!what || !runsAgain(sourceCode, node, null)) return null;
  const name = functionName(around)?.split(".").at(-1) ?? memberAround(node) ?? "";
  if (SETTER.test(name) || SINGLETON.test(slot.name.split(".").at(-1) ?? "")) return null;
  if (isOwnSetter(sourceCode, value, around)) return null;
  return guardOf(sourceCode, node, target, around) === "none" ? what : null;
}

/** Whether the value is the parameter of `(value) => (slot = value)`, or of a function that the file calls itself. */
function isOwnSetter(sourceCode: SourceCode, value: Node, around: FunctionNode): boolean {
  const parameter = value.type === "Identifier" ? variableNamed(sourceCode, value) : null;
  if (!parameter || parameter.scope.block !== around) return false;
  if (around.body.type !== "BlockStatement") return true;
  const parent = wrapped(around).parent;
  const name =
    around.type === "FunctionDeclaration"
      ? around.id
      : parent?.type === "VariableDeclarator"
        ? parent.id
        : parent?.type === "AssignmentExpression"
          ? parent.left
          : null;
  const variable = name?.type === "Identifier" ? variableNamed(sourceCode, name) : null;
  return variable?.references.some(({ identifier }) => isCallee(identifier)) ?? false;
}

function isCallee(identifier: Node): boolean {
  return identifier.parent?.type === "CallExpression" && identifier.parent.callee === identifier;
}

function leakOf(slot: SingleSlot, what: KeptObject, writes: readonly SlotWrite[]): Leak {
  const [first] = writes;
  const isStatic = slot.name.includes(".");
  return {
    messageId: "kept",
    data: { holder: slot.name, what, line: String(first?.node.loc.start.line ?? 0) },
    place: slot.place,
    isLikely: what !== "state" && what !== "component",
    holder: {
      kind: isStatic ? "static" : "binding",
      name: slot.name,
      container: "unknown",
      expression: first?.target ?? slot.place,
      closures: [],
    },
    acquisitions: writes.map(({ node }) => node),
    releases: [],
  };
}
