import parser from "@typescript-eslint/parser";
import { Linter, type SourceCode } from "eslint";
import plugin from "../../rules/index.js";
import { factsAt, type Facts } from "../../rules/analysis/facts.js";

export type Preset = "recommended" | "strict";

export interface Linted {
  readonly messages: readonly Linter.LintMessage[];
  readonly sourceCode: SourceCode;
}

/** Lints JavaScript text with one of our presets, by ESLint's own parser, which knows no TypeScript. */
export function lintJavaScript(code: string, preset: Preset, filename: string): readonly Linter.LintMessage[] {
  const linter = new Linter({ configType: "flat" });
  const languageOptions = { parserOptions: { ecmaFeatures: { jsx: true } } };
  const messages = linter.verify(code, [{ ...plugin.configs[preset], files: ["**/*.*"], languageOptions }], {
    filename,
  });
  const fatal = messages.find((message) => message.ruleId === null);
  if (fatal) throw new Error(`${filename}: ${fatal.message}`);
  return messages;
}

/** Lints TypeScript text with one of our presets, as a user's config would. */
export function lint(
  code: string,
  preset: Preset,
  filename = "src/file.ts",
  sourceType: "module" | "commonjs" = "module",
): Linted {
  const linter = new Linter({ configType: "flat" });
  const languageOptions = { parser, sourceType, parserOptions: { ecmaFeatures: { jsx: filename.endsWith("x") } } };
  const config = { ...plugin.configs[preset], files: ["**/*.*"], languageOptions };
  const messages = linter.verify(code, [config], { filename });
  const fatal = messages.find((message) => message.ruleId === null);
  if (fatal) throw new Error(`${filename}: ${fatal.message}`);
  return { messages, sourceCode: linter.getSourceCode() };
}

/** The facts of each report of the `strict` preset. */
export function factsOf(code: string, sourceType: "module" | "commonjs" = "module"): readonly Facts[] {
  const { messages, sourceCode } = lint(code, "strict", "src/file.ts", sourceType);
  return messages.map(({ ruleId, line, column }) => {
    const facts = factsAt(sourceCode, ruleId ?? "", { line, column }, "src/file.ts");
    if (!facts) throw new Error(`no facts for ${ruleId} at ${line}:${column}`);
    return facts;
  });
}
