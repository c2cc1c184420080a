import leakproof from "eslint-plugin-leakproof";
import parser from "@typescript-eslint/parser";

export default [{ files: ["**/*.ts"], languageOptions: { parser }, ...leakproof.configs.strict }];
