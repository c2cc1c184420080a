import { leakRule } from "./analysis/leak-rule.js";
import { listenerLeaks } from "./analysis/listeners/listener-leaks.js";
import { ADDING } from "./analysis/listeners/registrations.js";
import type { ReportOption } from "./analysis/report-option.js";

export type Options = readonly [ReportOption];
export type MessageIds = "kept" | "effect" | "returnCleanup";

export default leakRule<MessageIds>({
  name: "no-leaked-listener",
  docs: {
    description: "Disallow listeners that are added per call or per instance to something that outlives it",
    preset: "recommended",
  },
  messages: {
    kept: "`{{receiver}}` keeps this `{{event}}` listener, and all it closes over, {{until}}: nothing in this file removes it.",
    effect:
      "`{{receiver}}` keeps this `{{event}}` listener, and all it closes over, {{until}}: the effect has no clean-up that removes it.",
    returnCleanup: "Return a function that removes the listener.",
  },
  hasSuggestions: true,
  // The names as calls only: "on" is in every comment.
  words: ADDING,
  detect: listenerLeaks,
});
