import parser from "@typescript-eslint/parser";
import { SourceCode as EslintSourceCode, Linter } from "eslint";
import type { SourceCode } from "../../../rules/analysis/syntax.js";

/** Code as the rules get it: parsed, with scopes, nodes linked to their parents. */
export function parse(code: string, sourceType: "module" | "commonjs" = "module"): SourceCode {
  const linter = new Linter({ configType: "flat" });
  const messages = linter.verify(code, [{ files: ["**/*.*"], languageOptions: { parser, sourceType } }], {
    filename: "a.ts",
  });
  const [fatal] = messages.filter((message) => message.fatal === true);
  if (fatal) throw new Error(fatal.message);
  const sourceCode: EslintSourceCode = linter.getSourceCode();
  // ESLint's and typescript-eslint's types of one class do not know each other.
  return sourceCode as unknown as SourceCode;
}
