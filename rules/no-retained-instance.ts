import { leakRule } from "./analysis/leak-rule.js";
import type { ReportOption } from "./analysis/report-option.js";
import { retainedInstances } from "./analysis/retention/retained-instances.js";

export type Options = readonly [ReportOption];
export type MessageIds = "kept";

export default leakRule<MessageIds>({
  name: "no-retained-instance",
  docs: {
    description: "Disallow module variables and static fields that keep the last object that came by",
    preset: "strict",
  },
  messages: {
    kept: "`{{holder}}` keeps the last {{what}} it was given (line {{line}}), and all that hangs on it, until the next one comes: nothing sets it back.",
  },
  detect: retainedInstances,
});
