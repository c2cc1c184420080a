/**
 * A heap as its user knows it: objects, functions, texts and modules, and the references among them in both directions.
 * Tables, scopes and cells of V8's are looked through; all that holds the variables of one module is one object.
 */
import { fileURLToPath } from "node:url";
import path from "node:path";
import {
  anchorsOf,
  className,
  hopsOf,
  isIgnored,
  isSharedMachinery,
  isVisible,
  prototypesOf,
  RENAMED_CLASS,
  retentionOf,
  scriptsOf,
  type Anchor,
  type HeapGraph,
  type Retention,
} from "../heap/index.js";
import type { HeapObject } from "./heap-object.js";
import { labelOfHop } from "./reference-label.js";
import { quotedText } from "./quoted-text.js";

/** Steps through V8's own nodes from one object to the next: scopes are nested, and tables lie in tables. */
const MOST_HIDDEN_STEPS = 12;
/** V8's word for what belongs to a document, but is in none. */
const DETACHED = 2;

const SCOPES: ReadonlySet<string> = new Set(["context", "previous"]);

/** A reference between objects by their nodes, and the edges of the snapshot that it is made of, in walking order. */
export interface NodeReference {
  readonly from: number;
  readonly to: number;
  readonly edges: readonly number[];
}

export interface ViewOptions {
  /** Scripts that belong to the measuring side. */
  readonly isIgnoredScript?: (name: string) => boolean;
  /** Files below it are named relative to it. */
  readonly workingDirectory?: string;
  /** Where a place of a script (0-based) is in the user's source (line from 1); null where there is no map. */
  readonly sourceOf?: (scriptId: number, line: number, column: number) => SourcePlace | null;
}

interface SourcePlace {
  readonly file: string;
  readonly line: number;
}

export class ObjectView {
  readonly graph: HeapGraph;
  /** Where chains begin, the preferred first. */
  readonly anchors: readonly Anchor[];
  readonly #retention: Retention;
  readonly #workingDirectory: string | null;
  readonly #sourceOf: NonNullable<ViewOptions["sourceOf"]>;
  readonly #anchorAt: ReadonlyMap<number, Anchor>;
  /** The nodes of one module, by its name; the first stands for all. */
  readonly #nodesOfModule = new Map<string, number[]>();

  constructor(graph: HeapGraph, options: ViewOptions = {}) {
    const { isIgnoredScript = () => false, workingDirectory, sourceOf = () => null } = options;
    this.graph = graph;
    this.#sourceOf = sourceOf;
    this.#retention = retentionOf(graph);
    this.#workingDirectory = workingDirectory ?? null;
    this.anchors = anchorsOf(graph, isIgnoredScript);
    const byNode = new Map<number, Anchor>();
    for (const anchor of this.anchors) {
      if (byNode.has(anchor.node)) continue;
      byNode.set(anchor.node, anchor);
      if (!isModuleAnchor(anchor)) continue;
      const nodes = this.#nodesOfModule.get(fileOf(anchor.name));
      if (nodes === undefined) this.#nodesOfModule.set(fileOf(anchor.name), [anchor.node]);
      else nodes.push(anchor.node);
    }
    this.#anchorAt = byNode;
  }

  /** Whether a node is an object of the user's view: what they made, a module, or a root. */
  isObject(node: number): boolean {
    return this.#anchorAt.has(node) || isVisible(this.graph, node) || isOfEmbedder(this.graph, node);
  }

  /** The node that stands for an object: a module has several. */
  standsFor(node: number): number {
    const anchor = this.#anchorAt.get(node);
    if (anchor === undefined || !isModuleAnchor(anchor)) return node;
    return this.#nodesOfModule.get(fileOf(anchor.name))?.[0] ?? node;
  }

  isModule(node: number): boolean {
    const anchor = this.#anchorAt.get(node);
    return anchor !== undefined && isModuleAnchor(anchor);
  }

