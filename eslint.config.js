/** The project under its own rules, typescript-eslint's, and the walls between its parts. */
import { existsSync } from "node:fs";
import js from "@eslint/js";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

const built = new URL("./dist/rules/index.js", import.meta.url);
if (!existsSync(built))
  throw new Error("eslint.config.js applies the project's own rules, which are not built yet: npm run build");
const { default: leakproof } = await import(built.href);

/** Values may not cross; where a type may, `allowTypeImports` says so. */
const wall = (...patterns) => ({ "@typescript-eslint/no-restricted-imports": ["error", { patterns }] });

const parserIsTypesOnly = {
  group: ["@typescript-eslint/*"],
  allowTypeImports: true,
  message: "As a run-time dependency it would install TypeScript for every user: import types only.",
};
const rulesAreApart = { group: ["**/runtime/**"], message: "rules/ never imports runtime/." };
const findingsAskTheRules = {
  group: ["**/rules/**"],
  allowTypeImports: true,
  message: "Of runtime/, only findings.ts, lint-source.ts and the writers of verdicts ask the rules.",
};

const onlyOfCommands = (property) => ({
  object: "process",
  property,
  message: "Only cli.ts and commands/ read arguments and set exit codes.",
});

export default defineConfig(
  // The examples leak on purpose, and error-log has a config of its own.
  { ignores: ["dist/", "coverage/", "test/patterns/", "**/fixtures/", "bench/corpus/drivers/", "examples/*/"] },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,
  leakproof.configs.strict,
  {
    // What a test keeps lives for one run.
    files: ["test/**"],
    rules: Object.fromEntries(
      Object.entries(leakproof.configs.strict.rules).map(([rule, entry]) => [
        rule,
        Array.isArray(entry) ? ["error", { report: "likely" }] : entry,
      ]),
    ),
  },
  {
    files: ["**/*.{js,mjs}"],
    languageOptions: {
      globals: { console: "readonly", performance: "readonly", process: "readonly", URL: "readonly" },
    },
  },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // `noUncheckedIndexedAccess` is off (typed arrays on hot paths), so the types of what is looked up claim too much.
      "@typescript-eslint/no-unnecessary-condition": "off",
      // Node types are enums of a package that we import types of only: `node.type === "Identifier"` is the way.
      "@typescript-eslint/no-unsafe-enum-comparison": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", destructuredArrayIgnorePattern: "^_" },
      ],
    },
  },
  {
    files: ["test/**/*.ts"],
    rules: {
      // Asymmetric matchers and JSON.parse are `any`; what a test reads wrongly fails the test.
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-return": "off",
      // Async shapes that await nothing are what some tests hand to the code.
      "@typescript-eslint/require-await": "off",
    },
  },
  {
    files: ["runtime/child/{inspection,launch}.ts"],
    // A field that a callback sets while the method waits is narrowed to `null`, and so to `never` where it is thrown.
    rules: { "@typescript-eslint/only-throw-error": "off" },
  },
  {
    files: ["runtime/child/container-size.ts"],
    // The built-in methods are taken off their prototypes before the workload can change them, and used through `call`.
    rules: { "@typescript-eslint/unbound-method": "off" },
  },
  {
    files: ["rules/**/*.ts", "runtime/**/*.ts"],
    // What runs in the workload's process ends that one.
    ignores: ["runtime/cli.ts", "runtime/commands/**", "runtime/child/**"],
    rules: { "no-restricted-properties": ["error", ...["argv", "exit", "exitCode"].map(onlyOfCommands)] },
  },
  { files: ["rules/**/*.ts"], rules: wall(rulesAreApart, parserIsTypesOnly) },
  {
    files: ["runtime/**/*.ts"],
    ignores: ["runtime/{findings,lint-source,verdict-entries,verdict-file}.ts"],
    rules: wall(findingsAskTheRules, parserIsTypesOnly),
  },
  {
    files: ["runtime/heap/**/*.ts"],
    rules: wall(
      {
        group: ["../*", "node:child_process", "node:inspector", "eslint"],
        message: "runtime/heap/ knows nothing of findings, ESLint or processes.",
      },
      parserIsTypesOnly,
    ),
  },
  {
    files: ["runtime/query/**/*.ts"],
    rules: wall(
      {
        group: ["../*", "!../heap", "!../input-error.js", "node:child_process", "node:inspector", "eslint"],
        message: "runtime/query/ asks runtime/heap/ and nobody else.",
      },
      parserIsTypesOnly,
    ),
  },
  {
    files: ["runtime/targets/**/*.ts"],
    rules: wall(
      {
        group: ["../*", "!../heap", "!../input-error.js", "eslint"],
        message: "runtime/targets/ brings heaps, and knows nothing of findings or of what is asked.",
      },
      parserIsTypesOnly,
    ),
  },
  {
    files: ["runtime/report/**/*.ts"],
    rules: wall(
      {
        group: ["**/child/**", "**/targets/**", "node:child_process", "node:inspector"],
        message: "runtime/report/ knows no inspector.",
      },
      findingsAskTheRules,
    ),
  },
);
