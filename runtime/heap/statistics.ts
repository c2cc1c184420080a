import type { DominatorTree } from "./dominator-tree.js";
import type { HeapGraph } from "./graph.js";
import type { ScriptLocation } from "./locations.js";
import { prototypesOf } from "./prototypes.js";
import type { NodeType } from "./types.js";

/** One class of nodes: same type, same name, and same place of the constructor where V8 gives one. */
export interface ClassStatistics {
  /** Constructor of an object, name of a function; kinds without a useful name of their own in brackets: `(string)`. */
  readonly name: string;
  readonly type: NodeType;
  /** Of the constructor, or of the function itself; 0-based. Keeps apart classes that share a name. */
  readonly location: ScriptLocation | undefined;
  readonly count: number;
  /** Sum of shallow sizes, bytes. */
  readonly selfSize: number;
  /** Bytes freed if all were gone; what one instance keeps of another counts once. 0 unless a tree was given. */
  readonly retainedSize: number;
  /** The node with the lowest number, as an example. */
  readonly example: number;
}

export interface StatisticsOptions {
  /** Only nodes of V8's own heap: not the embedder's, not synthetic ones. */
  readonly onlyJavaScript?: boolean;
  /** Only nodes this holds for. */
  readonly include?: (node: number) => boolean;
  /** Adds retained sizes, and leaves out what the root does not retain. */
  readonly tree?: DominatorTree;
}

/**
 * Counts and sizes by class, largest shallow size first. Cost: one pass over the nodes; one over the dominator tree.
 */
export function classStatistics(graph: HeapGraph, options: StatisticsOptions = {}): ClassStatistics[] {
  const { onlyJavaScript = false, include, tree } = options;
  const classes = new ClassTable(graph);
  const counted: Counted[] = [];
  const classOf = new Int32Array(graph.nodeCount).fill(-1);
  for (let node = 0; node < graph.nodeCount; node++) {
    if (onlyJavaScript && !graph.isJavaScript(node)) continue;
    if (tree !== undefined && !tree.isReachable(node)) continue;
    if (include !== undefined && !include(node)) continue;
    const index = classes.indexOf(node);
    classOf[node] = index;
    counted[index] ??= { count: 0, selfSize: 0, retainedSize: 0, example: node };
    counted[index].count++;
    counted[index].selfSize += graph.selfSizes[node];
  }
  if (tree !== undefined) addRetained(tree, classOf, counted);
  return counted
    .map((sums, index) => ({ ...classes.describe(sums.example), ...sums, index }))
    .sort((left, right) => right.selfSize - left.selfSize || right.count - left.count || left.index - right.index)
    .map(({ index: _, ...statistics }) => statistics);
}

/** The name a node's class goes by, as in `ClassStatistics`. */
export function classNameOf(graph: HeapGraph, node: number): string {
  const { types } = graph;
  const constructor = prototypesOf(graph).get(node);
  if (constructor !== undefined) return `${constructor || "(anonymous)"}.prototype`;
  const type = graph.nodeTypes[node];
  if (type === types.regexp) return "RegExp";
  if (type === types.code) return "(compiled code)";
  return isNamedType(graph, type) ? graph.nameOf(node) || "(anonymous)" : `(${graph.typeOf(node)})`;
}

interface Counted {
  count: number;
  selfSize: number;
  retainedSize: number;
  readonly example: number;
}

/** The names of other types are contents (strings, numbers) or too many to tell anything (code, arrays). */
function isNamedType({ types }: HeapGraph, type: number): boolean {
  return (
    type === types.object ||
    type === types.closure ||
    type === types.native ||
    type === types.hidden ||
    type === types.synthetic ||
    type === types.objectShape ||
    type === types.wasmObject
  );
}

/**
 * In preorder an instance inside another one of its class comes before that one's end: it is counted with it already.
 */
function addRetained(tree: DominatorTree, classOf: Int32Array, counted: readonly Counted[]): void {
  const endOfLast = new Uint32Array(counted.length);
  for (let position = 0; position < tree.order.length; position++) {
    const node = tree.order[position];
    const index = classOf[node];
    if (index < 0 || position < endOfLast[index]) continue;
    endOfLast[index] = tree.endOf(position);
    counted[index].retainedSize += tree.retainedSize(node);
  }
}

/** Numbers classes as they are met; nodes must be asked in ascending order. */
class ClassTable {
  readonly #graph: HeapGraph;
  readonly #byTypeAndName = new Map<number, number>();
  readonly #byText = new Map<string, number>();
  readonly #prototypes: ReadonlyMap<number, string>;
  #size = 0;
  #nextLocation = 0;

  constructor(graph: HeapGraph) {
    this.#graph = graph;
    this.#prototypes = prototypesOf(graph);
  }

  indexOf(node: number): number {
    const location = this.#locationIndex(node);
    if (location >= 0 || this.#prototypes.has(node)) return this.#byKey(node, location);
    const type = this.#graph.nodeTypes[node];
    const isNamed = isNamedType(this.#graph, type);
    // Names first go by their string index; texts V8 wrote twice meet again in #byKey.
    const quick = isNamed ? this.#graph.nodeNames[node] * 256 + type : -1 - type;
    let index = this.#byTypeAndName.get(quick);
    if (index === undefined) {
      index = this.#byKey(node, -1);
      this.#byTypeAndName.set(quick, index);
    }
    return index;
  }

  describe(node: number): Pick<ClassStatistics, "name" | "type" | "location"> {
    const type = this.#graph.typeOf(node);
    return { name: classNameOf(this.#graph, node), type, location: this.#graph.location(node) };
  }

  #byKey(node: number, location: number): number {
    const { places } = this.#graph.locations;
    const at = location * 3;
    const place = location < 0 ? "" : `${places[at]}:${places[at + 1]}:${places[at + 2]}`;
    const key = `${this.#graph.nodeTypes[node]} ${place} ${classNameOf(this.#graph, node)}`;
    let index = this.#byText.get(key);
    if (index === undefined) this.#byText.set(key, (index = this.#size++));
    return index;
  }

  /** Locations are sorted by node, so a second finger finds them without a search. */
  #locationIndex(node: number): number {
    const { nodes } = this.#graph.locations;
    while (this.#nextLocation < nodes.length && nodes[this.#nextLocation] < node) this.#nextLocation++;
    return nodes[this.#nextLocation] === node ? this.#nextLocation : -1;
  }
}
