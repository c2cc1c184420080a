/** Lints one source file with the `strict` preset, wherever it lies. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { Linter, type SourceCode } from "eslint";
import { InputError } from "./input-error.js";
import plugin from "../rules/index.js";

/** Settings under which no rule looks at verdicts of earlier runs: the verifier judges anew. */
export const WITHOUT_VERDICTS = { leakproof: { verdicts: false } } as const;

type SourceType = "module" | "commonjs";

/** ESLint's own types leave the method out. */
type SuppressingLinter = Linter & { getSuppressedMessages: () => Linter.LintMessage[] };

/** The source does not parse; the message is the parser's, with its place. */
export class ParseFailure extends Error {}

/** The source is TypeScript and there is no parser for it. */
export class MissingParser extends Error {}

export interface SourceMessage {
  readonly ruleId: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export interface LintedSource {
  readonly sourceCode: SourceCode;
  readonly messages: readonly SourceMessage[];
  /** Those that a comment disables. */
  readonly suppressed: readonly SourceMessage[];
}

/**
 * @param file absolute path
 * @throws {ParseFailure} where the source is not valid under either source type
 * @throws {MissingParser} where it is TypeScript without `@typescript-eslint/parser`
 */
export function lintSource(file: string): LintedSource {
  const text = readFileSync(file, "utf8");
  const [first, second] = sourceTypes(file);
  try {
    return lint(file, text, first);
  } catch (error) {
    if (!(error instanceof ParseFailure)) throw error;
    try {
      return lint(file, text, second);
    } catch {
      throw error;
    }
  }
}

function lint(file: string, text: string, sourceType: SourceType): LintedSource {
  // From the root directory, and with nothing ignored: what was named is linted.
  const linter = new Linter({ configType: "flat", cwd: path.parse(file).root });
  const config: Linter.Config[] = [
    { ignores: ["!**/node_modules/", "!**/node_modules/**", "!**/.*/", "!**/.*"] },
    {
      ...plugin.configs.strict,
      files: ["**/*", "**/*.*"], // each matches what the other does not: names without a dot, and with any extension
      languageOptions: languageOptions(file, sourceType),
      settings: WITHOUT_VERDICTS,
      linterOptions: { reportUnusedDisableDirectives: "off" },
    },
  ];
  const messages = linter.verify(text, config, { filename: file });
  // ESLint 10 also calls `eslint-env` comments fatal, and lints the file all the same.
  const fatal = messages.find((message) => message.fatal === true && message.message.startsWith("Parsing error"));
  if (fatal !== undefined) {
    throw new ParseFailure(`${fatal.message.replace(/^Parsing error: /, "")} (${fatal.line}:${fatal.column})`);
  }
  return {
    sourceCode: linter.getSourceCode(),
    messages: ours(messages),
    suppressed: ours((linter as SuppressingLinter).getSuppressedMessages()),
  };
}

function ours(messages: readonly Linter.LintMessage[]): SourceMessage[] {
  return messages.flatMap(({ ruleId, line, column, message }) =>
    ruleId?.startsWith("leakproof/") === true ? [{ ruleId, line, column, message }] : [],
  );
}

function languageOptions(file: string, sourceType: SourceType): Linter.LanguageOptions {
  const parserOptions = { ecmaFeatures: { jsx: !/\.[cm]?ts$/.test(file) } };
  if (!/\.(?:[cm]?ts|tsx)$/.test(file)) return { sourceType, parserOptions };
  return { sourceType, parserOptions, parser: typescriptParser(file) };
}

function typescriptParser(file: string): Linter.Parser {
  for (const from of [file, path.join(process.cwd(), "package.json"), import.meta.url]) {
    try {
      return createRequire(from)("@typescript-eslint/parser") as Linter.Parser;
    } catch {
      continue;
    }
  }
  throw new MissingParser();
}

/** The likely source type, then the other: many bundled projects write ES modules in `.js` without saying so. */
function sourceTypes(file: string): readonly [SourceType, SourceType] {
  if (/\.c[jt]s$/.test(file)) return ["commonjs", "module"];
  if (/\.(?:m[jt]s|tsx?)$/.test(file)) return ["module", "commonjs"];
  return nearestPackageType(file) === "module" ? ["module", "commonjs"] : ["commonjs", "module"];
}

function nearestPackageType(file: string): unknown {
  for (let directory = path.dirname(file); ; directory = path.dirname(directory)) {
    const manifest = path.join(directory, "package.json");
    if (existsSync(manifest)) {
      const parsed = readManifest(manifest);
      return typeof parsed === "object" && parsed !== null && "type" in parsed ? parsed.type : undefined;
    }
    if (directory === path.dirname(directory)) return undefined;
  }
}

function readManifest(manifest: string): unknown {
  try {
    return JSON.parse(readFileSync(manifest, "utf8"));
  } catch (error) {
    throw new InputError(
      `${path.relative(process.cwd(), manifest)} is not JSON: ${(error as Error).message.split("\n")[0]}`,
    );
  }
}
