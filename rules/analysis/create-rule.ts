import type { JSONSchema, TSESLint } from "@typescript-eslint/utils";
import { useSettings } from "./settings.js";
import { withVerdicts, type RuleView } from "./verdicts/judged.js";

/** Which of the two presets a rule is in: `recommended` rules are in `strict` too. */
export interface RuleDocs {
  readonly description: string;
  readonly preset: "recommended" | "strict";
  readonly url: string;
}

export interface LeakRule<Option extends object, MessageIds extends string> {
  readonly meta: TSESLint.RuleMetaData<MessageIds, RuleDocs, readonly [Option]> & { readonly docs: RuleDocs };
  readonly defaultOptions: readonly [Option];
  readonly create: (context: Readonly<TSESLint.RuleContext<MessageIds, readonly [Option]>>) => TSESLint.RuleListener;
}

interface RuleParts<Option extends object, MessageIds extends string> {
  readonly name: string;
  readonly docs: Omit<RuleDocs, "url">;
  readonly messages: Record<MessageIds, string>;
  readonly hasSuggestions: boolean;
  readonly schema: Record<string, JSONSchema.JSONSchema4>;
  readonly defaultOption: Option;
  readonly create: (context: RuleView<MessageIds, readonly [Option]>, option: Option) => TSESLint.RuleListener;
}

const PAGES = "https://github.com/leakproof/eslint-plugin-leakproof/blob/main/docs/rules";

/** A rule with one option object, whose missing members take the default's, and that knows what a run has settled. */
export function createRule<Option extends object, MessageIds extends string>(
  parts: RuleParts<Option, MessageIds>,
): LeakRule<Option, MessageIds> {
  const { name, docs, messages, hasSuggestions, schema, defaultOption, create } = parts;
  return {
    meta: {
      type: "problem",
      docs: { ...docs, url: `${PAGES}/${name}.md` },
      messages,
      hasSuggestions,
      schema: [{ type: "object", additionalProperties: false, properties: schema }],
      defaultOptions: [defaultOption],
    },
    defaultOptions: [defaultOption],
    create(context) {
      useSettings(context.sourceCode, context.settings);
      return create(withVerdicts(name, context), { ...defaultOption, ...context.options[0] });
    },
  };
}
