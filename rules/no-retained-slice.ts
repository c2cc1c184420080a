import { leakRule } from "./analysis/leak-rule.js";
import type { ReportOption } from "./analysis/report-option.js";
import { retainedSlices } from "./analysis/retention/retained-slices.js";
import { CUTTING } from "./analysis/retention/slices.js";

export type Options = readonly [ReportOption];
export type MessageIds = "view" | "substring";

export default leakRule<MessageIds>({
  name: "no-retained-slice",
  docs: {
    description: "Disallow parts of big buffers and strings in long-lived collections",
    preset: "strict",
  },
  messages: {
    view: "`{{holder}}` keeps this view, and with it the whole memory of `{{input}}`: copy the part (`Buffer.from(part)`).",
    substring:
      "`{{holder}}` keeps this part, and with it the whole of `{{input}}`: V8's substrings of 13 characters and more point into the string they were cut from.",
  },
  words: CUTTING,
  detect: retainedSlices,
});
