import { createRule } from "./analysis/create-rule.js";
import { sharedDefaultLeaks } from "./analysis/growth/shared-defaults.js";
import { suspectsOf } from "./analysis/growth/suspects.js";
import { wordingOf } from "./analysis/growth/wording.js";
import { placeOf } from "./analysis/leak.js";
import { isReported, REPORT_SCHEMA, type ReportOption } from "./analysis/report-option.js";

export type Options = readonly [ReportOption];
export type MessageIds = "asDefault" | "onPrototype" | "ofCaller";

export default createRule<ReportOption, MessageIds>({
  name: "no-shared-mutable-default",
  docs: {
    description: "Disallow adding to a default value, or to a prototype's property, that all callers share",
    preset: "recommended",
  },
  messages: {
    asDefault:
      "`{{holder}}` is one default for all callers, and keeps {{entries}} (line {{line}}) {{until}}: {{release}}.",
    onPrototype:
      "`{{holder}}` is one for all instances, and keeps {{entries}} (line {{line}}) as long as their class lives: nothing in this file takes entries out.",
    ofCaller:
      "`{{holder}}` is the caller's own, and each call adds to it: options that are kept keep all that was added.",
  },
  hasSuggestions: false,
  schema: REPORT_SCHEMA,
  defaultOption: { report: "likely" },
  create: (context, option) => ({
    "Program:exit"() {
      const { sourceCode, filename, cwd } = context;
      for (const suspect of suspectsOf(sourceCode)) {
        if (suspect.rule !== "no-shared-mutable-default") continue;
        if (!isReported(option, suspect.isLikely, filename, cwd)) continue;
        context.report({ loc: suspect.location, messageId: "asDefault", data: wordingOf(suspect) });
      }
      for (const { place, messageId, data, isLikely } of sharedDefaultLeaks(sourceCode)) {
        if (!isReported(option, isLikely, filename, cwd)) continue;
        context.report({ loc: placeOf(place), messageId: messageId === "ofCaller" ? "ofCaller" : "onPrototype", data });
      }
    },
  }),
});
