import { NONE, type HeapGraph } from "./graph.js";
import type { Anchor } from "./anchors.js";
import { retentionOf } from "./retention.js";
import { TimerLists } from "./timer-lists.js";

/** Slots through which almost everything is reached, and which say nothing about who keeps it. */
const UNTELLING_INTERNALS: ReadonlySet<string> = new Set([
  "map",
  "code",
  "shared",
  "feedback_cell",
  "scope_info",
  "native_context",
  "raw_outer_scope_info",
  "descriptors",
  "transition_info",
  "dependent_code",
  "constructor_or_back_pointer",
  "script",
  "script_or_debug_info",
  "allocation_sites_next",
]);
const UNTELLING_PROPERTIES: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/** From one visible node to the next, through V8's own. */
const STEPS_BACK = 8;

/**
 * Shortest paths from anchors to all that they keep: every node has at most one parent, so the paths are trees.
 *
 * All anchors of the user's come before those of the runtime: a node is in the tree of a module wherever one leads to
 * it, and the scopes of Node's own modules are entered only from themselves. Slots that lead everywhere (maps, code,
 * prototypes) are not followed.
 */
export class Forest {
  readonly graph: HeapGraph;
  /** The edge that leads to a node; NONE for anchors and for nodes no anchor leads to. */
  readonly parentEdges: Uint32Array;
  /** The node before a node on its path; NONE for anchors and for nodes no anchor leads to. */
  readonly parents: Uint32Array;
  /** The reached nodes, each after its parent. */
  readonly order: Uint32Array;
  readonly #anchors: ReadonlyMap<number, Anchor>;
  #bytes: Float64Array | undefined;

  /** @param isClosed nodes that no path runs through */
  constructor(graph: HeapGraph, anchors: readonly Anchor[], isClosed: (node: number) => boolean = () => false) {
    this.graph = graph;
    const { nodeCount } = graph;
    this.parentEdges = new Uint32Array(nodeCount).fill(NONE);
    this.parents = new Uint32Array(nodeCount).fill(NONE);
    const byNode = new Map<number, Anchor>();
    for (const anchor of anchors) if (!byNode.has(anchor.node)) byNode.set(anchor.node, anchor);
    this.#anchors = byNode;
    const queue = new Uint32Array(nodeCount);
    const isReached = new Uint8Array(nodeCount);
    let tail = 0;
    let head = 0;
    const follow = this.#follower();
    const timers = new TimerLists(graph);
    const isOnList = new Uint8Array(nodeCount);
    for (const anchor of byNode.values()) if (anchor.kind === "timers") isOnList[anchor.node] = 1;
    // Anchors of later stages wait until their turn, so that no earlier path runs through them.
    for (const anchor of byNode.values()) if (stageOf(anchor) > 0) isReached[anchor.node] = 1;
    for (const stage of [0, 1, 2, 3]) {
      for (const anchor of byNode.values()) {
        if (stageOf(anchor) !== stage) continue;
        isReached[anchor.node] = 1;
        queue[tail++] = anchor.node;
      }
      for (; head < tail; head++) {
        const node = queue[head];
        if (isDeadEnd(graph, node) || isClosed(node)) continue;
        const isListed = isOnList[node] === 1;
        const hasLinks = isListed || timers.isTimer(node);
        for (let edge = graph.firstEdges[node], end = graph.firstEdges[node + 1]; edge < end; edge++) {
          const isLink = hasLinks && timers.isLink(edge);
          if (isLink && !isListed) continue;
          // From one timer of a list to the next that nobody else leads to.
          const way = isLink ? timers.beyond(edge, isReached, isOnList) : edge;
          if (way < 0) continue;
          const target = graph.edgeTargets[way];
          if (isReached[target] !== 0 || !follow(node, way) || isImport(graph, node, way)) continue;
          isReached[target] = 1;
          if (isLink) isOnList[target] = 1;
          this.parentEdges[target] = way;
          this.parents[target] = node;
          queue[tail++] = target;
        }
      }
    }
    // Objects may be made the prototypes of one another without end. What else leads to a prototype is the way to it.
    const isPrototype = this.#prototypeEdges();
    for (let next = 0, before = tail; next < tail; next++) {
      const node = queue[next];
      if (isDeadEnd(graph, node) || isClosed(node)) continue;
      for (let edge = graph.firstEdges[node], end = graph.firstEdges[node + 1]; edge < end; edge++) {
        const target = graph.edgeTargets[edge];
        if (isReached[target] !== 0 || !(isPrototype(edge) || (next >= before && follow(node, edge)))) continue;
        isReached[target] = 1;
        this.parentEdges[target] = edge;
        this.parents[target] = node;
        queue[tail++] = target;
      }
    }
    this.order = queue.subarray(0, tail);
  }

