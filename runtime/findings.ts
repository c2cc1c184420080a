/** ESLint results, files or globs → findings: what the linter suspects, and what it knows of each holder. */
import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { ESLint } from "eslint";
import { glob, isDynamicPattern } from "tinyglobby";
import plugin from "../rules/index.js";
import { factsAt, type Facts } from "../rules/analysis/facts.js";
import { CONFIRMED_RULE, judgedPlaces, verdictsOn } from "../rules/analysis/verdicts/judged.js";
import { InputError } from "./input-error.js";
import { lintSource, MissingParser, ParseFailure, WITHOUT_VERDICTS, type LintedSource } from "./lint-source.js";

/** The rules, by the ids that findings have: what each is about, and where its page is. */
export const rulePages: ReadonlyMap<string, { readonly description: string; readonly url: string }> = new Map(
  Object.entries(plugin.rules).map(([name, { meta }]) => [
    `leakproof/${name}`,
    { description: meta?.docs?.description ?? "", url: meta?.docs?.url ?? "" },
  ]),
);

export const pluginVersion: string = plugin.meta?.version ?? "0.0.0";

const SOURCE_PATTERN = "**/*.{js,mjs,cjs,jsx,ts,mts,cts,tsx}";

/** One ESLint report of ours. */
export interface Finding {
  /** With the plugin's prefix: `leakproof/no-grow-only-registry`. */
  readonly ruleId: string;
  /** Absolute path. */
  readonly file: string;
  /** From 1, as ESLint counts. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** Null where no holder could be made out at the place of the report. */
  readonly facts: Facts | null;
  /** Whether a comment disables it: it is not reported, and neither is the growth it explains. */
  readonly isSuppressed: boolean;
}

export interface FindingOptions {
  readonly workingDirectory: string;
  /** An ESLint config to lint with, instead of the `strict` preset. */
  readonly config?: string;
  /** Only findings of this rule, with or without prefix. */
  readonly only?: string;
  /** Is told of each file that was linted with the `strict` preset: no finding in it was left out. */
  readonly onLint?: (file: string) => void;
  /** Is told of files that a glob or a folder brought and that cannot be read; without it they are errors. */
  readonly onSkip?: (reason: string) => void;
}

/**
 * Findings of what the user named: source files and directories, globs, and ESLint reports (`eslint --format json`).
 * Source files are linted with the `strict` preset wherever they lie; `eslint-disable` comments are honoured.
 *
 * @throws {InputError} for an input that does not exist, a named file that does not parse, or JSON that is no ESLint
 * report.
 */
export async function collectFindings(inputs: readonly string[], options: FindingOptions): Promise<Finding[]> {
  const only = options.only === undefined ? null : ruleNamed(options.only);
  const found: Finding[] = [];
  const named = new Set<string>();
  const matched = new Set<string>();
  for (const input of inputs) {
    const file = path.resolve(options.workingDirectory, input);
    if (input.endsWith(".json")) found.push(...reportedFindings(input, options));
    else if (existsSync(file) && !statSync(file).isDirectory()) named.add(file);
    else for (const match of await matchesOf(input, options.workingDirectory)) matched.add(match);
  }
  const files = new Set([...named, ...matched]);
  if (options.config !== undefined) found.push(...(await lintWithConfig([...files], options.config, options)));
  else
    for (const file of files)
      found.push(...lintFileOrSkip(file, options, named.has(file) ? undefined : options.onSkip));
  return distinct(found).filter((finding) => only === null || finding.ruleId === only);
}

/** Findings in files the user did not name: one that cannot be read is passed over, and told to `onSkip`. */
export function lintLoadedFiles(files: readonly string[], options: FindingOptions): Finding[] {
  const only = options.only === undefined ? null : ruleNamed(options.only);
  const found = files.flatMap((file) => lintFileOrSkip(file, options, options.onSkip));
  return found.filter((finding) => only === null || finding.ruleId === only);
}

