/**
 * When a report is about a known leak, and when a report of the fixed version is the same accusation.
 *
 * A report of the site's file is **at the site** where one of these holds; the first that does is its closeness:
 * - `line`: its range has a line of the site. In minified text, whose lines are endless, it must be near the column too.
 * - `statement`: it starts on a line of the statement that the site's line is part of. The bodies of functions in that
 *   statement are not part of it. (Commits only: there a line was recorded, not a place.)
 * - `holder`: its holder's last name is that of the site's binding: `_cache` for `this.core._cache`.
 * - `mention`: the reported text, or what the message quotes, has that name as a word.
 *
 * A report of the fixed version is **the same accusation** where its holder is the same, and so are the functions around
 * it or the source line: lines move, names rarely do. The rule may be another; totals tell how many it was.
 */
import type { TSESTree } from "@typescript-eslint/utils";
import type { SourceCode } from "eslint";
import type { LeakSite } from "../corpus/cases.js";
import { lastName } from "../corpus/names.js";
import type { Report } from "../lint/reports.js";

export type Closeness = "line" | "statement" | "holder" | "mention";

/** A linted text, and what is reported in it. */
export interface ReportedText {
  readonly text: string;
  readonly reports: readonly Report[];
}

/** A line longer than this is minified code. */
const MAX_LINE = 300;
const MAX_COLUMNS_AWAY = 80;

const SIMPLE_STATEMENTS: ReadonlySet<string> = new Set([
  "ExpressionStatement",
  "VariableDeclaration",
  "ReturnStatement",
  "ThrowStatement",
  "PropertyDefinition",
]);

/** How close a report is to a site of the same file; null where it is about something else. */
export function closeness(report: Report, site: LeakSite, text: string): Closeness | null {
  if (report.line <= site.line && site.line <= report.endLine) {
    const isMinified = lineOf(text, site.line).length > MAX_LINE;
    if (!isMinified || Math.abs(report.column - site.column) <= MAX_COLUMNS_AWAY) return "line";
  }
  const name = lastName(site.binding);
  if (name === "") return null;
  if (lastName(report.holder) === name) return "holder";
  const quotes = report.message.match(/`[^`]+`/g) ?? [];
  return [report.text, ...quotes].some((quote) => hasWord(quote, name)) ? "mention" : null;
}

/** As `closeness`, for a recorded line of a commit: by place alone. */
export function closenessToLine(report: Report, line: number, sourceCode: SourceCode): "line" | "statement" | null {
  if (report.line <= line && line <= report.endLine) return "line";
  return statementLines(sourceCode, line).has(report.line) ? "statement" : null;
}

/** The reports of the fixed text that are the same accusation. */
export function remaining(report: Report, leaky: ReportedText, fixed: ReportedText): readonly Report[] {
  const sourceLine = normalised(lineOf(leaky.text, report.line));
  return fixed.reports.filter(
    (other) =>
      other.holder === report.holder &&
      (other.within === report.within || normalised(lineOf(fixed.text, other.line)) === sourceLine),
  );
}

/** The lines of the innermost simple statement around a line, without those of function bodies in it. */
function statementLines(sourceCode: SourceCode, line: number): ReadonlySet<number> {
  let best: ReadonlySet<number> = new Set();
  const visit = (node: TSESTree.Node): void => {
    if (node.loc.start.line > line || node.loc.end.line < line) return;
    if (SIMPLE_STATEMENTS.has(node.type)) {
      const lines = linesOutsideFunctions(sourceCode, node);
      if (lines.has(line) && (best.size === 0 || lines.size <= best.size)) best = lines;
    }
    for (const child of childrenOf(sourceCode, node)) visit(child);
  };
  visit(programOf(sourceCode));
  return best;
}

function linesOutsideFunctions(sourceCode: SourceCode, statement: TSESTree.Node): Set<number> {
  const lines = new Set<number>();
  for (let line = statement.loc.start.line; line <= statement.loc.end.line; line++) lines.add(line);
  const visit = (node: TSESTree.Node): void => {
    const isBody = node.type === "BlockStatement" && /Function/.test(node.parent.type);
    if (isBody) for (let line = node.loc.start.line + 1; line < node.loc.end.line; line++) lines.delete(line);
    else for (const child of childrenOf(sourceCode, node)) visit(child);
  };
  visit(statement);
  return lines;
}

function childrenOf(sourceCode: SourceCode, node: TSESTree.Node): readonly TSESTree.Node[] {
  const keys: readonly string[] = sourceCode.visitorKeys[node.type] ?? [];
  return keys.flatMap((key) => {
    const value: unknown = Reflect.get(node, key);
    return (Array.isArray(value) ? value : [value]).filter((child): child is TSESTree.Node => Boolean(child));
  });
}

function programOf(sourceCode: SourceCode): TSESTree.Node {
  return sourceCode.ast as unknown as TSESTree.Program;
}

function hasWord(text: string, word: string): boolean {
  for (let start = text.indexOf(word); start !== -1; start = text.indexOf(word, start + 1)) {
    const around = `${text[start - 1] ?? " "}${text[start + word.length] ?? " "}`;
    if (!/[\w$]/.test(around)) return true;
  }
  return false;
}

function lineOf(text: string, line: number): string {
  return text.split("\n")[line - 1] ?? "";
}

function normalised(line: string): string {
  return line.replace(/\s+/g, " ").trim();
}