  /** The anchor at this node; undefined for other nodes. */
  anchorAt(node: number): Anchor | undefined {
    return this.#anchors.get(node);
  }

  /** The edges from the node's anchor to it, in walking order, and that anchor. */
  pathTo(node: number): { anchor: Anchor | undefined; edges: number[] } {
    const edges: number[] = [];
    let at = node;
    for (; this.parents[at] !== NONE; at = this.parents[at]) edges.push(this.parentEdges[at]);
    return { anchor: this.#anchors.get(at), edges: edges.reverse() };
  }

  /** Whether the path to `target` runs through `node` in its last few steps. */
  leadsTo(node: number, target: number): boolean {
    let at = target;
    for (let step = 0; step < STEPS_BACK && at !== NONE; step++, at = this.parents[at]) if (at === node) return true;
    return false;
  }

  /**
   * Shallow bytes of a node and of all whose paths run through it. What two owners share counts to the nearer one, where
   * its retained size counts to neither.
   */
  bytesFrom(node: number): number {
    return (this.#bytes ??= this.#sumUp())[node];
  }

  #sumUp(): Float64Array {
    const bytes = Float64Array.from(this.graph.selfSizes);
    for (let index = this.order.length - 1; index >= 0; index--) {
      const node = this.order[index];
      const parent = this.parents[node];
      if (parent !== NONE) bytes[parent] += bytes[node];
    }
    return bytes;
  }

  #prototypeEdges(): (edge: number) => boolean {
    const { edgeTypes, edgeNamesOrIndexes, edgeKinds, strings } = this.graph;
    const known = new Int8Array(strings.length).fill(-1);
    return (edge) => {
      if (edgeTypes[edge] !== edgeKinds.property) return false;
      const name = edgeNamesOrIndexes[edge];
      if (known[name] < 0) known[name] = strings.get(name) === "__proto__" ? 1 : 0;
      return known[name] === 1;
    };
  }

  #follower(): (node: number, edge: number) => boolean {
    const { edgeTypes, edgeNamesOrIndexes, edgeKinds, strings } = this.graph;
    const retention = retentionOf(this.graph);
    const isTelling = {
      internal: new Int8Array(strings.length).fill(-1),
      property: new Int8Array(strings.length).fill(-1),
    };
    return (node, edge) => {
      const type = edgeTypes[edge];
      if (type === edgeKinds.shortcut) return false;
      // First, as every object has some that say nothing.
      if (type === edgeKinds.internal || type === edgeKinds.property) {
        const name = edgeNamesOrIndexes[edge];
        const isInternal = type === edgeKinds.internal;
        const known = isInternal ? isTelling.internal : isTelling.property;
        if (known[name] < 0) {
          known[name] = (isInternal ? UNTELLING_INTERNALS : UNTELLING_PROPERTIES).has(strings.get(name)) ? 0 : 1;
        }
        if (known[name] === 0) return false;
      }
      return retention.retainsFrom(node, edge);
    };
  }
}

// What a module imports is kept by the module that exports it.
function isImport(graph: HeapGraph, node: number, edge: number): boolean {
  if (graph.edgeTypes[edge] !== graph.edgeKinds.hidden || !graph.isHidden(node)) return false;
  if (graph.edgeIndex(edge) === 0 || graph.nameOf(node) !== "system / SourceTextModule") return false;
  return graph.nodeTypes[graph.edgeTo(edge)] !== graph.types.object;
}

// Compiled code refers to what it has met: constants, boilerplates, other code. What a number refers to is no object,
// but how V8 writes its value down.
function isDeadEnd(graph: HeapGraph, node: number): boolean {
  return graph.nodeTypes[node] === graph.types.code || graph.nodeTypes[node] === graph.types.number;
}

function stageOf({ kind }: Anchor): 0 | 1 | 2 | 3 {
  if (kind === "node") return 1;
  if (kind === "harness") return 2;
  return kind === "root" ? 3 : 0;
}