  /** Whether it is kept by the runtime itself: chains end there at the latest. */
  isRoot(node: number): boolean {
    const anchor = this.#anchorAt.get(node);
    return anchor !== undefined && !isModuleAnchor(anchor);
  }

  /** The nodes that stand for the modules of the user's, in the order of the snapshot. */
  modules(): number[] {
    return [...this.#nodesOfModule.values()].map(([first]) => first);
  }

  describe(node: number): HeapObject {
    const { graph } = this;
    const anchor = this.#anchorAt.get(node);
    const kind = anchor === undefined ? kindOf(graph, node) : isModuleAnchor(anchor) ? "module" : "root";
    return {
      id: graph.idOf(node),
      kind,
      className: anchor === undefined ? this.classOf(node) : kind === "module" ? "module" : anchor.name,
      title: anchor === undefined ? this.#titleOf(node) : this.#titleOfAnchor(anchor),
      type: graph.typeOf(node),
      size: graph.selfSize(node),
      place: anchor === undefined ? this.placeOf(node) : null,
    };
  }

  /** The class of an object as users count them: functions and texts are classes of their own. */
  classOf(node: number): string {
    const { graph } = this;
    switch (kindOf(graph, node)) {
      case "function":
        return "function";
      case "text":
        return graph.nodeTypes[node] === graph.types.symbol ? "symbol" : "string";
      default: {
        if (graph.nodeTypes[node] === graph.types.regexp) return "RegExp";
        const constructor = prototypesOf(graph).get(node);
        if (constructor !== undefined) return `${constructor || "(anonymous)"}.prototype`;
        return className(graph, node) || "Object";
      }
    }
  }

  /** By node: 1 where `classOf` depends on more than the node's type and name. */
  classesOfTheirOwn(): Uint8Array {
    const { graph } = this;
    const { nodeNames, nodeCount } = graph;
    const isOwn = new Uint8Array(nodeCount);
    const renamed = graph.strings.indexesOf(RENAMED_CLASS);
    for (const name of renamed)
      for (let node = 0; node < nodeCount; node++) if (nodeNames[node] === name) isOwn[node] = 1;
    for (const { node } of this.anchors) isOwn[node] = 1;
    for (const node of prototypesOf(graph).keys()) isOwn[node] = 1;
    return isOwn;
  }

  /** Whether it is an element that is in no document. Node says the same of handles that it holds weakly. */
  isDetached(node: number): boolean {
    return this.graph.detachedness(node) === DETACHED && !this.graph.nameOf(node).startsWith("Node / ");
  }

  /** Where a function, or an object's constructor, is written: `src/db.js:10`. */
  placeOf(node: number): string | null {
    const location = this.graph.location(node);
    const script = location === undefined ? undefined : scriptsOf(this.graph).get(location.scriptId);
    if (location === undefined || script === undefined) return null;
    const { scriptId, line, column } = location;
    const source = this.#sourceOf(scriptId, line, column) ?? { file: fileOf(script.name), line: line + 1 };
    return `${this.#shown(source.file)}:${source.line}`;
  }

  /** What an object refers to, each once, in the order of the snapshot. */
  references(node: number): NodeReference[] {
    const { graph } = this;
    return this.#walk(node, (at, visit) => {
      for (let edge = graph.firstEdge(at); edge < graph.endEdge(at); edge++) {
        if (this.#retention.retainsFrom(at, edge)) visit(edge, graph.edgeTo(edge));
      }
    }).map(([to, edges]) => ({ from: node, to, edges }));
  }

