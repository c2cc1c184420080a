/** A path through the heap in the words of the language: V8's tables, cells and scopes are not steps of their own. */
import type { HeapGraph } from "./graph.js";
import { ephemeronTableId } from "./retention.js";
import { functionOf, isVisible } from "./visible.js";

/** How an object is reached from the one before it. */
export type HopKind =
  | "property"
  | "symbol"
  | "element"
  /** A key or value of a Map, a Set or a table of V8's. */
  | "entry"
  /** A variable of a module or of a function's scope. */
  | "variable"
  /** A value of a WeakMap, kept by its key and the table. */
  | "weak-value"
  /** Kept by a promise until it settles. */
  | "reaction"
  /** The receiver, function or argument of a frame in the stack of an Error that nobody has read. */
  | "frame"
  /** A local variable or parameter of a suspended generator or async function. */
  | "local"
  /** What `bind` has bound. */
  | "bound"
  /** A held value or target in a FinalizationRegistry. */
  | "registration"
  | "internal";

export interface Hop {
  /** The object reached. */
  readonly node: number;
  readonly kind: HopKind;
  /** Property, variable or function name; the index; the object id of a WeakMap's table. Empty where there is none. */
  readonly name: string;
  /** The suspended generator or function object, for locals; the Error, for frames; else −1. */
  readonly through: number;
}

/** The hops of a path whose edges are in walking order. The last one may be a node of V8's own. */
export function hopsOf(graph: HeapGraph, edges: readonly number[]): Hop[] {
  const hops: Hop[] = [];
  let pending: Omit<Hop, "node"> | null = null;
  edges.forEach((edge, index) => {
    pending = moreTelling(pending, stepOf(graph, edge, pending));
    const node = graph.edgeTo(edge);
    if (!isVisible(graph, node) && index < edges.length - 1) return;
    hops.push({ node, ...(pending ?? { kind: "entry", name: "", through: -1 }) });
    pending = null;
  });
  return hops;
}

const RANKS: Readonly<Record<HopKind, number>> = {
  local: 5,
  frame: 5,
  "weak-value": 5,
  registration: 5,
  reaction: 4,
  bound: 3,
  variable: 3,
  property: 3,
  symbol: 3,
  element: 3,
  entry: 2,
  internal: 1,
};

type Step = Omit<Hop, "node">;

function moreTelling(known: Step | null, step: Step | null): Step | null {
  if (known === null || step === null) return known ?? step;
  return RANKS[step.kind] > RANKS[known.kind] ? step : known;
}

function stepOf(graph: HeapGraph, edge: number, before: Step | null): Step | null {
  const { edgeKinds } = graph;
  const name = graph.edgeName(edge);
  const step = (kind: HopKind, text = name, through = -1): Step => ({ kind, name: text, through });
  const target = graph.edgeTo(edge);
  const targetName = isVisible(graph, target) ? "" : graph.nameOf(target);
  if (targetName === "system / CallSiteInfo") return step("frame", functionOf(graph, target));
  if (targetName === "system / PromiseReaction") return step("reaction", "");
  switch (graph.edgeTypes[edge]) {
    case edgeKinds.property: {
      const symbol = /^<symbol (.*)>$/s.exec(name);
      return symbol === null ? step("property") : step("symbol", symbol[1] ?? "");
    }
    case edgeKinds.context:
      return step("variable");
    case edgeKinds.element:
      return step("element");
    case edgeKinds.hidden:
      return graph.nameOf(graph.edgeFrom(edge)) === "system / WeakCell" ? step("registration", "") : step("entry", "");
    case edgeKinds.internal:
      return internalStep(graph, edge, name, before, step);
    default:
      return null;
  }
}

function internalStep(
  graph: HeapGraph,
  edge: number,
  name: string,
  before: Step | null,
  step: (kind: HopKind, name?: string, through?: number) => Step,
): Step | null {
  const table = ephemeronTableId(graph, edge);
  if (table >= 0) return step("weak-value", String(table));
  if (name === "parameters_and_registers") {
    const generator = graph.edgeFrom(edge);
    return step("local", functionOf(graph, generator), generator);
  }
  if (/^bound_/.test(name)) return step("bound", name.replace("bound_", "").replace("_", " "));
  if (/^\d+$/.test(name)) {
    const exported = exportName(graph, edge);
    return exported === null ? step("entry", "") : step("variable", exported);
  }
  if (TRANSPARENT.has(name)) return before;
  return step("internal");
}

const TRANSPARENT: ReadonlySet<string> = new Set([
  "table",
  "elements",
  "properties",
  "context",
  "previous",
  "extension",
  "value",
  "reactions_or_result",
]);

/** An ES module's table of exports: the name is in the slot before the cell's. */
function exportName(graph: HeapGraph, edge: number): string | null {
  if (graph.nameOf(graph.edgeTo(edge)) !== "system / Cell") return null;
  const table = graph.edgeFrom(edge);
  const before = String(Number(graph.edgeName(edge)) - 1);
  for (let other = graph.firstEdge(table); other < graph.endEdge(table); other++) {
    const key = graph.edgeTo(other);
    if (graph.edgeName(other) === before && graph.nodeTypes[key] === graph.types.string) return graph.nameOf(key);
  }
  return null;
}
