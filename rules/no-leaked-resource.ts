import { leakRule } from "./analysis/leak-rule.js";
import type { ReportOption } from "./analysis/report-option.js";
import { resourceLeaks } from "./analysis/release/resource-leaks.js";

export type Options = readonly [ReportOption];
export type MessageIds = "neverReleased" | "effect" | "request";

export default leakRule<MessageIds>({
  name: "no-leaked-resource",
  docs: {
    description: "Disallow observers, object URLs, workers, ports, readers and file handles that nothing releases",
    preset: "recommended",
  },
  messages: {
    neverReleased:
      "{{Keeper}} keeps the {{noun}} (`{{holder}}`), and all that hangs on it: nothing in this file calls `{{release}}`.",
    effect:
      "{{Keeper}} keeps the {{noun}} (`{{holder}}`), and the component it closes over, when the component is gone: the effect does not call `{{release}}`.",
    request:
      "`{{holder}}` keeps what waits for its answer, and the component with it, when the component is gone: the effect does not abort it.",
  },
  // The user's settings may name any call: the detector makes its own text test.
  detect: resourceLeaks,
});
