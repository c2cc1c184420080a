import { leakRule } from "./analysis/leak-rule.js";
import { subscriptionLeaks } from "./analysis/release/subscriptions.js";
import type { ReportOption } from "./analysis/report-option.js";

export type Options = readonly [ReportOption];
export type MessageIds = "dropped" | "neverEnded" | "accumulates" | "endsTooEarly" | "sharesForEver" | "countReaders";

export default leakRule<MessageIds>({
  name: "no-leaked-subscription",
  docs: {
    description: "Disallow subscriptions that nothing can end",
    preset: "recommended",
  },
  messages: {
    dropped:
      "`{{source}}` keeps this callback, and all it closes over, as long as it lives: what would end the subscription is dropped.",
    neverEnded:
      "`{{source}}` keeps this callback, and all it closes over, as long as it lives: nothing in this file ends the subscription in `{{handle}}`.",
    accumulates:
      "`{{source}}` keeps one more task each time this runs, those that are done too: nothing takes them out before it ends.",
    endsTooEarly:
      "`{{end}}` ends `{{source}}`, but not what `{{operator}}` after it subscribes to: that stays subscribed. Let it be the last operator.",
    sharesForEver:
      "`shareReplay` stays subscribed to `{{source}}`, and keeps all that the pipe closes over, when its last reader has gone: it does not count them without `refCount: true`.",
    countReaders: "Let `shareReplay` count its readers.",
  },
  hasSuggestions: true,
  detect: subscriptionLeaks,
});
