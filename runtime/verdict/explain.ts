/** The chain from the module to what a confirmed holder keeps, in the user's words. */
import path from "node:path";
import type { Facts } from "../../rules/analysis/facts.js";
import type { DominatorTree } from "../heap/dominator-tree.js";
import type { HeapGraph } from "../heap/graph.js";
import { className, functionOf, visibleReferences, type VisibleReference } from "../heap/visible.js";
import type { SourcePlaces } from "../source-places.js";
import type { SuspendedFrame } from "../child/protocol.js";
import type { Anchor } from "../heap/anchors.js";
import type { Forest } from "../heap/forest.js";
import type { Hop } from "../heap/hops.js";
import { edgeText, fileOfAnchor, hopsTo, propertyText, slotText } from "./heap-path.js";
import type { Sighting } from "./heap-suspect.js";
import type { ChainHop } from "./result.js";

/** Hops below the holder. */
const MAXIMUM_HOPS = 8;
/** Links of a list that are followed after those that were counted. */
const LINKS_SHOWN = 64;
/** The chain goes on as long as one reference keeps this part of what the hop before it keeps. */
const LEADING_SHARE = 0.3;

export interface ExplainContext {
  readonly graph: HeapGraph;
  readonly tree: DominatorTree;
  readonly places: SourcePlaces;
  readonly workingDirectory: string;
  /** The variables of suspended functions. */
  readonly frames?: readonly SuspendedFrame[];
  /** The paths that the chain was found by. */
  readonly forest?: Forest;
  /** Whether an object was born in the run: such a one is shown though something else keeps it as well. */
  readonly isNew?: (node: number) => boolean;
}

/**
 * The holder's own hops, then from its entries down the references that keep the most.
 *
 * @param holder the holder's node; −1 where it is not in the snapshot, the chain then ends with the holder
 * @param size entries at the end of the run
 */
export function explainChain(
  context: ExplainContext,
  facts: Facts,
  type: string,
  holder: number,
  size: number,
): ChainHop[] {
  const hops = [...leadingHops(facts), holderHop(context, facts, type, holder, size)];
  if (holder < 0) return hops;
  const [reference, count] = mostKeptGroup(context, holder, isKeyed(type));
  if (reference !== null) descend(context, hops, reference, count, new Set([holder]), holder);
  return hops;
}

/** Goes on from a hop along the references that keep the most. */
function descend(
  context: ExplainContext,
  hops: ChainHop[],
  first: VisibleReference,
  times: number,
  seen: Set<number>,
  owner: number,
): void {
  const end = hops.length + MAXIMUM_HOPS;
  let reference: VisibleReference | null = first;
  let count = times;
  let from = owner;
  while (reference !== null && hops.length < end && !seen.has(reference.target)) {
    const { target, kind }: VisibleReference = reference;
    seen.add(target);
    const hop = hopOf(context, reference, count);
    const last = hops.at(-1);
    if (last !== undefined && isSameHop(last, hop) && last.count > LINKS_SHOWN) {
      // The rest of a list whose links have been counted: on into what the link carries.
      reference = mostKept(context, from, seen);
      continue;
    }
    appendHop(hops, kind === "local" ? { ...hop, edge: localText(context, from, target, "") } : hop);
    reference = mostKept(context, target, seen);
    from = target;
    count = 1;
  }
}

/**
 * From the anchor along the path that was found to where the objects pile up, then on into one of them.
 *
 * @param count entries at the end of the run
 */
export function explainSighting(
  context: ExplainContext,
  { forest, accumulation }: Sighting,
  count: number,
): ChainHop[] {
  const { holder, slot, entry } = accumulation;
  const { anchor, hops: path } = hopsTo(forest, entry >= 0 ? entry : holder);
  const hops = [anchorHop(context, anchor)];
  const isOfFunction = anchor?.kind === "function";
  const seen = new Set<number>();
  // A slot of its own name is the collection; otherwise the collection is what the slots belong to.
  const isInHolder = slot.kind === "entries" || accumulation.listClass !== null;
  const flagged = isInHolder ? path.findIndex(({ node }) => node === holder) : path.length - 1;
  path.forEach((hop, index) => {
    const reference: VisibleReference = {
      kind: "internal",
      name: hopText(context, forest, hop, index > 0 || isOfFunction),
      target: hop.node,
    };
    seen.add(hop.node);
    const isLast = index === path.length - 1;
    const described = hopOf(context, reference, isLast && index > flagged ? Math.max(1, count) : 1);
    appendHop(hops, { ...described, flagged: index === flagged, size: index === flagged ? count : null });
  });
  // The anchor itself is the collection: a module's scope, a list of timers.
  if (flagged < 0 && hops[0] !== undefined) hops[0] = { ...hops[0], flagged: true, size: count };
  const last = path.at(-1)?.node ?? -1;
  const next = last < 0 ? null : mostKept(context, last, seen);
  if (next !== null) descend(context, hops, next, 1, seen, last);
  return hops;
}

