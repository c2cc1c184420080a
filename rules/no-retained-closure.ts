import { leakRule } from "./analysis/leak-rule.js";
import type { ReportOption } from "./analysis/report-option.js";
import { retainedClosures } from "./analysis/retention/retained-closures.js";

export type Options = readonly [ReportOption];
export type MessageIds = "context" | "rewrap" | "patch" | "finalizer" | "sibling";

export default leakRule<MessageIds>({
  name: "no-retained-closure",
  docs: {
    description: "Disallow closures that keep more than they use, or the closure they replaced",
    preset: "recommended",
  },
  messages: {
    context:
      "Each new `{{holder}}` keeps the one before: a closure at line {{line}} uses `{{previous}}`, and V8 gives all closures of a scope the same context.",
    rewrap:
      "Each run wraps what the run before left in `{{holder}}`: the chain of wrappers, and all they close over, grows.",
    patch:
      "Each run of `{{by}}` patches `{{holder}}` anew: the patch keeps all it closes over until the next, for the whole process.",
    finalizer:
      "`{{holder}}` keeps the held value, which keeps `{{target}}`: it can never be collected, and the cleanup never runs.",
    sibling:
      "The closure at line {{line}} outlives this call and does not use `{{holder}}`, but keeps it: it shares its context with a closure that does.",
  },
  detect: retainedClosures,
});
