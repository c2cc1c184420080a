/**
 * The heap as the user wrote it: tables, elements, cells, contexts and boxed lists of V8 are looked through, so that
 * a Map's entry is a reference from the Map, and a closure's variable one from the closure.
 */
import type { HeapGraph } from "./graph.js";

export type ReferenceKind =
  | "property"
  | "element"
  | "variable"
  | "entry"
  /** The receiver, function or argument of a frame in the stack of an Error that nobody has read. */
  | "frame"
  /** A local variable of a suspended generator or async function. */
  | "local"
  /** Kept by a promise until it settles. */
  | "reaction"
  | "internal";

export interface VisibleReference {
  readonly kind: ReferenceKind;
  /** Property or variable name, index, the function's name for frames, or V8's name for an internal slot. */
  readonly name: string;
  readonly target: number;
}

const MAXIMUM_HIDDEN_DEPTH = 6;
const IGNORED_INTERNALS: ReadonlySet<string> = new Set([
  "map",
  "code",
  "shared",
  "feedback_cell",
  "scope_info",
  "previous",
  "native_context",
  "raw_outer_scope_info",
  "descriptors",
  "weak",
]);
const IGNORED_PROPERTIES: ReadonlySet<string> = new Set(["__proto__", "constructor"]);

/** References from a node to the next visible nodes, in the order of the snapshot. */
export function visibleReferences(graph: HeapGraph, node: number): VisibleReference[] {
  const found: VisibleReference[] = [];
  const seen = new Set([node]);
  const visit = (hidden: number, through: Step | null, depth: number): void => {
    const isTable = depth > 0 && isHidden(graph, hidden);
    for (let edge = graph.firstEdge(hidden); edge < graph.endEdge(hidden); edge++) {
      const target = graph.edgeTo(edge);
      if (seen.has(target) || isIgnored(graph, edge)) continue;
      const step = through ?? stepOf(graph, edge, isTable);
      if (isVisible(graph, target)) {
        seen.add(target);
        found.push({ ...step, target });
      } else if (depth < MAXIMUM_HIDDEN_DEPTH && !isSharedMachinery(graph, target)) {
        seen.add(target);
        const telling = frameStep(graph, edge) ?? (isTransparent(step) ? null : step);
        visit(target, telling, depth + 1);
      }
    }
  };
  visit(node, null, 0);
  return found;
}

/** Whether a node is something the user made: an object, a function, a text. */
export function isVisible(graph: HeapGraph, node: number): boolean {
  const { types } = graph;
  switch (graph.nodeTypes[node]) {
    case types.object:
      return !graph.hasSystemName(node);
    case types.closure:
    case types.regexp:
    case types.string:
    case types.concatenatedString:
    case types.slicedString:
    case types.symbol:
    case types.bigint:
      return true;
    default:
      return false;
  }
}

/** Node makes signals of this class, and gives them another prototype afterwards, which V8's names do not follow. */
export const RENAMED_CLASS = "EventTarget";

/** The class of an object, as users know it: its name, but for those of `RENAMED_CLASS`. */
export function className(graph: HeapGraph, node: number): string {
  const name = graph.nameOf(node);
  if (name !== RENAMED_CLASS) return name;
  for (let edge = graph.firstEdge(node); edge < graph.endEdge(node); edge++) {
    if (graph.edgeTypes[edge] === graph.edgeKinds.property && graph.edgeName(edge) === "<symbol kAborted>")
      return "AbortSignal";
  }
  return name;
}

interface Step {
  readonly kind: ReferenceKind;
  readonly name: string;
}

/** V8 keeps the frames of a stack, and the registers of a suspended function, in nodes of its own. */
function frameStep(graph: HeapGraph, edge: number): Step | null {
  const target = graph.edgeTo(edge);
  if (graph.nameOf(target) === "system / CallSiteInfo") return { kind: "frame", name: functionOf(graph, target) };
  if (graph.nameOf(target) === "system / PromiseReaction") return { kind: "reaction", name: "" };
  return graph.edgeName(edge) === "parameters_and_registers" ? { kind: "local", name: "" } : null;
}

/** The name of the function that a call site, or a suspended function's state, belongs to. */
export function functionOf(graph: HeapGraph, node: number): string {
  for (let edge = graph.firstEdge(node); edge < graph.endEdge(node); edge++) {
    const target = graph.edgeTo(edge);
    if (graph.nodeTypes[target] === graph.types.closure && graph.nameOf(target) !== "") return graph.nameOf(target);
  }
  return "(anonymous)";
}

function isHidden(graph: HeapGraph, node: number): boolean {
  return graph.nodeTypes[node] === graph.types.array || graph.isHidden(node);
}

/** Whether a reference is one of V8's or of the language's own that says nothing about what keeps an object. */
export function isIgnored(graph: HeapGraph, edge: number): boolean {
  const { edgeKinds } = graph;
  switch (graph.edgeTypes[edge]) {
    case edgeKinds.weak:
    case edgeKinds.shortcut:
      return true;
    case edgeKinds.internal:
      return IGNORED_INTERNALS.has(graph.edgeName(edge));
    case edgeKinds.property:
      return IGNORED_PROPERTIES.has(graph.edgeName(edge));
    default:
      return false;
  }
}

function stepOf(graph: HeapGraph, edge: number, isInTable: boolean): Step {
  const { edgeKinds } = graph;
  const name = graph.edgeName(edge);
  switch (graph.edgeTypes[edge]) {
    case edgeKinds.property:
      return { kind: "property", name };
    case edgeKinds.element:
      return { kind: "element", name };
    case edgeKinds.context:
      return { kind: "variable", name };
    default:
      return { kind: isInTable ? "entry" : "internal", name };
  }
}

/** Slots that only lead on to where the entries, properties or variables are. */
function isTransparent({ kind, name }: Step): boolean {
  return kind === "internal" && /^(?:table|elements|properties|context|\d+)$/.test(name);
}

/** Whether a hidden node is shared by so many that a way through it says nothing. */
export function isSharedMachinery(graph: HeapGraph, node: number): boolean {
  const type = graph.nodeTypes[node];
  const { types } = graph;
  if (type === types.code || type === types.objectShape || type === types.synthetic) return true;
  const name = graph.nameOf(node);
  return name.startsWith("system / NativeContext") || name.startsWith("system / Map") || name === "system / ScopeInfo";
}