function anchorHop(context: ExplainContext, anchor: Anchor | undefined): ChainHop {
  const { workingDirectory } = context;
  const blank = { line: null, size: null, count: 1, retainedBytes: null, flagged: false } as const;
  const file = fileOfAnchor(anchor);
  if (anchor?.kind === "function") {
    const function_ = hopOf(context, { kind: "internal", name: "the function", target: anchor.node }, 1);
    return { ...function_, retainedBytes: null };
  }
  if (file !== null) return { edge: "module", type: "module", file: relativePath(workingDirectory, file), ...blank };
  const edge = anchor === undefined ? "(unknown)" : (ANCHOR_TEXTS[anchor.kind] ?? anchor.name);
  return { edge, type: ANCHOR_TYPES[anchor?.kind ?? "root"] ?? "GC root", file: null, ...blank };
}

const ANCHOR_TYPES: Partial<Record<Anchor["kind"], string>> = {
  node: "Node's own module",
  global: "global object",
  process: "process",
  timers: "timers",
};

const ANCHOR_TEXTS: Partial<Record<Anchor["kind"], string>> = {
  global: "globalThis",
  process: "process",
  timers: "Node's timers",
  root: "a native handle",
};

function hopText(context: ExplainContext, forest: Forest, hop: Hop, isInClosure: boolean): string {
  if (hop.kind === "variable" && isInClosure) return `closure variable ${hop.name}`;
  return hop.kind === "local" ? localText(context, hop.through, hop.node, hop.name) : edgeText(forest, hop);
}

/** A suspended function's variable by its name, where the process could be asked for it. */
function localText(context: ExplainContext, generator: number, target: number, functionName: string): string {
  const { graph, frames = [] } = context;
  const frame = generator < 0 ? undefined : frames.find(({ heapId }) => Number(heapId) === graph.idOf(generator));
  const local = frame?.locals.find(({ heapId }) => Number(heapId) === graph.idOf(target));
  const fallback = functionName || (generator < 0 ? "(anonymous)" : functionOf(graph, generator));
  const name = frame === undefined || frame.functionName === "" ? fallback : frame.functionName;
  return local === undefined ? `local of suspended ${name}` : `local ${local.name} of suspended ${name}`;
}

function leadingHops(facts: Facts): ChainHop[] {
  const blank = { size: null, count: 1, retainedBytes: null, flagged: false } as const;
  const hops: ChainHop[] = [{ edge: "module", type: "module", file: facts.module, line: null, ...blank }];
  const { root, properties } = facts.path;
  if (root.kind === "exports" && properties.length > 0) {
    hops.push({ edge: "module.exports", type: "object", file: facts.module, line: null, ...blank });
  }
  if (root.kind === "global") hops.push({ edge: "globalThis", type: "global", file: null, line: null, ...blank });
  if (root.kind === "variable" && properties.length > 0) {
    hops.push({
      edge: root.name,
      type: root.definition === null ? "object" : "function",
      file: facts.module,
      line: root.declaration.start.line,
      ...blank,
    });
  }
  return hops;
}

function holderHop(context: ExplainContext, facts: Facts, type: string, holder: number, size: number): ChainHop {
  const { root, properties } = facts.path;
  const last = properties.at(-1);
  const edge = last !== undefined ? `.${last}` : root.kind === "variable" ? root.name : facts.name;
  return {
    edge:
      root.kind === "variable" && root.scope === "function" && last === undefined ? `closure variable ${edge}` : edge,
    type,
    file: facts.module,
    line: root.kind === "variable" ? root.declaration.start.line : (facts.growSites[0]?.start.line ?? null),
    size,
    count: 1,
    retainedBytes: holder < 0 ? null : context.tree.retainedSize(holder),
    flagged: true,
  };
}

/** The entries of the shape that keeps the most in all, by its first, and how many there are. */
function mostKeptGroup(context: ExplainContext, holder: number, keyed: boolean): [VisibleReference | null, number] {
  const groups = new Map<string, { first: VisibleReference; count: number; bytes: number }>();
  for (const reference of visibleReferences(context.graph, holder)) {
    if (reference.kind === "internal" || !context.tree.isReachable(reference.target)) continue;
    const shape = typeOf(context, reference.target) + placeKey(context, reference.target);
    const group = groups.get(shape) ?? { first: reference, count: 0, bytes: 0 };
    group.count++;
    group.bytes += context.tree.retainedSize(reference.target);
    groups.set(shape, group);
  }
  const largest = [...groups.values()].sort((left, right) => right.bytes - left.bytes)[0];
  return largest === undefined
    ? [null, 0]
    : [{ ...largest.first, kind: keyed ? "entry" : "element", name: "0" }, largest.count];
}

