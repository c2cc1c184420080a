import { leakRule } from "./analysis/leak-rule.js";
import { pathLeaks } from "./analysis/release/path-leaks.js";
import type { ReportOption } from "./analysis/report-option.js";

export type Options = readonly [ReportOption];
export type MessageIds = "skipped";

export default leakRule<MessageIds>({
  name: "require-release-on-all-paths",
  docs: {
    description: "Require what a function acquires and releases to be released on every way out of it",
    preset: "strict",
  },
  messages: {
    skipped: "The {{noun}} of `{{holder}}` is not released when {{way}} on line {{line}}: release it in `finally`.",
  },
  // The user's settings may name any call: the detector makes its own text test.
  detect: pathLeaks,
});
