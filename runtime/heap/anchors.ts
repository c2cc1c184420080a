/** Where chains begin: the modules of a program, its globals, and the parts of the runtime that keep things alive. */
import type { HeapGraph } from "./graph.js";
import {
  closuresByScript,
  isNativeContext,
  moduleContextOf,
  propertyTarget,
  scriptsOf,
  type HeapScript,
} from "./scripts.js";

export type AnchorKind =
  /** The scope of a user's module. */
  | "module"
  /** The `module` object of a CommonJS module. */
  | "commonjs"
  /** The global object. */
  | "global"
  | "process"
  /** One of Node's lists of timers. */
  | "timers"
  /** The scope of one of Node's own modules. */
  | "node"
  /** The scope of a module of the test runner's. */
  | "harness"
  /** A function that is measured, for what its scope keeps. */
  | "function"
  /** A root of the garbage collector: handles of native code. */
  | "root";

export interface Anchor {
  readonly node: number;
  readonly kind: AnchorKind;
  /** The module's file or URL, `globalThis`, `process`, `timers`, `node:internal/…`, `(Global handles)`. */
  readonly name: string;
}

/**
 * The anchors of a heap, in the order in which they are preferred: the user's modules, the globals, Node's modules,
 * and last the roots.
 *
 * @param isIgnored scripts that belong to the measuring side
 * @param isHarness scripts that belong to a test runner
 */
export function anchorsOf(
  graph: HeapGraph,
  isIgnored: (scriptName: string) => boolean,
  isHarness: (scriptName: string) => boolean = () => false,
): Anchor[] {
  const contexts = new Map<number, HeapScript>();
  const scripts = scriptsOf(graph);
  const closures = closuresByScript(graph);
  for (const script of scripts.values()) {
    for (const node of closures.get(script.scriptId) ?? []) {
      const context = moduleContextOf(graph, node);
      if (context >= 0 && !contexts.has(context)) contexts.set(context, script);
    }
  }
  const users: Anchor[] = [];
  const internals: Anchor[] = [];
  for (const [node, { name, isInternal }] of contexts) {
    if (isIgnored(name)) continue;
    (isInternal ? internals : users).push({ node, kind: isInternal ? "node" : "module", name });
  }
  const rest = objectAnchors(graph, scripts, isIgnored);
  const ofHarness = ({ kind, name }: Anchor): boolean => (kind === "module" || kind === "commonjs") && isHarness(name);
  const globals = graph
    .userRoots()
    .map((node): Anchor => ({ node: globalObject(graph, node), kind: "global", name: "globalThis" }));
  // What a module exports is known by that name before any other.
  const anchors = [...rest, ...users, ...globals, ...internals, ...rootsOf(graph)];
  return anchors.map((anchor) => (ofHarness(anchor) ? { ...anchor, kind: "harness" } : anchor));
}

function objectAnchors(
  graph: HeapGraph,
  scripts: ReadonlyMap<number, HeapScript>,
  isIgnored: (scriptName: string) => boolean,
): Anchor[] {
  const anchors: Anchor[] = [];
  // By text, so that no name is decoded for each node.
  const isTelling = new Uint8Array(graph.strings.length);
  for (const index of graph.strings.indexesOf(...TELLING_NAMES)) isTelling[index] = 1;
  const { nodeCount, nodeNames } = graph;
  for (let node = 0; node < nodeCount; node++) {
    if (isTelling[nodeNames[node]] === 0) continue;
    const type = graph.nodeTypes[node];
    if (graph.isHidden(node)) {
      if (graph.nameOf(node) !== "system / SourceTextModule") continue;
      const name = scriptOfModule(graph, node, scripts);
      if (name !== null && !isIgnored(name)) {
        anchors.push({ node, kind: name.startsWith("node:") ? "node" : "module", name });
      }
    } else if (type === graph.types.object) {
      const name = graph.nameOf(node);
      if (name === "process") {
        anchors.push({ node, kind: "process", name: "process" });
      } else if (name === "TimersList") {
        anchors.push({ node, kind: "timers", name: "timers" });
      } else if (name === "BuiltinModule") {
        anchors.push({ node, kind: "node", name: "node:internal" });
      } else if (name === "Module") {
        const file = propertyTarget(graph, node, "filename");
        if (file >= 0 && isText(graph, file) && !isIgnored(graph.nameOf(file))) {
          anchors.push({ node, kind: "commonjs", name: graph.nameOf(file) });
        }
      }
    }
  }
  return anchors;
}

const TELLING_NAMES = ["system / SourceTextModule", "process", "TimersList", "BuiltinModule", "Module"];

/** The script of an ES module, by the generator that ran it. */
function scriptOfModule(graph: HeapGraph, module: number, scripts: ReadonlyMap<number, HeapScript>): string | null {
  for (let edge = graph.firstEdge(module); edge < graph.endEdge(module); edge++) {
    const location = graph.location(graph.edgeTo(edge));
    const script = location === undefined ? undefined : scripts.get(location.scriptId);
    if (script !== undefined) return script.name;
  }
  return null;
}

function globalObject(graph: HeapGraph, root: number): number {
  if (!isNativeContext(graph, root)) return root;
  for (let edge = graph.firstEdge(root); edge < graph.endEdge(root); edge++) {
    if (graph.edgeName(edge) === "global_object") return graph.edgeTo(edge);
  }
  return root;
}

function rootsOf(graph: HeapGraph): Anchor[] {
  const anchors: Anchor[] = [];
  const visit = (node: number): void => {
    for (let edge = graph.firstEdge(node); edge < graph.endEdge(node); edge++) {
      const target = graph.edgeTo(edge);
      if (graph.edgeTypes[edge] === graph.edgeKinds.shortcut) continue;
      if (graph.nodeTypes[target] !== graph.types.synthetic) continue;
      const name = graph.nameOf(target);
      if (node === graph.root && target !== node && name === "(GC roots)") visit(target);
      else anchors.push({ node: target, kind: "root", name });
    }
  };
  visit(graph.root);
  return anchors;
}

function isText(graph: HeapGraph, node: number): boolean {
  return graph.nodeTypes[node] === graph.types.string;
}