// Keys that users store under are their data, so none is shown.
function isKeyed(type: string): boolean {
  return type !== "Array" && type !== "Set";
}

function mostKept(context: ExplainContext, node: number, seen: ReadonlySet<number>): VisibleReference | null {
  const { graph, tree, isNew } = context;
  const references = visibleReferences(graph, node).filter(
    ({ target }) => !seen.has(target) && !isText(graph, target) && tree.isReachable(target),
  );
  const kept = largestOf(
    references.filter(({ target }) => tree.isDominatedBy(target, node) || isNew?.(target) === true),
    (target) => tree.retainedSize(target),
  );
  if (kept !== null && tree.retainedSize(kept.target) >= tree.retainedSize(node) * LEADING_SHARE) return kept;
  return mostReached(context, node, references);
}

/** Where what is kept is shared with another owner, so that neither retains it alone. */
function mostReached(
  { forest, isNew }: ExplainContext,
  node: number,
  references: readonly VisibleReference[],
): VisibleReference | null {
  if (forest === undefined) return null;
  const reached = largestOf(
    references.filter(({ target }) => isNew?.(target) === true && forest.leadsTo(node, target)),
    (target) => forest.bytesFrom(target),
  );
  return reached !== null && forest.bytesFrom(reached.target) >= forest.bytesFrom(node) * LEADING_SHARE
    ? reached
    : null;
}

function largestOf(
  references: readonly VisibleReference[],
  sizeOf: (target: number) => number,
): VisibleReference | null {
  return references.toSorted((left, right) => sizeOf(right.target) - sizeOf(left.target))[0] ?? null;
}

function isText(graph: HeapGraph, node: number): boolean {
  const { types } = graph;
  const type = graph.nodeTypes[node];
  return (
    type === types.string || type === types.concatenatedString || type === types.slicedString || type === types.symbol
  );
}

function hopOf(context: ExplainContext, reference: VisibleReference, count: number): ChainHop {
  const { graph, tree, places, workingDirectory } = context;
  const location = graph.location(reference.target);
  const source = location === undefined ? null : places.sourceOf(location.scriptId, location.line, location.column);
  return {
    edge: referenceText(reference),
    type: typeOf(context, reference.target),
    file: source === null ? null : relativePath(workingDirectory, source.file),
    line: source === null ? null : source.line,
    size: null,
    count,
    retainedBytes: tree.retainedSize(reference.target),
    flagged: false,
  };
}

function referenceText({ kind, name }: VisibleReference): string {
  switch (kind) {
    case "element":
      return `[${name}]`;
    case "entry":
      return "[key]"; // the name is the slot of V8's table
    case "variable":
      return `closure variable ${name}`;
    case "property":
      return propertyText(name);
    case "reaction":
      return "pending reaction";
    case "frame":
      return `stack frame of ${name} in an unread Error`;
    case "local":
      return name;
    case "internal":
      return slotText(name);
  }
}

function isSameHop(last: ChainHop | undefined, hop: ChainHop): boolean {
  return last !== undefined && !last.flagged && last.edge === hop.edge && last.type === hop.type;
}

/** Repeated hops, such as the links of a list, are counted instead of listed. */
function appendHop(hops: ChainHop[], hop: ChainHop): void {
  const last = hops.at(-1);
  if (last !== undefined && isSameHop(last, hop)) {
    hops[hops.length - 1] = { ...last, count: Math.max(last.count + 1, hop.count) };
  } else hops.push(hop);
}

function typeOf({ graph }: ExplainContext, node: number): string {
  const { types } = graph;
  const type = graph.nodeTypes[node];
  if (isText(graph, node)) return "string";
  if (type === types.closure) return `function ${graph.nameOf(node) || "(anonymous)"}`;
  return className(graph, node) || "Object";
}

function placeKey({ graph }: ExplainContext, node: number): string {
  const location = graph.location(node);
  return location === undefined ? "" : `@${location.scriptId}:${location.line}:${location.column}`;
}

/** A path as reports show it: relative to the working directory, with `/`. */
export function relativePath(workingDirectory: string, file: string): string {
  return (path.relative(workingDirectory, file) || file).split(path.sep).join("/");
}
