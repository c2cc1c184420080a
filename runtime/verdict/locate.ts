/** Finding → where its holder is in the running process. */
import type { LiveRoot } from "../child/protocol.js";
import type { Facts, SourceRange } from "../../rules/analysis/facts.js";
import { closuresOfScript, contextHolding, type PlacedClosure } from "../heap/closures.js";
import type { HeapGraph } from "../heap/graph.js";
import type { Place, ScriptView } from "../source-places.js";

/** One holder object to be watched: a module that was evaluated twice, or a factory called twice, has two. */
export interface HolderInstance {
  /** The same for the same instance in every snapshot of one process. */
  readonly identity: string;
  readonly roots: readonly LiveRoot[];
  readonly properties: readonly string[];
}

/** Closures tried for one scope: the oldest live longest, but any one may die. */
const CLOSURES_PER_SCOPE = 3;
/** Instances of a factory that are watched; more of them say nothing new. */
const MAXIMUM_INSTANCES = 8;

/**
 * The instances of a holder in a snapshot: empty when its script was not loaded, or when no closure of it is alive.
 *
 * @param views the script or scripts of the holder's module
 */
export function locateHolder(
  facts: Facts,
  views: readonly ScriptView[],
  graph: HeapGraph,
  file: string,
): HolderInstance[] {
  const { root, properties } = facts.path;
  if (root.kind === "global") return [{ identity: "global", roots: [{ kind: "global" }], properties }];
  if (root.kind === "exports") return [{ identity: "exports", roots: [{ kind: "commonjs", file }], properties }];
  if (root.kind === "instance") return instancesOf(root.definition, properties, views, graph);
  if (root.kind !== "variable") return [];
  return views.flatMap((view) => {
    const closures = closuresOfScript(graph, view.scriptId);
    const placed = closures.map((closure) => ({ closure, place: view.toSource(closure.line, closure.column) }));
    const definitions = root.definition === null ? [] : definedAt(placed, root.definition, root.name);
    if (root.scope === "function") return functionInstances(graph, placed, root, properties, definitions);
    return [moduleInstance(graph, view, closures, root, properties, definitions)];
  });
}

/** The oldest instances of a class that are alive: V8 places an object where its constructor is. */
function instancesOf(
  definition: SourceRange,
  properties: readonly string[],
  views: readonly ScriptView[],
  graph: HeapGraph,
): HolderInstance[] {
  const ids = views.flatMap((view) =>
    [...graph.nodesAtScript(view.scriptId)].flatMap((node) => {
      const location = graph.nodeTypes[node] === graph.types.object ? graph.location(node) : undefined;
      const place = location === undefined ? null : view.toSource(location.line, location.column);
      return place !== null && isInside(place, definition) ? [graph.idOf(node)] : [];
    }),
  );
  return ids
    .sort((left, right) => left - right)
    .slice(0, MAXIMUM_INSTANCES)
    .map((id) => ({
      identity: `object ${id}`,
      roots: [{ kind: "object", heapId: String(id) }],
      properties,
    }));
}

type VariableRoot = Extract<Facts["path"]["root"], { kind: "variable" }>;

interface PlacedInSource {
  readonly closure: PlacedClosure;
  readonly place: Place | null;
}

function moduleInstance(
  graph: HeapGraph,
  view: ScriptView,
  closures: readonly PlacedClosure[],
  root: VariableRoot,
  properties: readonly string[],
  definitions: readonly PlacedClosure[],
): HolderInstance {
  const named = closures.filter((closure) => contextHolding(graph, closure.node, root.name, "outermost") >= 0);
  // Exports and the variables of blocks are in no named context, but a closure's scopes still show them.
  const candidates = [...named, ...closures].slice(0, CLOSURES_PER_SCOPE);
  return {
    identity: `script ${view.scriptId}`,
    roots: [
      ...candidates.map((closure) => scopeRoot(closure, root, "outermost")),
      ...(view.isNodes ? [{ kind: "namespace", url: view.url, name: root.name } as const] : []),
      ...definitions.map(({ id }): LiveRoot => ({ kind: "object", heapId: String(id) })),
    ],
    properties,
  };
}

function functionInstances(
  graph: HeapGraph,
  placed: readonly PlacedInSource[],
  root: VariableRoot,
  properties: readonly string[],
  definitions: readonly PlacedClosure[],
): HolderInstance[] {
  const byContext = new Map<number, PlacedClosure[]>();
  const unnamed: PlacedClosure[] = [];
  for (const { closure, place } of placed) {
    if (place === null || !isInside(place, root.scopeRange)) continue;
    const context = contextHolding(graph, closure.node, root.name, "innermost");
    if (context < 0) unnamed.push(closure);
    else byContext.set(context, [...(byContext.get(context) ?? []), closure]);
  }
  const instances = [...byContext].map(([context, closures]): HolderInstance & { age: number } => ({
    identity: `context ${graph.idOf(context)}`,
    age: graph.idOf(context),
    roots: closures.slice(0, CLOSURES_PER_SCOPE).map((closure) => scopeRoot(closure, root, "innermost")),
    properties,
  }));
  if (instances.length === 0 && definitions.length > 0) {
    return definitions.map(({ id }) => ({
      identity: `object ${id}`,
      roots: [{ kind: "object", heapId: String(id) }],
      properties,
    }));
  }
  if (instances.length === 0) {
    return unnamed.slice(0, CLOSURES_PER_SCOPE).map((closure) => ({
      identity: `closure ${closure.id}`,
      roots: [scopeRoot(closure, root, "innermost")],
      properties,
    }));
  }
  return instances.sort((left, right) => left.age - right.age).slice(0, MAXIMUM_INSTANCES);
}

function scopeRoot(closure: PlacedClosure, root: VariableRoot, pick: "innermost" | "outermost"): LiveRoot {
  return { kind: "scope", closure: String(closure.id), variable: root.name, pick, isConstant: root.isConstant };
}

function definedAt(placed: readonly PlacedInSource[], range: SourceRange, name: string): PlacedClosure[] {
  return placed
    .filter(({ closure, place }) => closure.name === name && place !== null && isInside(place, range))
    .map(({ closure }) => closure)
    .slice(0, CLOSURES_PER_SCOPE);
}

/** Whether a place in a source file lies in a range of it. */
export function isInside(place: Place, range: SourceRange): boolean {
  const afterStart =
    place.line > range.start.line || (place.line === range.start.line && place.column >= range.start.column);
  const beforeEnd = place.line < range.end.line || (place.line === range.end.line && place.column < range.end.column);
  return afterStart && beforeEnd;
}
