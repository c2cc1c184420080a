import { leakRule } from "./analysis/leak-rule.js";
import type { ReportOption } from "./analysis/report-option.js";
import { pendingPromises } from "./analysis/retention/pending-promises.js";

export type Options = readonly [ReportOption];
export type MessageIds = "race" | "once" | "signal" | "pending" | "chain" | "recursion" | "unsettled" | "parked";

export default leakRule<MessageIds>({
  name: "no-pending-promise-leak",
  docs: {
    description: "Disallow promises that stay pending while more and more hangs on them",
    preset: "recommended",
  },
  messages: {
    race: "`{{holder}}` outlives this race, which is run {{again}}: until it settles, it keeps the result of every race it loses.",
    once: "When this race is lost, `{{holder}}` keeps the listeners of `once()` until {{event}} is emitted: pass `once()` a signal, and abort it when the race is over.",
    signal:
      "Each race makes a new promise of `{{holder}}`, whose listener keeps it, and the result of the race, until the signal aborts.",
    pending:
      "Each turn of the loop at line {{line}} adds a reaction, and a result, to every promise still pending in `{{holder}}`.",
    chain:
      "Each link of the chain `{{holder}}` answers all that the links before it answered: nothing in it is let go.",
    recursion:
      "`{{holder}}` answers with the promise of its own next round: the promises of all rounds are kept until the last one settles.",
    unsettled:
      "Nothing can settle this `{{holder}}`: its executor takes neither `resolve` nor `reject`. Whoever waits for it is kept waiting, with all it holds.",
    parked: "This `{{holder}}` never settles: whoever waits for it is kept waiting, with all it holds.",
  },
  words: ["Promise", "then", "all", "allSettled", "race", "any"],
  detect: pendingPromises,
});
