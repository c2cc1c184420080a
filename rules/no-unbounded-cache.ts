import { createRule } from "./analysis/create-rule.js";
import { isReported, REPORT_SCHEMA, type ReportOption } from "./analysis/report-option.js";
import { suspectsOf } from "./analysis/growth/suspects.js";
import { weakReplacement } from "./analysis/growth/weak-replacement.js";
import { wordingOf } from "./analysis/growth/wording.js";

export type Options = readonly [ReportOption];
export type MessageIds = "unbounded" | "useWeakMap";

export default createRule<ReportOption, MessageIds>({
  name: "no-unbounded-cache",
  docs: {
    description: "Disallow caches with an open set of keys and no limit",
    preset: "recommended",
  },
  messages: {
    unbounded: "The cache `{{holder}}` keeps {{entries}} (line {{line}}) {{until}}, with no limit: {{release}}.",
    useWeakMap: "Use a `WeakMap`, which lets go of an entry with its key.",
  },
  hasSuggestions: true,
  schema: REPORT_SCHEMA,
  defaultOption: { report: "likely" },
  create: (context, option) => ({
    "Program:exit"() {
      for (const suspect of suspectsOf(context.sourceCode)) {
        if (suspect.rule !== "no-unbounded-cache") continue;
        if (!isReported(option, suspect.isLikely, context.filename, context.cwd)) continue;
        const constructor = weakReplacement(context.sourceCode, suspect);
        context.report({
          loc: suspect.location,
          messageId: "unbounded",
          data: wordingOf(suspect),
          suggest: constructor
            ? [{ messageId: "useWeakMap", fix: (fixer) => fixer.replaceText(constructor, "WeakMap") }]
            : [],
        });
      }
    },
  }),
});
