/**
 * What grows in healthy processes too, or because it is being measured. Each rule has a name and a test; what no rule
 * names is reported.
 */
import type { Anchor } from "../heap/anchors.js";
import type { HeapGraph } from "../heap/graph.js";
import { internalTarget, scriptsOf } from "../heap/scripts.js";
import { isVisible } from "../heap/visible.js";
import type { Accumulation } from "./heap-growth.js";

export interface NoiseInput {
  readonly graph: HeapGraph;
  readonly anchor: Anchor | undefined;
  /** From the anchor to the holder. */
  readonly edges: readonly number[];
  readonly accumulation: Accumulation;
  /** Whether a script belongs to a test runner. */
  readonly isHarness?: ((scriptName: string) => boolean) | undefined;
}

interface NoiseRule {
  readonly name: string;
  /** What it is, for the guide. */
  readonly what: string;
  readonly isNoise: (input: NoiseInput) => boolean;
}

/** Roots under which natives keep what JavaScript gave them; the others hold what is being worked on. */
const TELLING_ROOTS: ReadonlySet<string> = new Set(["(Global handles)", "(Traced handles)", "(Eternal handles)"]);

export const noiseRules: readonly NoiseRule[] = [
  {
    name: "unanchored",
    what: "objects that nothing but the collector's own lists refer to",
    isNoise: ({ anchor }) => anchor === undefined,
  },
  {
    name: "engine-roots",
    what: "interned strings, compilation caches, the stack of the measuring code and its handles",
    isNoise: ({ anchor }) => anchor?.kind === "root" && !TELLING_ROOTS.has(anchor.name),
  },
  {
    name: "script-texts",
    what: "the source texts of compiled scripts, which natives hold",
    isNoise: ({ graph, anchor, accumulation }) => anchor?.kind === "root" && isText(graph, accumulation.entry),
  },
  {
    name: "console",
    what: "values printed to the console, which the inspector keeps until they are discarded",
    isNoise: ({ graph, edges }) => edges.some((edge) => graph.edgeName(edge).endsWith("/ DevTools console")),
  },
  {
    name: "resource-timing",
    what: "the buffer of resource timings, which Node bounds",
    isNoise: ({ graph, edges, accumulation: { slot } }) =>
      (slot.kind === "variable" && slot.name === "resourceTimingBuffer") ||
      edges.some((edge) => graph.edgeName(edge) === "resourceTimingBuffer"),
  },
  {
    name: "finalization-records",
    what: "the weak records of a FinalizationRegistry, which go with their targets",
    isNoise: ({ graph, accumulation }) =>
      graph.nameOf(accumulation.holder) === "FinalizationRegistry" && isWeakRecord(graph, accumulation.entry),
  },
  {
    name: "test-runner",
    what: "what a test runner notes down: its lists of tests, what they print, the functions it has mocked",
    isNoise: (input) => {
      const { graph, anchor, edges, isHarness = () => false } = input;
      if (anchor?.kind === "harness" || (anchor?.kind === "node" && isNodeTest(anchor.name))) return true;
      const own = isListenedToInDom(input) ? edges.slice(1) : edges;
      return isThroughHarness(graph, own, (name) => isHarness(name) || isNodeTest(name));
    },
  },
  {
    name: "test-files",
    what: "the instances of test files that are loaded anew for each run, which Node keeps by their URLs",
    isNoise: ({ graph, edges, accumulation: { holder } }) =>
      edges.some((edge) => /^(?:LoadCache|ResolveCache)$/.test(graph.nameOf(graph.edgeTo(edge)))) &&
      keepsTestFiles(graph, holder),
  },
  {
    name: "source-maps",
    what: "the source maps of the modules that are loaded, which go with their modules",
    isNoise: ({ anchor }) => anchor?.kind === "node" && anchor.name.startsWith("node:internal/source_map/"),
  },
  {
    name: "feedback",
    what: "feedback vectors and other tables of compiled code",
    isNoise: ({ graph, accumulation }) =>
      accumulation.births.every((births) => births === 0) && !isVisible(graph, accumulation.holder),
  },
];

/** The name of the rule that calls this noise; null where none does. */
export function noiseRuleOf(input: NoiseInput): string | null {
  return noiseRules.find((rule) => rule.isNoise(input))?.name ?? null;
}

/** The names under which test runners keep their own on the global object. */
const HARNESS_GLOBAL = /^(?:__vitest|__VITEST|__vite_|<symbol .*(?:vitest|jest|matchers-object|expect))/;
/** A mock belongs to the runner's code, and to the test that has made it. */
const MOCKS = /\/(?:@vitest\/spy|tinyspy|test_runner\/mock)\//;
/** The list of all mocks, which `mock.restoreAll()` does not empty: Node ends the process after each file. */
const MOCK_LIST = "MockTracker";
/** The query with which `node:test` files are loaded anew. */
const FRESH_QUERY = "?leakproof=";

function isNodeTest(scriptName: string): boolean {
  return scriptName.startsWith("node:internal/test_runner/");
}

/**
 * Whether functions of the tests pile up behind a global that the runner's own function gives them: the window of a DOM,
 * which has lists of its own besides.
 */
function isListenedToInDom({ graph, anchor, edges: [first], accumulation: { entry } }: NoiseInput): boolean {
  if (anchor?.kind !== "global" || first === undefined || !graph.edgeName(first).startsWith("get ")) return false;
  if (entry < 0 || graph.nodeTypes[entry] !== graph.types.closure) return false;
  const script = scriptsOf(graph).get(graph.location(entry)?.scriptId ?? -1);
  return script !== undefined && !script.isInternal && !/[\\/]node_modules[\\/]/.test(script.name);
}

/** Whether the keys of a table are URLs of files that are loaded anew. */
function keepsTestFiles(graph: HeapGraph, table: number): boolean {
  const parts = [table, ...["table", "properties"].map((name) => internalTarget(graph, table, name))];
  return parts.some((part) => {
    for (let edge = part < 0 ? 0 : graph.firstEdge(part); part >= 0 && edge < graph.endEdge(part); edge++) {
      const target = graph.edgeTo(edge);
      if (graph.edgeName(edge).includes(FRESH_QUERY)) return true;
      if (isText(graph, target) && graph.nameOf(target).includes(FRESH_QUERY)) return true;
    }
    return false;
  });
}

function isThroughHarness(
  graph: HeapGraph,
  edges: readonly number[],
  isHarness: (scriptName: string) => boolean,
): boolean {
  const scripts = scriptsOf(graph);
  return edges.some((edge, index) => {
    if (index === 0 && HARNESS_GLOBAL.test(graph.edgeName(edge))) return true;
    const target = graph.edgeTo(edge);
    const script = scripts.get(graph.location(target)?.scriptId ?? -1);
    if (script === undefined || !isHarness(script.name)) return false;
    return !MOCKS.test(script.name) || graph.nameOf(target) === MOCK_LIST;
  });
}

function isText(graph: HeapGraph, node: number): boolean {
  const { types } = graph;
  if (node < 0) return false;
  const type = graph.nodeTypes[node];
  return type === types.string || type === types.concatenatedString || type === types.slicedString;
}

function isWeakRecord(graph: HeapGraph, node: number): boolean {
  return node >= 0 && /^(?:WeakRef|system \/ WeakCell)$/.test(graph.nameOf(node));
}
