import type { TSESTree } from "@typescript-eslint/utils";
import type { Holder, Operation } from "./holder.js";
import { holdersOf } from "./holders.js";
import { functionName } from "../calls.js";
import { ruleFor, type GrowthRule } from "./memo.js";
import { pairingOf } from "./pairing.js";
import { perFile } from "../per-file.js";
import { BOUNDED, openGrowths, UNLIKELY, type Growing } from "./sanitizers.js";
import { functionAround, unwrap, type Node, type SourceCode } from "../syntax.js";

/** What stands between the holder and its entries' release. */
export type Release =
  | { readonly kind: "never" }
  /** One entry goes when a function is called that the growth does not lead to. */
  | { readonly kind: "removed-by"; readonly functionName: string }
  /** All entries go when such a function is called. */
  | { readonly kind: "emptied-by"; readonly functionName: string }
  /** A removal follows, but a throw or return passes it by. */
  | { readonly kind: "skipped"; readonly removal: Operation }
  /** The holder is handed to code that the file does not show. */
  | { readonly kind: "escapes" };

/** A holder that may grow for ever, and how sure that is. */
export interface Suspect {
  readonly holder: Holder;
  readonly rule: GrowthRule;
  readonly isLikely: boolean;
  readonly release: Release;
  /** Where the report stands: the holder's name, without a type annotation. */
  readonly location: TSESTree.SourceLocation;
  /** The growths that count: open keys, in code that runs again, not taken back. First in the file first. */
  readonly growths: readonly Operation[];
}

/** All suspects of a file, for all rules that share them. */
export const suspectsOf = perFile((sourceCode) => (MAY_GROW.test(sourceCode.text) ? findSuspects(sourceCode) : []));

/** A file without any of these adds nothing to anything. */
const MAY_GROW = /\.(?:set|add|push|unshift|splice|concat|assign)\b|\]\s*(?:\?\?|\|\|)?=[^=]|=\s*(?:\{|\[|new\b)/;

function findSuspects(sourceCode: SourceCode): readonly Suspect[] {
  const suspects: Suspect[] = [];
  const collections = new Set<Node>();
  for (const holder of holdersOf(sourceCode)) {
    const suspect = judge(sourceCode, holder);
    const own = [holder.place, ...holder.initialisers.map(madeBy)];
    if (!suspect || own.some((node) => collections.has(node))) continue;
    for (const node of own) collections.add(node);
    suspects.push(suspect);
  }
  return suspects;
}

/** The expression that makes the collection: the same for both names of `const c = (exports.c = new Map())`. */
function madeBy(initialiser: Node): Node {
  const node = unwrap(initialiser);
  return node.type === "AssignmentExpression" ? madeBy(node.right) : node;
}

function judge(sourceCode: SourceCode, found: Holder): Suspect | null {
  const open = openGrowths(sourceCode, found);
  const removals = found.removals.filter(
    (removal) => !open.some((growth) => pairingOf(sourceCode, found, growth, removal) === "refreshes"),
  );
  const holder: Holder = { ...found, removals };
  const growths: Operation[] = [];
  let skipped: Operation | null = null;
  for (const growth of open) {
    const pairings = removals.map((removal) => ({ removal, pairing: pairingOf(sourceCode, holder, growth, removal) }));
    if (pairings.some(({ pairing }) => pairing === "paired" || pairing === "evicts")) continue;
    skipped ??= pairings.find(({ pairing }) => pairing === "skipped")?.removal ?? null;
    growths.push(growth);
  }
  if (growths.length === 0) return null;
  growths.sort((left, right) => left.node.range[0] - right.node.range[0]);
  const growing: Growing = { sourceCode, holder, growths };
  if (Object.values(BOUNDED).some((applies) => applies(growing))) return null;
  const rule = ruleFor(sourceCode, holder, growths);
  return {
    holder,
    rule,
    isLikely: !Object.entries(UNLIKELY).some(([name, applies]) => isAsked(rule, name) && applies(growing)),
    release: releaseOf(holder, growths, skipped),
    location: locationOf(holder),
    growths,
  };
}

/** Who adds to a default takes it for their own: that is wrong however many keys there are. */
function isAsked(rule: GrowthRule, sanitizer: string): boolean {
  return rule !== "no-shared-mutable-default" || sanitizer !== "bounded-by-program";
}

/** An identifier's node includes its type annotation. */
function locationOf({ place }: Holder): TSESTree.SourceLocation {
  if (place.type !== "Identifier") return place.loc;
  const { start } = place.loc;
  return { start, end: { line: start.line, column: start.column + place.name.length } };
}

function releaseOf(holder: Holder, growths: readonly Operation[], skipped: Operation | null): Release {
  if (skipped) return { kind: "skipped", removal: skipped };
  const [empty] = holder.empties;
  if (empty) return { kind: "emptied-by", functionName: nameAround(empty) };
  const removal = holder.removals.find(
    ({ node, depth }) => depth <= (growths[0]?.depth ?? 0) && functionAround(node) !== null,
  );
  if (removal) return { kind: "removed-by", functionName: nameAround(removal) };
  return holder.escapes.length > 0 ? { kind: "escapes" } : { kind: "never" };
}

function nameAround(operation: Operation): string {
  for (let around = functionAround(operation.node); around; around = functionAround(around)) {
    const name = functionName(around);
    if (name !== null) return `${name}()`;
  }
  return `the code at line ${operation.node.loc.start.line}`;
}
