import { leakRule } from "./analysis/leak-rule.js";
import { removalMismatches } from "./analysis/listeners/mismatches.js";
import { REMOVING } from "./analysis/listeners/removals.js";
import type { ReportOption } from "./analysis/report-option.js";

export type Options = readonly [ReportOption];
export type MessageIds =
  | "withoutHandler"
  | "freshHandler"
  | "wrapper"
  | "otherHandler"
  | "otherEvent"
  | "otherReceiver"
  | "otherCapture"
  | "rebound"
  | "removeSame";

export default leakRule<MessageIds>({
  name: "no-mismatched-removal",
  docs: {
    description: "Disallow removals of listeners that cannot match what was added",
    preset: "recommended",
  },
  messages: {
    withoutHandler:
      "`{{method}}` removes nothing without the listener: `{{receiver}}` keeps the one added in line {{line}}.",
    freshHandler:
      "`{{method}}` is given a function made just for it, so it removes nothing: `{{receiver}}` keeps the listener added in line {{line}}.",
    wrapper:
      "`{{method}}` names `{{handler}}`, but line {{line}} added a function around it: `{{receiver}}` keeps that one.",
    otherHandler:
      "`{{method}}` names `{{handler}}`, which nothing in this file adds: `{{receiver}}` keeps the listener added in line {{line}}.",
    otherEvent:
      "`{{method}}` names the event `{{other}}`, but line {{line}} added `{{handler}}` for `{{event}}`: `{{receiver}}` keeps it.",
    otherReceiver:
      "`{{method}}` removes `{{handler}}` from `{{other}}`, but line {{line}} added it to `{{receiver}}`, which keeps it.",
    otherCapture:
      "`{{method}}` has another capture flag than line {{line}}: `{{receiver}}` keeps the listener `{{handler}}` added there.",
    rebound:
      "`{{handler}}` is bound anew (line {{line}}) each time it is added: `{{receiver}}` keeps all but the last, which no removal can name.",
    removeSame: "Remove what was added.",
  },
  hasSuggestions: true,
  words: REMOVING,
  detect: removalMismatches,
});
