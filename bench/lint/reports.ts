/** What the presets report in one file. */
import parser from "@typescript-eslint/parser";
import type { TSESTree } from "@typescript-eslint/utils";
import { Linter, type SourceCode } from "eslint";
import { factsAt, plugin } from "./plugin.js";

export const PRESETS = ["recommended", "strict"] as const;
export type Preset = (typeof PRESETS)[number];

export interface Report {
  /** Without the plugin's prefix. */
  readonly rule: string;
  /** From 1, as in ESLint's messages. */
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly message: string;
  /** The reported range's text. */
  readonly text: string;
  /** What the facts call the holder; the reported text where there are none. */
  readonly holder: string;
  /** The names of the functions and classes around the report, outermost first, joined by dots; "" at module level. */
  readonly within: string;
}

export type LintedFile =
  | {
      readonly kind: "linted";
      readonly reports: Readonly<Record<Preset, readonly Report[]>>;
      readonly sourceCode: SourceCode;
    }
  | { readonly kind: "unparsed"; readonly reason: string };

/**
 * Lints text with both presets, which it parses once. Comments that switch rules off are not honoured: they were
 * written for other rules.
 *
 * @param file relative to the root of its package or repository
 */
export function lintText(text: string, file: string): LintedFile {
  const linter = new Linter({ configType: "flat" });
  const verify = (source: string | SourceCode, preset: Preset): Linter.LintMessage[] =>
    linter.verify(source, [{ ...plugin.configs[preset], ...languageOf(file, text) }], { filename: file });
  const strict = verify(text, "strict");
  const fatal = strict.find((message) => message.fatal === true && message.message.startsWith("Parsing error"));
  if (fatal) return { kind: "unparsed", reason: `${fatal.message} (${fatal.line}:${fatal.column})` };
  const sourceCode = linter.getSourceCode();
  const reportsOf = (messages: readonly Linter.LintMessage[]): Report[] =>
    messages.flatMap((message) => (message.ruleId === null ? [] : [reportOf(sourceCode, message, file)]));
  const reports = { strict: reportsOf(strict), recommended: reportsOf(verify(sourceCode, "recommended")) };
  return { kind: "linted", reports, sourceCode };
}

/** The parser, and the source type that a project of such files would configure. */
export function languageOf(file: string, text: string): Linter.Config {
  return {
    files: ["**/*", "**/*.*"], // each matches what the other does not: names without a dot, and with any extension
    languageOptions: {
      parser,
      sourceType: isModule(file, text) ? "module" : "commonjs",
      parserOptions: { ecmaFeatures: { jsx: !/\.[cm]?ts$/.test(file) } },
    },
    linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: "off" },
  };
}

/** Published packages put ES modules in `.js` files without saying so: their text tells. */
function isModule(file: string, text: string): boolean {
  if (/\.(?:m[jt]s|tsx?)$/.test(file)) return true;
  return !/\.c[jt]s$/.test(file) && /^\s*(?:import\s*[\w{*"']|export\s*[\w{*])/m.test(text);
}

function reportOf(sourceCode: SourceCode, message: Linter.LintMessage, file: string): Report {
  const { line, column } = message;
  const endLine = message.endLine ?? line;
  const start = sourceCode.getIndexFromLoc({ line, column: column - 1 });
  const end =
    message.endColumn === undefined
      ? start
      : sourceCode.getIndexFromLoc({ line: endLine, column: message.endColumn - 1 });
  const text = sourceCode.text.slice(start, end);
  const ruleId = message.ruleId ?? "";
  return {
    rule: ruleId.slice(ruleId.lastIndexOf("/") + 1),
    line,
    column,
    endLine,
    message: message.message,
    text,
    holder: factsAt(sourceCode, ruleId, message, file)?.name ?? text,
    within: namesAround(sourceCode, start),
  };
}

function namesAround(sourceCode: SourceCode, index: number): string {
  const names: string[] = [];
  let node = sourceCode.getNodeByRangeIndex(index) as unknown as TSESTree.Node | null | undefined;
  // A report stands on a name: the name of a function or class is not inside it.
  if (node?.type === "Identifier" && "id" in (node.parent ?? {})) node = node.parent?.parent;
  for (; node; node = node.parent) {
    const name = nameOf(sourceCode, node);
    if (name !== null) names.unshift(name);
  }
  return names.join(".");
}

/** The name of a function or class, or that of the property or variable it is put in; null for what has none. */
function nameOf(sourceCode: SourceCode, node: TSESTree.Node): string | null {
  const textOf = (named: TSESTree.Node): string => sourceCode.text.slice(...named.range);
  switch (node.type) {
    case "FunctionDeclaration":
    case "ClassDeclaration":
      return node.id && textOf(node.id);
    case "FunctionExpression":
    case "ArrowFunctionExpression":
    case "ClassExpression": {
      const { parent } = node;
      if (parent.type === "MethodDefinition" || parent.type === "PropertyDefinition" || parent.type === "Property")
        return textOf(parent.key);
      if (parent.type === "VariableDeclarator" && parent.id.type === "Identifier") return parent.id.name;
      if (parent.type === "AssignmentExpression") return textOf(parent.left);
      return node.type === "ArrowFunctionExpression" ? null : node.id && textOf(node.id);
    }
    default:
      return null;
  }
}
