import { createRule } from "./analysis/create-rule.js";
import { isReported, REPORT_SCHEMA, type ReportOption } from "./analysis/report-option.js";
import { suspectsOf } from "./analysis/growth/suspects.js";
import { wordingOf } from "./analysis/growth/wording.js";

export type Options = readonly [ReportOption];
export type MessageIds = "growsOnly";

export default createRule<ReportOption, MessageIds>({
  name: "no-grow-only-registry",
  docs: {
    description: "Disallow module-level, static, exported and global collections that are added to and never cleared",
    preset: "recommended",
  },
  messages: {
    growsOnly: "`{{holder}}` keeps {{entries}} (line {{line}}) {{until}}: {{release}}.",
  },
  hasSuggestions: false,
  schema: REPORT_SCHEMA,
  defaultOption: { report: "likely" },
  create: (context, option) => ({
    "Program:exit"() {
      for (const suspect of suspectsOf(context.sourceCode)) {
        if (suspect.rule !== "no-grow-only-registry") continue;
        if (!isReported(option, suspect.isLikely, context.filename, context.cwd)) continue;
        context.report({ loc: suspect.location, messageId: "growsOnly", data: wordingOf(suspect) });
      }
    },
  }),
});
