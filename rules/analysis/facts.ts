/**
 * What the static half knows of one finding's holder: the contract between the rules and the verifier.
 */
import { createHash } from "node:crypto";
import type { SourceCode as EslintSourceCode } from "eslint";
import { functionName, isTimed } from "./calls.js";
import type { Holder, Operation } from "./holder.js";
import { isExportedDeclaration } from "./lifetime.js";
import { holdersOf } from "./holders.js";
import { hasUnknownLimit } from "./bounds.js";
import { limitsNear } from "./limits.js";
import { suspectsOf } from "./suspects.js";
import { functionAround, keyName, unwrap, wrapped, type FunctionNode, type Node, type SourceCode } from "./syntax.js";

/** A place in source text: `line` from 1, `column` and `offset` from 0, in UTF-16 units. */
export interface SourcePlace {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

/** A half-open range of source text. */
export interface SourceRange {
  readonly start: SourcePlace;
  readonly end: SourcePlace;
}

/** What keeps the objects. `import`: the binding belongs to another module. */
export type HolderKind = "binding" | "export" | "static" | "property" | "closure" | "global" | "import";

/** The kind of collection, as far as its initialiser tells. */
export type ContainerKind = "Map" | "Set" | "WeakMap" | "Array" | "Object" | "unknown";

/** An operation on a holder: where it is, what it is called, and the function it stands in. */
export interface OperationSite extends SourceRange {
  /** `set`, `add`, `push`, `unshift`, `assign` (`o[k] = v`), `spread` (`x = [...x, y]`), `delete`, `clear`, … */
  readonly operation: string;
  /** The innermost function around the operation; null for code that runs at load. */
  readonly functionRange: SourceRange | null;
  /** That function's name where it has one (`clear`, `Registry.remove`), else null. */
  readonly functionName: string | null;
  /** True when that function is exported or a public method, so that a caller's tear-down could run it. */
  readonly isPublic: boolean;
  /** True when the operation stands in a timer's callback. */
  readonly isTimed: boolean;
}

/** How running code reaches the holder: a root, then property names (`#name` for private fields). */
export interface HolderPath {
  readonly root:
    | {
        readonly kind: "variable";
        readonly name: string;
        /** `module`: the module's own scope. `function`: a variable of a function, one for each call. */
        readonly scope: "module" | "function";
        /** The range of the function or module that declares it. */
        readonly scopeRange: SourceRange;
        /** Where the variable is declared. */
        readonly declaration: SourceRange;
        /** The class or function the name is bound to, for static fields and function properties. */
        readonly definition: SourceRange | null;
        /** Whether the variable keeps its first value, so that it need be looked up only once. */
        readonly isConstant: boolean;
      }
    | { readonly kind: "exports" }
    | { readonly kind: "global" };
  readonly properties: readonly string[];
}

/** All that the static half knows of the holder of one finding. */
export interface Facts {
  readonly kind: HolderKind;
  /** As the user would write it: `tempLogs`, `Session.live`, `createDebug.instances`, `module.exports.cache`. */
  readonly name: string;
  /** The file the holder is declared in (for `import`: the importing file), as ESLint names it. */
  readonly module: string;
  readonly container: ContainerKind;
  readonly path: HolderPath;
  readonly growSites: readonly OperationSite[];
  readonly shrinkSites: readonly OperationSite[];
  /** Numeric limits found in the holder's code (`size >= LIMIT`, `max: 500`), in entries. */
  readonly capacities: readonly number[];
  /** Whether the holder's size is compared with a limit whose value the file does not tell. */
  readonly hasUnknownLimit: boolean;
  /** Clocks read or set near the holder's entries: `Date.now`, `performance.now`, `setTimeout`, `expires`, … */
  readonly clocks: readonly string[];
  /** A hash of relative path, rule, holder and normalised grow and shrink code: stable when lines move. */
  readonly fingerprint: string;
}

/**
 * What is known of the holder that a report names; null where no holder is reported at that place.
 *
 * @param ruleId with or without the plugin's prefix
 * @param place as in ESLint's messages: line and column from 1
 * @param file the path to name and to hash: relative to the working directory, with `/`
 */
export function factsAt(
  sourceCode: EslintSourceCode,
  ruleId: string,
  place: { readonly line: number; readonly column: number },
  file: string,
): Facts | null {
  const rule = ruleId.slice(ruleId.lastIndexOf("/") + 1);
  const source = withParents(sourceCode);
  const isThere = ({ holder }: { readonly holder: Holder }): boolean => {
    const { line, column } = holder.place.loc.start;
    return line === place.line && column + 1 === place.column;
  };
  const suspects = suspectsOf(source).filter(isThere);
  const suspect = suspects.find((candidate) => candidate.rule === rule) ?? suspects[0];
  if (suspect) return factsOf(source, { ...suspect, rule }, file);
  // Reports of other versions and other tools may accuse what this version holds for bounded.
  const holder = holdersOf(source).find((candidate) => isThere({ holder: candidate }));
  return holder ? factsOf(source, { holder, growths: holder.growths, rule }, file) : null;
}

/** A holder and the growths it is accused of. */
interface Accused {
  readonly rule: string;
  readonly holder: Holder;
  readonly growths: readonly Operation[];
}

/** ESLint links nodes to their parents only when it lints; a file that was merely parsed is linked here. */
function withParents(sourceCode: EslintSourceCode): SourceCode {
  const linked = sourceCode as unknown as SourceCode & { traverse?: () => unknown };
  if (linked.ast.body[0] && !linked.ast.body[0].parent) linked.traverse?.();
  return linked;
}

function factsOf(sourceCode: SourceCode, suspect: Accused, file: string): Facts {
  const { holder } = suspect;
  const site = (operation: Operation): OperationSite => siteOf(sourceCode, operation);
  const shrinks = [...holder.removals, ...holder.empties].sort(
    (left, right) => left.node.range[0] - right.node.range[0],
  );
  return {
    kind: holder.kind,
    name: holder.name,
    module: file,
    container: holder.container,
    path: pathOf(sourceCode, holder),
    growSites: suspect.growths.map(site),
    shrinkSites: shrinks.map(site),
    ...limitsNear(sourceCode, holder),
    hasUnknownLimit: hasUnknownLimit(sourceCode, holder),
    fingerprint: fingerprintOf(sourceCode, suspect, shrinks, file),
  };
}

function siteOf(sourceCode: SourceCode, { node, operation }: Operation): OperationSite {
  const around = functionAround(node);
  return {
    ...rangeOf(node),
    operation,
    functionRange: around && rangeOf(around),
    functionName: around && functionName(around),
    isPublic: around !== null && isPublic(sourceCode, around),
    isTimed: isTimed(sourceCode, node),
  };
}

/** A function that code elsewhere could call: exported, a method without `private` or `#`, or stored on an object. */
function isPublic(sourceCode: SourceCode, around: FunctionNode): boolean {
  const parent = wrapped(around).parent;
  if (parent?.type === "MethodDefinition") {
    return parent.accessibility !== "private" && !(keyName(parent.key, parent.computed) ?? "").startsWith("#");
  }
  if (
    parent?.type === "Property" ||
    parent?.type === "AssignmentExpression" ||
    parent?.type === "ExportDefaultDeclaration"
  )
    return true;
  const declaration =
    around.type === "FunctionDeclaration" ? around : parent?.type === "VariableDeclarator" ? parent : null;
  const [variable] = declaration ? sourceCode.getDeclaredVariables(declaration) : [];
  if (!variable) return false;
  return isExportedDeclaration(variable) || variable.references.some(({ identifier }) => isHandedOut(identifier));
}

function isHandedOut(identifier: Node): boolean {
  const parent = wrapped(identifier).parent;
  if (parent?.type === "AssignmentExpression")
    return parent.right === identifier && parent.left.type === "MemberExpression";
  return (
    parent?.type === "ExportSpecifier" ||
    parent?.type === "ExportDefaultDeclaration" ||
    parent?.type === "Property" ||
    parent?.type === "ReturnStatement"
  );
}

function pathOf(sourceCode: SourceCode, { root, properties, boundary }: Holder): HolderPath {
  if (root.kind !== "variable") return { root: { kind: root.kind }, properties };
  const { variable } = root;
  const { block } = variable.scope.variableScope;
  const [definition] = variable.defs;
  const identifier = variable.identifiers[0] ?? block;
  const value =
    definition?.node.type === "VariableDeclarator" && definition.node.init
      ? unwrap(definition.node.init)
      : definition?.node;
  const isCallable = value !== undefined && /^(Class|Function|ArrowFunction)/.test(value.type);
  return {
    root: {
      kind: "variable",
      name: variable.name,
      scope: boundary === null && block.type === "Program" ? "module" : "function",
      scopeRange: block.type === "Program" ? wholeText(sourceCode) : rangeOf(block),
      declaration: nameRange(identifier, variable.name),
      definition: isCallable ? rangeOf(value) : null,
      isConstant: !variable.references.some((reference) => reference.isWrite() && reference.init !== true),
    },
    properties,
  };
}

function rangeOf(node: Node): SourceRange {
  return {
    start: { ...node.loc.start, offset: node.range[0] },
    end: { ...node.loc.end, offset: node.range[1] },
  };
}

/** An identifier without the type annotation that its node includes. */
function nameRange(identifier: Node, name: string): SourceRange {
  const { start } = rangeOf(identifier);
  return { start, end: { line: start.line, column: start.column + name.length, offset: start.offset + name.length } };
}

function wholeText(sourceCode: SourceCode): SourceRange {
  const offset = sourceCode.text.length;
  return { start: { line: 1, column: 0, offset: 0 }, end: { ...sourceCode.getLocFromIndex(offset), offset } };
}

function fingerprintOf(sourceCode: SourceCode, suspect: Accused, shrinks: readonly Operation[], file: string): string {
  const code = [...suspect.growths, ...shrinks].map(({ node }) => sourceCode.getText(node).replace(/\s+/g, " "));
  const parts = [file.replaceAll("\\", "/"), suspect.rule, suspect.holder.name, ...code];
  return createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, 16);
}
