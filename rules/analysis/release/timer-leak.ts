import { calleePlace } from "../invocations.js";
import type { Leak, Suggestion } from "../leak.js";
import type { SourceCode } from "../syntax.js";
import type { Acquisition } from "./acquisitions.js";
import { callbackOf } from "./callbacks.js";
import type { Custody } from "./custody.js";

/** What is wrong with a timer, in the words of the rule's messages. */
export interface TimerFault {
  readonly messageId: string;
  readonly data?: Readonly<Record<string, string>>;
  readonly isLikely: boolean;
  readonly suggestions?: readonly Suggestion[];
}

/** A leak whose holder is the list of pending timers. */
export function timerLeak(
  sourceCode: SourceCode,
  { row, call }: Acquisition,
  custody: Custody,
  fault: TimerFault,
): Leak {
  const [holder] = custody.holders;
  const name = (holder?.kind === "field" ? holder.text : holder?.name) ?? `${sourceCode.getText(call.callee)}()`;
  const callback = callbackOf(sourceCode, call.arguments[0]);
  return {
    messageId: fault.messageId,
    data: { holder: name, noun: row.noun, ...fault.data },
    place: holder?.place ?? calleePlace(call.callee),
    isLikely: fault.isLikely,
    suggestions: fault.suggestions ?? [],
    holder: { kind: "timer", name, container: "unknown", expression: null, closures: callback ? [callback] : [] },
    acquisitions: [call],
    releases: custody.releases,
  };
}
