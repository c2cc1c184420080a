import type { Leak } from "../leak.js";
import { isFunction, type Node, type SourceCode } from "../syntax.js";
import { instancePath } from "./holder-path.js";
import { declarationOf, rootOf } from "./lifespan.js";
import { isEndless, loopSince } from "./loops.js";
import { racesOf } from "./races.js";
import { isRemade } from "./remade.js";

/** Races, turn after turn of an endless loop, over promises that are still pending from the turns before. */
export function pendingRaces(sourceCode: SourceCode): readonly Leak[] {
  const leaks: Leak[] = [];
  for (const { call, collection } of racesOf(sourceCode)) {
    if (!collection) continue;
    const { expression, mapping } = collection;
    if (rootOf(expression).type === "CallExpression" || expression.type === "ArrayExpression") continue;
    const loop = loopSince(call, declarationOf(sourceCode, expression));
    if (!loop || !isEndless(loop) || isRemade(sourceCode, expression, loop)) continue;
    if (mapping && !carriesParameter(sourceCode, mapping)) continue;
    const name = sourceCode.getText(expression);
    leaks.push({
      messageId: "pending",
      data: { holder: name, line: String(loop.loc.start.line) },
      place: expression,
      isLikely: mapping !== null,
      holder: { kind: "promise", name, container: "unknown", expression, ...instancePath(expression), closures: [] },
      acquisitions: [call],
      releases: [],
    });
  }
  return leaks;
}

/** `(task) => task.then(() => [task])`: what the race answers holds a promise of an earlier turn. */
function carriesParameter(sourceCode: SourceCode, mapping: Node): boolean {
  if (!isFunction(mapping)) return false;
  const [parameter] = sourceCode.getDeclaredVariables(mapping);
  return (
    parameter?.references.some(({ identifier, from }) => {
      const isCallee = identifier.parent?.type === "MemberExpression";
      return !isCallee && from.variableScope.block !== mapping;
    }) ?? false
  );
}