function lintFileOrSkip(file: string, options: FindingOptions, onSkip: FindingOptions["onSkip"]): Finding[] {
  try {
    return lintFile(file, options);
  } catch (error) {
    if (!(error instanceof InputError) || onSkip === undefined) throw error;
    onSkip(error.message);
    return [];
  }
}

function ruleNamed(name: string): string {
  const bare = name.replace(/^leakproof\//, "");
  const known = Object.keys(plugin.rules ?? {});
  if (!known.includes(bare)) throw new InputError(`unknown rule: ${name} (known: ${known.join(", ")})`);
  return `leakproof/${bare}`;
}

/** The source files of a folder, or those a glob matches. */
async function matchesOf(input: string, workingDirectory: string): Promise<string[]> {
  const folder = path.resolve(workingDirectory, input);
  if (existsSync(folder)) {
    return glob(SOURCE_PATTERN, { cwd: folder, absolute: true, ignore: ["**/node_modules/**", "**/*.d.{ts,mts,cts}"] });
  }
  if (!isDynamicPattern(input)) throw new InputError(`no such file: ${input}`);
  const ignore = input.includes("node_modules") ? [] : ["**/node_modules/**"];
  const files = await glob(input, { cwd: workingDirectory, absolute: true, ignore });
  if (files.length === 0) throw new InputError(`no file matches ${input}`);
  return files.map((match) => path.normalize(match)).sort();
}

function lintFile(file: string, options: FindingOptions): Finding[] {
  const linted = readSource(file, options);
  options.onLint?.(file);
  return [
    ...linted.messages.map((message) => findingOf(linted, { file, ...message }, options)),
    ...linted.suppressed.map((message) => findingOf(linted, { file, ...message, isSuppressed: true }, options)),
  ];
}

async function lintWithConfig(files: readonly string[], config: string, options: FindingOptions): Promise<Finding[]> {
  const configFile = path.resolve(options.workingDirectory, config);
  if (!existsSync(configFile)) throw new InputError(`no such ESLint config: ${config}`);
  let results: ESLint.LintResult[];
  try {
    const eslint = new ESLint({
      cwd: options.workingDirectory,
      overrideConfigFile: configFile,
      overrideConfig: { settings: WITHOUT_VERDICTS },
    });
    results = await eslint.lintFiles([...files]);
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw new InputError(`ESLint cannot lint with ${config}: ${reason ?? ""}`);
  }
  return results.flatMap(({ filePath, messages, suppressedMessages }) =>
    ourMessages(filePath, [...messages, ...suppressed(suppressedMessages)], options),
  );
}

function reportedFindings(input: string, options: FindingOptions): Finding[] {
  const file = path.resolve(options.workingDirectory, input);
  if (!existsSync(file)) throw new InputError(`no such file: ${input}`);
  const results = eslintResults(readFileSync(file, "utf8"));
  if (results === null) {
    throw new InputError(
      `${input} is not an ESLint report: write one with eslint --format json --output-file ${input}`,
    );
  }
  return results.flatMap(({ filePath, messages, suppressedMessages = [] }) => {
    const source = path.resolve(options.workingDirectory, filePath);
    const ours = [...messages, ...suppressed(suppressedMessages)].filter((message) => ourRule(message.ruleId) !== null);
    if (ours.length > 0 && !existsSync(source))
      throw new InputError(`${input} names a file that does not exist: ${filePath}`);
    return [...ourMessages(source, ours, options), ...judgedBefore(source, options)];
  });
}

/**
 * Findings that a report leaves out because an earlier run has judged them: what it refuted is not reported, and what
 * it confirmed is reported by `no-confirmed-leak`, which knows no holder. They are judged anew.
 */
function judgedBefore(source: string, options: FindingOptions): Finding[] {
  const verdicts = verdictsOn({ filename: source, cwd: options.workingDirectory, settings: {} });
  if (verdicts?.kind !== "entries" || !existsSync(source)) return [];
  const linted = readSource(source, options);
  const places = judgedPlaces(linted.sourceCode as never, verdicts);
  return [...linted.messages, ...suppressed(linted.suppressed)]
    .filter(({ line, column }) =>
      places.some(({ loc: { start } }) => start.line === line && start.column === column - 1),
    )
    .map((message) => findingOf(linted, { ...message, file: source }, options));
}

interface Message {
  readonly ruleId: string | null;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly isSuppressed?: boolean;
}

function suppressed<Any extends Message>(messages: readonly Any[]): (Any & { readonly isSuppressed: true })[] {
  return messages.map((message) => ({ ...message, isSuppressed: true as const }));
}

function ourMessages(file: string, messages: readonly Message[], options: FindingOptions): Finding[] {
  const ours = messages.flatMap((message) => {
    const ruleId = ourRule(message.ruleId);
    return ruleId === null ? [] : [{ ...message, file, ruleId }];
  });
  if (ours.length === 0) return [];
  const linted = readSource(file, options);
  return ours.map((message) => findingOf(linted, message, options));
}

/** The rule's id under our own prefix, whatever prefix the user's config gives the plugin. */
function ourRule(ruleId: string | null): string | null {
  const slash = ruleId?.lastIndexOf("/") ?? -1;
  const bare = slash < 0 ? undefined : ruleId?.slice(slash + 1);
  if (bare === undefined || bare === CONFIRMED_RULE) return null;
  return Object.hasOwn(plugin.rules ?? {}, bare) ? `leakproof/${bare}` : null;
}

interface FileResult {
  readonly filePath: string;
  readonly messages: readonly Message[];
  readonly suppressedMessages?: readonly Message[];
}

function eslintResults(text: string): FileResult[] | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  return Array.isArray(parsed) && parsed.every(isResult) ? parsed : null;
}

