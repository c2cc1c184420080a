import { leakRule } from "./analysis/leak-rule.js";
import { TIMER_WORDS, timerLeaks } from "./analysis/release/timer-leaks.js";
import type { ReportOption } from "./analysis/report-option.js";

export type Options = readonly [ReportOption];
export type MessageIds =
  "neverCleared" | "overwritten" | "lastOne" | "lostRace" | "reschedules" | "effect" | "notOnUnmount" | "clearFirst";

export default leakRule<MessageIds>({
  name: "no-leaked-timer",
  docs: {
    description: "Disallow timers that nothing clears when what they serve is gone",
    preset: "recommended",
  },
  messages: {
    neverCleared:
      "The timer list keeps the callback of `{{holder}}`, and all it closes over: this {{noun}} starts again and again, and nothing in this file clears it.",
    overwritten:
      "`{{holder}}` may still hold a running interval, which nothing can clear once another takes its place: the timer list keeps its callback for good.",
    lastOne:
      "The timer list keeps the callback of `{{holder}}`, and all it closes over: the interval is cleared only to make room for the next, so that the last one stays.",
    lostRace:
      "The timer list keeps the callback of `{{holder}}`, and the promises it settles, until it fires: nothing clears it when another wins the race.",
    reschedules:
      "Each call starts a chain in which `{{holder}}` sets itself again for ever: nothing in this file can stop it, and the timer list keeps all it closes over.",
    effect:
      "The timer list keeps the callback of `{{holder}}`, and the component it closes over, when the component is gone: the effect does not clear it.",
    notOnUnmount:
      "The timer list keeps the callback of `{{holder}}`, and the component it closes over, when the component is gone: nothing clears it when it is unmounted.",
    clearFirst: "Call `clearInterval({{handle}})` first.",
  },
  hasSuggestions: true,
  words: TIMER_WORDS,
  detect: timerLeaks,
});
