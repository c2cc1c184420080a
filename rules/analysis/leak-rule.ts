import type { JSONSchema } from "@typescript-eslint/utils";
import { createRule, type LeakRule, type RuleDocs } from "./create-rule.js";
import { placeOf, type Detector } from "./leak.js";
import { wordsOf } from "./words.js";
import { isReported, REPORT_SCHEMA, type ReportOption } from "./report-option.js";

interface LeakRuleParts<MessageIds extends string> {
  readonly name: string;
  readonly docs: Omit<RuleDocs, "url">;
  readonly messages: Record<MessageIds, string>;
  readonly hasSuggestions?: boolean;
  /** A file with none of these words has nothing for the rule. */
  readonly words?: readonly string[];
  readonly detect: Detector;
}

/** A rule that reports what a detector finds, under the option `report`. */
export function leakRule<MessageIds extends string>(
  parts: LeakRuleParts<MessageIds>,
): LeakRule<ReportOption, MessageIds> {
  const { name, docs, messages, words, detect } = parts;
  const isMessage = (id: string): id is MessageIds => Object.hasOwn(messages, id);
  const schema: Record<string, JSONSchema.JSONSchema4> = REPORT_SCHEMA;
  return createRule<ReportOption, MessageIds>({
    name,
    docs,
    messages,
    hasSuggestions: parts.hasSuggestions ?? false,
    schema,
    defaultOption: { report: "likely" },
    create(context, option) {
      if (words && !wordsOf(context.sourceCode).hasAny(words)) return {};
      return {
        "Program:exit"() {
          for (const { place, messageId, data, isLikely, suggestions = [] } of detect(context.sourceCode)) {
            if (!isReported(option, isLikely, context.filename, context.cwd) || !isMessage(messageId)) continue;
            const suggest = suggestions.flatMap((suggestion) =>
              isMessage(suggestion.messageId) ? [{ ...suggestion, messageId: suggestion.messageId }] : [],
            );
            context.report({ loc: placeOf(place), messageId, data, suggest });
          }
        },
      };
    },
  });
}