function isResult(entry: unknown): entry is FileResult {
  return (
    isRecord(entry) &&
    typeof entry["filePath"] === "string" &&
    isMessages(entry["messages"]) &&
    (entry["suppressedMessages"] === undefined || isMessages(entry["suppressedMessages"]))
  );
}

function isMessages(entry: unknown): entry is Message[] {
  return Array.isArray(entry) && entry.every(isMessage);
}

function isMessage(entry: unknown): entry is Message {
  if (!isRecord(entry)) return false;
  const { ruleId, line, column, message } = entry;
  // A file that does not parse is reported without a rule, and sometimes without a place.
  if (typeof ruleId !== "string") return true;
  return typeof line === "number" && typeof column === "number" && typeof message === "string";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function readSource(file: string, options: FindingOptions): LintedSource {
  const name = path.relative(options.workingDirectory, file) || file;
  try {
    return lintSource(file);
  } catch (error) {
    if (error instanceof MissingParser) {
      throw new InputError(
        `${name} is TypeScript, which needs a parser: npm install --save-dev @typescript-eslint/parser`,
      );
    }
    if (error instanceof ParseFailure) throw new InputError(`${name} does not parse: ${error.message}`);
    throw error;
  }
}

function findingOf(
  linted: LintedSource,
  message: {
    readonly file: string;
    readonly ruleId: string;
    readonly line: number;
    readonly column: number;
    readonly message: string;
    readonly isSuppressed?: boolean;
  },
  options: FindingOptions,
): Finding {
  const { file, ruleId, line, column, isSuppressed = false } = message;
  const relative = path.relative(options.workingDirectory, file).split(path.sep).join("/");
  const facts = factsAt(linted.sourceCode, ruleId, { line, column }, relative);
  return { ruleId, file, line, column, message: message.message, facts, isSuppressed };
}

/** One leak, one finding: a holder that several reports accuse at the same place is judged once. */
function distinct(findings: readonly Finding[]): Finding[] {
  const byPlace = new Map<string, Finding>();
  for (const finding of findings) {
    const place = `${finding.file}:${finding.line}:${finding.column}:${finding.facts?.name ?? finding.ruleId}`;
    if (!byPlace.has(place)) byPlace.set(place, finding);
  }
  return [...byPlace.values()].sort(
    (left, right) => left.file.localeCompare(right.file) || left.line - right.line || left.column - right.column,
  );
}
