import { fieldLeaks } from "./analysis/growth/fields/field-leaks.js";
import { leakRule } from "./analysis/leak-rule.js";
import type { ReportOption } from "./analysis/report-option.js";

export type Options = readonly [ReportOption];
export type MessageIds = "grows" | "twin" | "nulled" | "futile" | "accumulates";

const KEEPS = "`{{holder}}` keeps {{entries}} (line {{line}}) as long as its `{{owner}}` lives";

export default leakRule<MessageIds>({
  name: "no-growing-field",
  docs: {
    description: "Disallow fields of long-lived instances that are added to and never cleared",
    preset: "strict",
  },
  messages: {
    grows: `${KEEPS}: nothing in this file takes entries out.`,
    twin: `${KEEPS}: nothing in this file takes entries out, though \`{{twin}}\`, which is filled with it, lets go of its own.`,
    nulled: `${KEEPS}: line {{other}} only sets entries to nothing, and the keys stay.`,
    futile: `${KEEPS}: the \`splice\` at line {{other}} takes nothing out.`,
    accumulates:
      "`{{holder}}` grows by each piece of text (line {{line}}) as long as its `{{owner}}` lives: nothing in this file cuts it.",
  },
  words: ["this"],
  detect: fieldLeaks,
});
