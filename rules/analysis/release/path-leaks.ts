import { calleePlace } from "../invocations.js";
import type { Leak, LeakHolder } from "../leak.js";
import { handlerFunction } from "../listeners/handlers.js";
import { nameOf as nameOfReceiver } from "../listeners/identity.js";
import { mayRemove } from "../listeners/matching.js";
import { registrationsOf } from "../listeners/registrations.js";
import { removalsOf } from "../listeners/removals.js";
import { runsAgain } from "../lifetime.js";
import { exitsBetween, type Exit } from "../paths.js";
import { releasePoints } from "../path-flow.js";
import { perFile } from "../per-file.js";
import { functionAround, isInside, unwrap, type FunctionNode, type Node, type SourceCode } from "../syntax.js";
import { resourcesOf, timersOf } from "./acquisitions.js";
import { callbackOf } from "./callbacks.js";
import { custodyOf } from "./custody.js";
import { delayOf } from "./delays.js";
import { ANIMATION_FRAME, IDLE_CALLBACK, TIMEOUT } from "./release-table.js";
import { lifeOfSource } from "./sources.js";

/** What a function acquires and releases itself, where some way out of it passes the release by. */
export const pathLeaks = perFile((sourceCode): readonly Leak[] => [
  ...skippedReleases(sourceCode),
  ...skippedRemovals(sourceCode),
]);

/** Below this, in milliseconds, a timeout is gone before it matters. */
const SHORT = 1000;

function skippedReleases(sourceCode: SourceCode): readonly Leak[] {
  return [...timersOf(sourceCode), ...resourcesOf(sourceCode)].flatMap(({ row, call }) => {
    const around = functionAround(call);
    if (!around || row === ANIMATION_FRAME || row === IDLE_CALLBACK || !runsAgain(sourceCode, call, null)) return [];
    if (row === TIMEOUT && delayOf(sourceCode, call) < SHORT) return [];
    const custody = custodyOf(sourceCode, call, row.release);
    const [holder] = custody.holders;
    if (holder?.kind !== "variable" || custody.escapes.length > 0) return [];
    if (!isInside(holder.variable.identifiers[0] ?? call, around)) return [];
    const own = callbackOf(sourceCode, call.arguments[0]);
    // What clears itself in its own callback has its own end; nothing tells when.
    if (own && custody.releases.some((release) => isInside(release, own))) return [];
    const exit = exitOf(sourceCode, call, custody.releases, holder.name);
    if (!exit) return [];
    return leakOf(exit, holder.name, row.noun, calleePlace(call.callee), {
      holder: { kind: row.rule, name: holder.name, container: "unknown", expression: null, closures: own ? [own] : [] },
      acquisitions: [call],
      releases: custody.releases,
    });
  });
}

function skippedRemovals(sourceCode: SourceCode): readonly Leak[] {
  if (removalsOf(sourceCode).length === 0) return [];
  return registrationsOf(sourceCode).flatMap((registration) => {
    const { call, expression, handler, options, place } = registration;
    const around = functionAround(call);
    if (!around || !expression || options.hasSignal || !runsAgain(sourceCode, call, null)) return [];
    if (!["module", "foreign"].includes(lifeOfSource(sourceCode, expression, call))) return [];
    const removals = removalsOf(sourceCode).filter((removal) => mayRemove(sourceCode, removal, registration));
    const calls = removals.map((removal) => removal.call);
    const own = handler && handlerFunction(sourceCode, handler);
    if (calls.length === 0 || calls.some((each) => !isInside(each, around) || (own && isInside(each, own)))) return [];
    const later = calls.filter((each) => each.range[0] > call.range[0]);
    const exit = later.length > 0 ? exitOf(sourceCode, call, later, null) : null;
    // Where a removal stands under a condition, so does the listener, by other means.
    if (!exit || exit.kind === "branch") return [];
    const name = nameOfReceiver(sourceCode, registration.receiver);
    return leakOf(exit, name, "listener", place, {
      holder: { kind: "listener", name, container: "unknown", expression, closures: own ? [own] : [] },
      acquisitions: [call],
      releases: calls,
    });
  });
}

/** The plainest way out with what was acquired; not one that is taken because there is nothing, or that hands it on. */
function exitOf(sourceCode: SourceCode, call: Node, releases: readonly Node[], handle: string | null): Exit | null {
  const around = functionAround(call);
  if (around && releases.some((release) => isElsewhere(sourceCode, release, call, around))) return null;
  return (
    exitsBetween(sourceCode, call, releases).find(
      (exit) => exit.kind !== "call" && !(handle && around && isAboutHandle(exit, handle, around)),
    ) ?? null
  );
}

/** `if (!file) return;`, `if (file === null) { … return; }`: there is nothing to release. */
function isAboutHandle({ node, kind }: Exit, handle: string, around: FunctionNode): boolean {
  if (kind === "branch" || kind === "await" || kind === "rejection") return false;
  for (let up = node.parent; up && up !== around; up = up.parent) {
    if (up.type === "IfStatement" && asksForPresence(up.test, handle)) return true;
  }
  return false;
}

function asksForPresence(test: Node, handle: string): boolean {
  const node = unwrap(test);
  switch (node.type) {
    case "Identifier":
      return node.name === handle;
    case "UnaryExpression":
      return asksForPresence(node.argument, handle);
    case "LogicalExpression":
    case "BinaryExpression":
      return asksForPresence(node.left, handle) || asksForPresence(node.right, handle);
    default:
      return false;
  }
}

/** A release in a closure that is made before there is anything to release: it may run at any time after. */
function isElsewhere(sourceCode: SourceCode, release: Node, call: Node, around: FunctionNode): boolean {
  const closure = functionAround(release);
  if (!closure || closure === around || closure.range[0] > call.range[0]) return false;
  const points = releasePoints(sourceCode, release, around);
  return points.some((point) => point === release || point.type === "Identifier");
}

const WAYS: Readonly<Record<Exit["kind"], string>> = {
  return: "the function returns",
  throw: "the function throws",
  continue: "the loop goes on",
  break: "the loop is left",
  branch: "the condition does not hold",
  rejection: "the promise is rejected",
  await: "what is awaited fails",
  call: "the call throws",
};

function leakOf(
  { kind, node }: Exit,
  holder: string,
  noun: string,
  place: Node,
  parts: { readonly holder: LeakHolder; readonly acquisitions: readonly Node[]; readonly releases: readonly Node[] },
): readonly Leak[] {
  const data = { holder, noun, way: WAYS[kind], line: String(node.loc.start.line) };
  const isLikely = kind === "return" || kind === "throw" || kind === "continue";
  return [{ messageId: "skipped", data, place, isLikely, ...parts }];
}
