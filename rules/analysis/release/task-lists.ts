import { calleePlace, invocationsOf, receiverOf } from "../invocations.js";
import type { Leak } from "../leak.js";
import { runsAgain } from "../lifetime.js";
import { calleeName, type Node, type SourceCode } from "../syntax.js";
import { callbackOf } from "./callbacks.js";

/**
 * `subscriber.add(scheduler.schedule(…))` for each value: the subscriber keeps every task for its teardown, those that
 * have run too, unless they are taken out or unsubscribe themselves.
 */
export function taskLeaks(sourceCode: SourceCode): readonly Leak[] {
  return invocationsOf(sourceCode, ["schedule"]).flatMap((task) => {
    const add = task.parent;
    if (add.type !== "CallExpression" || !add.arguments.some((argument) => argument === task)) return [];
    const receiver = receiverOf(add);
    if (calleeName(add.callee) !== "add" || !receiver || !runsAgain(sourceCode, add, null)) return [];
    if (/\.(?:unsubscribe|remove)\(/.test(sourceCode.text) || isReused(add)) return [];
    const callback = callbackOf(sourceCode, task.arguments[0]);
    const name = sourceCode.getText(receiver);
    return [
      {
        messageId: "accumulates",
        data: { source: name },
        place: calleePlace(add.callee),
        isLikely: false,
        holder: {
          kind: "subscription",
          name,
          container: "unknown",
          expression: receiver,
          closures: callback ? [callback] : [],
        },
        acquisitions: [add],
        releases: [],
      },
    ];
  });
}

/** What `add` returned is kept, to take the task out by. */
function isReused({ parent }: Node): boolean {
  return parent?.type === "AssignmentExpression" || parent?.type === "VariableDeclarator";
}
