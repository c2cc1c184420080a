/**
 * Whether the code of a holder is still that which was judged. It is each statement and class member that names the
 * holder. Where nothing in the file names a holder that no rule flags, it is the statement that a function of the chain
 * stands in.
 */
import { createHash } from "node:crypto";
import type { TSESTree } from "@typescript-eslint/utils";
import { nodeAt } from "../invocations.js";
import { placeOf } from "../leak.js";
import { mentionsOf } from "../mentions.js";
import type { Node, SourceCode } from "../syntax.js";

export interface NamedHolder {
  /** Relative to the folder of the verdict file, with `/`. */
  readonly file: string;
  /** As the verifier names it: `PouchDB._listeners`, `square → closure variable results`. */
  readonly holder: string;
}

/**
 * A hash of the statements that name a holder: what guards its growth (`if (log.length > 99) return`) is in none of its
 * facts' sites, and no less what a run has judged. Null where the file does not name it.
 */
export function codeHash(sourceCode: SourceCode, sought: NamedHolder): string | null {
  return firstNamed(sourceCode, sought)?.fingerprint ?? null;
}

/** The fingerprint of an unflagged holder's code; null where the file does not show what code it is. */
export function unflaggedFingerprint(
  sourceCode: SourceCode,
  sought: NamedHolder,
  place: { readonly line: number; readonly column: number },
): string | null {
  const words = wordsOfName(sought.holder);
  const named = firstNamed(sourceCode, sought);
  const isTop = place.line === 1 && place.column === 1;
  if (isTop || words.includes(wordAt(sourceCode, place) ?? "")) return named?.fingerprint ?? null;
  const placed = statementsOf(sourceCode).find(({ loc }) => loc.start.line === place.line);
  return placed ? statementFingerprint(sourceCode, sought, placed) : (named?.fingerprint ?? null);
}

/** Where the code with a fingerprint is now: the holder's first mention, or where the statement begins. */
export function unflaggedPlace(
  sourceCode: SourceCode,
  sought: NamedHolder,
  fingerprint: string,
): TSESTree.SourceLocation | null {
  for (const word of wordsOfName(sought.holder)) {
    const code = namedCode(sourceCode, sought, word);
    if (code?.fingerprint === fingerprint) return placeOf(code.mention);
  }
  const statement = statementsOf(sourceCode).find(
    (node) => statementFingerprint(sourceCode, sought, node) === fingerprint,
  );
  return (statement && sourceCode.getFirstToken(statement)?.loc) ?? null;
}

/** The words of a holder's name, the most telling first: a property before the variable it hangs from. */
function wordsOfName(holder: string): readonly string[] {
  return [...new Set(holder.replace(/\[[^\]]*\]/g, " ").match(/[\w$]+/g))].reverse();
}

function firstNamed(sourceCode: SourceCode, sought: NamedHolder): NamedCode | null {
  for (const word of wordsOfName(sought.holder)) {
    const code = namedCode(sourceCode, sought, word);
    if (code) return code;
  }
  return null;
}

interface NamedCode {
  readonly mention: Node;
  readonly fingerprint: string;
}

function namedCode(sourceCode: SourceCode, sought: NamedHolder, word: string): NamedCode | null {
  const mentions = mentionsOf(sourceCode, word);
  const [mention] = mentions;
  if (!mention) return null;
  const statements = [...new Set(mentions.map(statementAround))];
  return { mention, fingerprint: fingerprintOf(sourceCode, sought, `name ${word}`, statements) };
}

function statementFingerprint(sourceCode: SourceCode, sought: NamedHolder, statement: Node): string {
  return fingerprintOf(sourceCode, sought, "statement", [statement]);
}

function fingerprintOf(
  sourceCode: SourceCode,
  { file, holder }: NamedHolder,
  kind: string,
  nodes: readonly Node[],
): string {
  const code = nodes.map((node) => sourceCode.getText(node).replace(/\s+/g, " "));
  return createHash("sha256")
    .update([file, holder, kind, ...code].join("\0"))
    .digest("hex")
    .slice(0, 16);
}

function wordAt(sourceCode: SourceCode, { line, column }: { line: number; column: number }): string | null {
  if (line > sourceCode.lines.length || column > (sourceCode.lines[line - 1]?.length ?? 0)) return null;
  const node = nodeAt(sourceCode, sourceCode.getIndexFromLoc({ line, column: column - 1 }));
  return node.type === "Identifier" || node.type === "PrivateIdentifier" ? node.name : null;
}

const STATEMENT = /(?:Statement|Declaration|Definition)$/;

function isStatement({ type }: Node): boolean {
  return STATEMENT.test(type) && type !== "BlockStatement";
}

function statementAround(node: Node): Node {
  let around = node;
  while (!isStatement(around) && around.parent) around = around.parent;
  return around;
}

/** The statements and class members of a file, outer ones before those in them. */
function statementsOf(sourceCode: SourceCode): readonly Node[] {
  const found: Node[] = [];
  const visit = (node: Node): void => {
    if (isStatement(node)) found.push(node);
    for (const key of sourceCode.visitorKeys[node.type] ?? []) {
      const child: unknown = Reflect.get(node, key);
      for (const each of Array.isArray(child) ? child : [child]) if (isNode(each)) visit(each);
    }
  };
  visit(sourceCode.ast);
  return found;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value;
}
