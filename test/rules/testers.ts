import parser from "@typescript-eslint/parser";
import { RuleTester as TypescriptRuleTester } from "@typescript-eslint/rule-tester";
import { Linter, RuleTester, type Rule } from "eslint";
import { afterAll, describe, expect, it } from "vitest";
import plugin from "../../rules/index.js";

TypescriptRuleTester.afterAll = afterAll;
TypescriptRuleTester.describe = describe;
TypescriptRuleTester.it = it;
TypescriptRuleTester.itOnly = it.only;
RuleTester.describe = describe;
RuleTester.it = it;

type Report = "likely" | "all";

/** A short case: a title, its code, and the lines that are reported, each with the holder it names. */
export interface Case {
  readonly title: string;
  readonly code: string;
  readonly report?: Report;
  readonly filename?: string;
  readonly errors?: readonly { readonly line: number; readonly holder: string; readonly suggestion?: string }[];
}

type Language = "typescript" | "module" | "commonjs";

/** Runs the cases of one rule through the rule tester of a language; cases without errors are valid ones. */
export function runCases(rule: string, messageId: string, language: Language, cases: readonly Case[]): void {
  const definition = ruleNamed(rule);
  const common = cases.map(({ title, code, report, filename }) => ({
    name: title,
    code,
    ...(report ? { options: [{ report }] } : {}),
    filename: filename ?? (language === "typescript" ? "src/file.ts" : "src/file.js"),
  }));
  const errorsOf = (index: number) =>
    (cases[index]?.errors ?? []).map(({ line, suggestion }) => ({
      messageId,
      line,
      ...(suggestion === undefined ? {} : { suggestions: [{ messageId: "useWeakMap", output: suggestion }] }),
    }));
  const valid = common.filter((_, index) => errorsOf(index).length === 0);
  const invalid = common.flatMap((each, index) =>
    errorsOf(index).length > 0 ? [{ ...each, errors: errorsOf(index) }] : [],
  );
  if (language === "typescript") {
    const tester = new TypescriptRuleTester({ languageOptions: { parser } });
    // The two testers describe the same rule in types that do not know each other.
    tester.run(`${rule} (${language})`, definition as never, { valid, invalid });
  } else {
    const tester = new RuleTester({ languageOptions: { sourceType: language, ecmaVersion: "latest" } });
    tester.run(`${rule} (${language})`, definition, { valid, invalid });
  }
  describe(`${rule} (${language}): messages`, () => {
    for (const each of cases.filter(({ errors = [] }) => errors.length > 0)) {
      it(each.title, () =>
        expect(messagesOf(rule, language, each)).toEqual(
          each.errors?.map(({ holder }) => expect.stringContaining(`\`${holder}\``)),
        ),
      );
    }
  });
}

function messagesOf(
  rule: string,
  language: Language,
  { code, report = "likely", filename = "src/file.ts" }: Case,
): readonly string[] {
  const sourceType = language === "commonjs" ? "commonjs" : "module";
  const languageOptions = language === "typescript" ? { parser } : { sourceType };
  const rules: Linter.RulesRecord = { [`leakproof/${rule}`]: ["error", { report }] };
  const config: Linter.Config = { files: ["**/*.*"], plugins: { leakproof: plugin }, rules, languageOptions };
  return new Linter({ configType: "flat" }).verify(code, [config], { filename }).map(({ message }) => message);
}

function ruleNamed(name: string): Rule.RuleModule {
  const rule = plugin.rules[name];
  if (!rule) throw new Error(`no such rule: ${name}`);
  return rule;
}