  /** What refers to an object, each once, in the order of the snapshot. */
  referrers(node: number): NodeReference[] {
    const { graph } = this;
    return this.#walk(node, (at, visit) => {
      for (const edge of graph.retainers(at)) {
        const from = graph.edgeFrom(edge);
        if (this.#retention.retainsFrom(from, edge)) visit(edge, from);
      }
    }).map(([from, edges]) => ({ from, to: node, edges: edges.toReversed() }));
  }

  /** How the second object is reached from the first, in the words of the language. */
  labelOf({ from, to, edges }: NodeReference): string {
    // A function refers to all that its module declares.
    if (this.isModule(to) && SCOPES.has(this.graph.edgeName(edges[edges.length - 1]))) return "scope";
    const hop = hopsOf(this.graph, edges).at(-1);
    return hop === undefined ? "" : labelOfHop(hop, this.isModule(from));
  }

  /** Breadth first through hidden nodes, up to the next objects. */
  #walk(
    node: number,
    neighbours: (at: number, visit: (edge: number, next: number) => void) => void,
  ): [node: number, edges: number[]][] {
    const { graph } = this;
    const own = this.#nodesOf(node);
    const seen = new Set(own);
    const found = new Map<number, number[]>();
    let layer: { at: number; edges: number[] }[] = own.map((at) => ({ at, edges: [] }));
    for (let step = 0; layer.length > 0 && step <= MOST_HIDDEN_STEPS; step++) {
      const next: typeof layer = [];
      for (const { at, edges } of layer) {
        neighbours(at, (edge, other) => {
          if (seen.has(other) || isPassedOver(graph, edge)) return;
          seen.add(other);
          const way = [...edges, edge];
          if (this.isObject(other)) {
            const object = this.standsFor(other);
            if (object !== node && !found.has(object)) found.set(object, way);
          } else if (!isSharedMachinery(graph, other)) next.push({ at: other, edges: way });
        });
      }
      layer = next;
    }
    return [...found];
  }

  #nodesOf(node: number): readonly number[] {
    const anchor = this.#anchorAt.get(node);
    if (anchor === undefined || !isModuleAnchor(anchor)) return [node];
    return this.#nodesOfModule.get(fileOf(anchor.name)) ?? [node];
  }

  #titleOf(node: number): string {
    const { graph } = this;
    switch (kindOf(graph, node)) {
      case "function":
        return `function ${graph.nameOf(node) || "(anonymous)"}`;
      case "text":
        return quotedText(graph, node);
      default:
        return this.isDetached(node) ? `detached ${this.classOf(node)}` : this.classOf(node);
    }
  }

  #titleOfAnchor({ kind, name }: Anchor): string {
    if (kind === "module" || kind === "commonjs") return `module ${this.#shown(fileOf(name))}`;
    return kind === "timers" ? "Node's timers" : name;
  }

  #shown(file: string): string {
    if (this.#workingDirectory === null || !path.isAbsolute(file)) return file;
    const relative = path.relative(this.#workingDirectory, file);
    return relative.startsWith("..") ? file : relative.split(path.sep).join("/");
  }
}

function isModuleAnchor({ kind }: Anchor): boolean {
  return kind === "module" || kind === "commonjs";
}

/** A script's name as a path. */
function fileOf(name: string): string {
  if (!name.startsWith("file:")) return name;
  try {
    return fileURLToPath(name);
  } catch {
    return name; // a URL of another platform's
  }
}

function kindOf({ types, nodeTypes }: HeapGraph, node: number): "function" | "text" | "object" {
  switch (nodeTypes[node]) {
    case types.closure:
      return "function";
    case types.string:
    case types.concatenatedString:
    case types.slicedString:
    case types.symbol:
      return "text";
    default:
      return "object";
  }
}

/** Elements of the document, listeners, handles: nodes of the program that V8 runs in. */
function isOfEmbedder(graph: HeapGraph, node: number): boolean {
  return graph.nodeTypes[node] === graph.types.native && !graph.isHidden(node) && !graph.hasSystemName(node);
}

// Scopes are left by their outer one as well: what an inner function uses may lie there.
function isPassedOver(graph: HeapGraph, edge: number): boolean {
  return isIgnored(graph, edge) && graph.edgeName(edge) !== "previous";
}
