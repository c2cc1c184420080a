import { releasePoints, Flow, type Exit } from "./path-flow.js";
import { functionAround, isFunction, isInside, type Node, type SourceCode } from "./syntax.js";

export type { Exit } from "./path-flow.js";

/** From the plainest way out to the one that most code shrugs at. */
const PLAINNESS: readonly Exit["kind"][] = [
  "return",
  "throw",
  "continue",
  "break",
  "branch",
  "rejection",
  "await",
  "call",
];

/**
 * How control can leave the function after `from` without coming to `to`: the plainest way, or null where there is
 * none, where `from` stands in a `using` declaration, or where `to` stands in a closure that may run at any time.
 */
export function leavesBetween(sourceCode: SourceCode, from: Node, to: Node): Exit | null {
  return exitsBetween(sourceCode, from, [to])[0] ?? null;
}

/** Every way to leave after `from` without coming to any of `releases`, the plainest first. */
export function exitsBetween(sourceCode: SourceCode, from: Node, releases: readonly Node[]): readonly Exit[] {
  if (isUsed(from)) return [];
  const around = functionAround(from);
  const near = releases.filter((release) => around === null || isInside(release, around));
  if (near.length === 0) return [];
  const points = near.flatMap((release) => releasePoints(sourceCode, release, around));
  const exits = new Flow(sourceCode, from, points, around).exits();
  return exits.toSorted((one, other) => PLAINNESS.indexOf(one.kind) - PLAINNESS.indexOf(other.kind));
}

/** `using file = open()`. */
function isUsed(from: Node): boolean {
  for (let up = from.parent; up && !isFunction(up); up = up.parent) {
    if (up.type === "VariableDeclaration") return up.kind === "using" || up.kind === "await using";
    if (/Statement$/.test(up.type)) return false;
  }
  return false;
}
