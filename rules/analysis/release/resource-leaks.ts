import { calleePlace, invocationsOf } from "../invocations.js";
import type { Leak } from "../leak.js";
import { isPageSetUp } from "../listeners/page-set-up.js";
import { isExportedDeclaration, runsAgain } from "../lifetime.js";
import { perFile } from "../per-file.js";
import {
  classAround,
  calleeName,
  functionAround,
  isInside,
  unwrap,
  type FunctionNode,
  type Node,
  type SourceCode,
} from "../syntax.js";
import { resourcesOf, type Acquisition } from "./acquisitions.js";
import { callbackOf } from "./callbacks.js";
import { custodyOf, type Custody } from "./custody.js";
import { effectAround } from "./effects.js";
import { fetchLeaks } from "./requests.js";
import { CHANNEL, LOCK, OBJECT_URL, OBSERVER } from "./release-table.js";
import { isGuarded } from "./guards.js";
import { lifeOfSource } from "./sources.js";
import { nameOf, teardownsOf } from "./teardown.js";

/** Resources that a file acquires and never releases, nor hands to anyone who could. */
export const resourceLeaks = perFile((sourceCode): readonly Leak[] => [
  ...resourcesOf(sourceCode).flatMap((acquisition) => unreleased(sourceCode, acquisition)),
  ...fetchLeaks(sourceCode),
]);

function unreleased(sourceCode: SourceCode, acquisition: Acquisition): readonly Leak[] {
  const { row, call } = acquisition;
  if (row.rule !== "resource" || !runsAgain(sourceCode, call, null) || isWrapper(acquisition)) return [];
  const custody = custodyOf(sourceCode, call, row.release);
  if (custody.releases.length > 0 || isHandedOver(sourceCode, acquisition, custody)) return [];
  const targets = observedBy(custody);
  // An observer that observes nothing is kept by nothing.
  if (row === OBSERVER && targets.length === 0) return [];
  const isInEffect = effectAround(sourceCode, call) !== null;
  const isLikely =
    isInEffect ||
    isForgotten(sourceCode, acquisition, custody) ||
    (row.isLikely && isWorthALook(sourceCode, acquisition, custody));
  return [leakOf(sourceCode, acquisition, custody, isInEffect ? "effect" : "neverReleased", isLikely)];
}

/** A method of the same name: `createObjectURL(blob) { return URL.createObjectURL(blob); }`. */
function isWrapper({ call }: Acquisition): boolean {
  const around = functionAround(call);
  return around !== null && nameOf(around) === calleeName(call.callee);
}

/**
 * Whoever gets the handle may release it. Not so a URL, a string which nobody knows to be one: a file that makes them
 * ends them. Nor the two ports of a channel, of which whoever has one cannot close the other.
 */
function isHandedOver(sourceCode: SourceCode, { row }: Acquisition, { escapes }: Custody): boolean {
  if (escapes.length === 0 || row === CHANNEL) return false;
  return (
    row !== OBJECT_URL ||
    invocationsOf(sourceCode, row.release.names).length > 0 ||
    /revokeObjectURL/.test(sourceCode.text)
  );
}

/** The targets of `observe` calls. */
function observedBy({ calls }: Custody): readonly Node[] {
  return calls.flatMap(({ callee, arguments: [target] }) => {
    const isObserve =
      callee.type === "MemberExpression" && callee.property.type === "Identifier" && callee.property.name === "observe";
    return isObserve && target ? [target] : [];
  });
}

/** A field of a class that is torn down, and forgets it. */
function isForgotten(sourceCode: SourceCode, { row, call }: Acquisition, { holders: [holder] }: Custody): boolean {
  const owner = classAround(call);
  if (!owner || row === LOCK || holder?.kind !== "field" || !holder.text.startsWith("this.")) return false;
  return teardownsOf(sourceCode, owner).length > 0;
}

const LASTING_TARGET = /^(?:window\.)?(?:document|window)\b/;
const START_UP =
  /^(?:init\w*|main|boot\w*|set_?up\w*|install\w*|register\w*|activate|start\w*|on[A-Z]\w*|observe\w*)$/i;

function isWorthALook(sourceCode: SourceCode, { row, call }: Acquisition, custody: Custody): boolean {
  const around = functionAround(call);
  if (around && isGuarded(sourceCode, around, call)) return false;
  if (row === OBSERVER) {
    if (around && !classAround(call) && START_UP.test(nameOf(around) ?? "")) return false;
    if (isPageSetUp(sourceCode, around)) return false;
    return observedBy(custody).some((target) => isLasting(sourceCode, target, call));
  }
  if (row !== OBJECT_URL) return custody.escapes.length === 0;
  const { fate } = custody;
  if (fate.kind === "returned") return around !== null && isExportedFunction(sourceCode, around);
  return fate.kind === "field" && /^(?:src|href|srcObject|currentSrc)$/.test(fate.name);
}

/** The document, the window, what the module itself keeps: it outlives whoever observes it. */
function isLasting(sourceCode: SourceCode, target: Node, call: Node): boolean {
  if (LASTING_TARGET.test(sourceCode.getText(target)))
    return !/querySelector|getElement/.test(sourceCode.getText(target));
  const node = unwrap(target);
  return node.type === "Identifier" && lifeOfSource(sourceCode, node, call) === "module";
}

function isExportedFunction(sourceCode: SourceCode, fn: FunctionNode): boolean {
  const declaration = fn.type === "FunctionDeclaration" ? fn : fn.parent;
  if (declaration.type === "ExportDefaultDeclaration") return true;
  const [variable] = sourceCode.getDeclaredVariables(declaration);
  return (
    variable !== undefined &&
    !isInside(fn, variable.scope.block === fn ? fn.body : (fn.params[0] ?? fn.body)) &&
    isExportedDeclaration(variable)
  );
}

function leakOf(
  sourceCode: SourceCode,
  { row, call }: Acquisition,
  custody: Custody,
  messageId: string,
  isLikely: boolean,
): Leak {
  const [holder] = custody.holders;
  const name = (holder?.kind === "field" ? holder.text : holder?.name) ?? `${sourceCode.getText(call.callee)}()`;
  const callback = callbackOf(sourceCode, call.arguments[0]);
  return {
    messageId,
    data: {
      holder: name,
      noun: row.noun,
      Keeper: row.keeper.charAt(0).toUpperCase() + row.keeper.slice(1),
      release: row.release.names[0] ?? "",
    },
    place: calleePlace(call.callee),
    isLikely,
    holder: { kind: "resource", name, container: "unknown", expression: null, closures: callback ? [callback] : [] },
    acquisitions: [call],
    releases: [],
  };
}
