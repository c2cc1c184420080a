import { createRule } from "./analysis/create-rule.js";
import { CONFIRMED_RULE, judgedPlaces, showConfirmed, verdictsOn } from "./analysis/verdicts/judged.js";
import { growthText } from "./analysis/verdicts/growth-text.js";

export type Options = readonly [object];
export type MessageIds = "confirmed" | "broken";

export default createRule<object, MessageIds>({
  name: CONFIRMED_RULE,
  docs: {
    description: "Disallow code whose leak `leakproof verify --write` has confirmed",
    preset: "recommended",
  },
  messages: {
    confirmed: "`{{holder}}` leaks, confirmed: {{growth}} → {{advice}}.",
    broken:
      "{{file}} is no verdict file: restore it, or delete it and run `leakproof verify --write`. Until then no verdict is shown.",
  },
  hasSuggestions: false,
  schema: {},
  defaultOption: {},
  create(context) {
    const verdicts = verdictsOn(context);
    if (verdicts === null) return {};
    const { sourceCode } = context;
    if (verdicts.kind === "broken") {
      return {
        "Program:exit"() {
          context.report({ loc: { line: 1, column: 0 }, messageId: "broken", data: { file: verdicts.path } });
        },
      };
    }
    showConfirmed(sourceCode);
    return {
      "Program:exit"() {
        const reported = new Set<string>();
        for (const { entry, loc } of judgedPlaces(sourceCode, verdicts)) {
          const place = `${loc.start.line}:${loc.start.column}`;
          if (entry.verdict !== "confirmed" || reported.has(place)) continue;
          reported.add(place);
          const advice = entry.advice ?? `see what holds it: leakproof verify ${entry.file}`;
          context.report({
            loc,
            messageId: "confirmed",
            data: { holder: entry.holder, growth: growthText(entry), advice },
          });
        }
      },
    };
  },
});
