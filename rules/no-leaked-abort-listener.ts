import { leakRule } from "./analysis/leak-rule.js";
import { abortLeaks } from "./analysis/listeners/abort-leaks.js";
import type { ReportOption } from "./analysis/report-option.js";

export type Options = readonly [ReportOption];
export type MessageIds = "kept" | "once" | "dropped" | "uncleared" | "removeInFinally";

export default leakRule<MessageIds>({
  name: "no-leaked-abort-listener",
  docs: {
    description: "Disallow `abort` listeners that stay on a signal when the work that listens is done",
    preset: "recommended",
  },
  messages: {
    kept: "`{{signal}}` keeps this `abort` listener, and all it closes over, as long as the signal lives: nothing in this file removes it when the work is done.",
    once: "`{{signal}}` keeps this `abort` listener, and all it closes over, until an abort that may never come: `once` does not remove it when the work is done.",
    dropped:
      "`{{signal}}` keeps this `abort` listener, and all it closes over, as long as the signal lives: the disposable that would remove it is dropped.",
    uncleared:
      "The signals that `{{signal}}` joins keep its listeners as long as they live: nothing calls `clear()` when the work is done.",
    removeInFinally: "Remove the listener in `finally`.",
  },
  hasSuggestions: true,
  words: ["abort", "addAbortListener", "anySignal"],
  detect: abortLeaks,
});
