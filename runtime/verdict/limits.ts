/** Numbers that may bound a collection: beside it in the heap, or in the code that is written where it is. */
import type { Forest } from "../heap/forest.js";
import type { HeapGraph } from "../heap/graph.js";
import { internalTarget, propertyTarget, scriptsOf, type HeapScript } from "../heap/scripts.js";
import { limitsInFile } from "../source-limits.js";
import type { Accumulation } from "./heap-growth.js";
import { fileOfAnchor, fileOfScript, hopsTo } from "./heap-path.js";
import { unitOf } from "./words.js";

/** Objects above the holder whose fields are read: a cache's own, and that of what wraps it. */
const OWNERS = 3;
const LIMIT_NAME = /max|limit|capacity|threshold|budget|quota|bound(?!_)|^_?size$|Size$|^_?cap$/i;
/** A larger number is no limit that a run could be taken past. */
const LARGEST_LIMIT = 1_000_000;
/** A larger one, where it only stands somewhere in the same code, is more likely a size in bytes. */
const LARGEST_WRITTEN_LIMIT = 16_384;
const FEWEST_ENTRIES = 16;
const SMALLEST_BYTES = 65_536;
const LARGEST_BYTES = 2 ** 32;
/** A page's window has the quotas of its storage, and whatever globals have numbers. */
const WINDOW = /^(?:Global|Browser)?Window(?: \/|$)/;
/** Names that minifiers give, which say nothing. */
const MINIFIED_NAME = /^[A-Za-z_$]{1,2}$/;

export interface Limits {
  /** What must be passed. */
  readonly numbers: readonly number[];
  /** Limits in bytes: what is too large for a number of entries. */
  readonly bytes: readonly number[];
  /** What is passed where the run can be made so long. */
  readonly written: readonly number[];
}

/**
 * Numbers in fields and variables that are named like a limit or that the code compares a size with, and those that
 * it writes out. In entries, though some may count something else.
 *
 * @param isHarness scripts that belong to a test runner, whose numbers limit its own lists
 */
export function limitsNear(
  forest: Forest,
  { holder, entry, births }: Accumulation,
  isHarness: (scriptName: string) => boolean = () => false,
): Limits {
  const { graph } = forest;
  const { anchor, hops } = hopsTo(forest, holder);
  const owners = (hops.length === 0 ? [holder] : hops.map(({ node }) => node).reverse()).slice(0, OWNERS + 1);
  const scripts = new Map([...scriptsOf(graph)].filter(([, { name }]) => !isHarness(name)));
  // A text or a buffer that grows itself: its limit counts characters or bytes.
  const isBulk =
    entry >= 0 &&
    births.reduce((sum, count) => sum + count, 0) < FEWEST_ENTRIES &&
    (graph.typeOf(entry).endsWith("string") || unitOf(graph.nameOf(entry)) !== "entries");
  const files = new Set<string>();
  const module = fileOfAnchor(anchor);
  if (module !== null) files.add(module);
  const places = new Set<number>();
  for (const owner of owners) {
    if (WINDOW.test(graph.nameOf(owner))) continue;
    places.add(owner);
    const constructor = constructorOf(graph, owner);
    if (constructor >= 0) addScopes(graph, constructor, places, files, scripts);
    if (graph.nodeTypes[owner] === graph.types.closure) addScopes(graph, owner, places, files, scripts);
  }
  // The scope of one of Node's own modules holds the limits of other things.
  if (anchor !== undefined && anchor.kind !== "node") places.add(anchor.node);
  const entries = new Set<number>();
  const bytes = new Set<number>();
  const written = new Set<number>();
  const names = { entries: new Set<string>(), bytes: new Set<string>() };
  for (const file of files) {
    const limits = limitsInFile(file);
    for (const number of limits.numbers) if (isBulk || number <= LARGEST_WRITTEN_LIMIT) entries.add(number);
    for (const number of limits.bytes.numbers) bytes.add(number);
    for (const number of limits.written) written.add(number);
    for (const name of limits.names) names.entries.add(name);
    for (const name of limits.bytes.names) names.bytes.add(name);
  }
  for (const place of places) {
    for (const [name, value] of numbersIn(graph, place)) {
      if (names.bytes.has(name) || /bytes/i.test(name)) bytes.add(value);
      else if (names.entries.has(name) || LIMIT_NAME.test(name) || MINIFIED_NAME.test(name)) entries.add(value);
    }
  }
  // A field that is named like a limit, and is too large for one of entries, is one of bytes.
  const large = [...entries].filter((number) => number > LARGEST_LIMIT);
  return {
    numbers: [...entries, ...(isBulk ? bytes : [])].filter((number) => number > 1 && number <= LARGEST_LIMIT),
    bytes: [...bytes, ...large].filter((number) => number >= SMALLEST_BYTES && number <= LARGEST_BYTES),
    written: [...written],
  };
}

/** The class of an object, by its prototype. */
function constructorOf(graph: HeapGraph, node: number): number {
  const prototype = propertyTarget(graph, node, "__proto__");
  return prototype < 0 ? -1 : propertyTarget(graph, prototype, "constructor");
}

function addScopes(
  graph: HeapGraph,
  closure: number,
  places: Set<number>,
  files: Set<string>,
  scripts: ReadonlyMap<number, HeapScript>,
): void {
  const script = scripts.get(graph.location(closure)?.scriptId ?? -1);
  // The limits in Node's own code are those of its own lists.
  if (script === undefined || script.isInternal) return;
  const file = fileOfScript(script.name);
  if (file !== null) files.add(file);
  places.add(closure);
  for (
    let context = internalTarget(graph, closure, "context");
    context >= 0 && graph.nameOf(context) === "system / Context" && !places.has(context);
    context = internalTarget(graph, context, "previous")
  )
    places.add(context);
}

/** The whole numbers in an object's fields, or in a scope's variables, by their names. */
function numbersIn(graph: HeapGraph, place: number): [string, number][] {
  const { edgeKinds } = graph;
  const found: [string, number][] = [];
  for (let edge = graph.firstEdge(place); edge < graph.endEdge(place); edge++) {
    const type = graph.edgeTypes[edge];
    if (type !== edgeKinds.property && type !== edgeKinds.context) continue;
    const target = graph.edgeTo(edge);
    const value = graph.nodeTypes[target] === graph.types.number ? numberAt(graph, target) : NaN;
    if (Number.isInteger(value)) found.push([graph.edgeName(edge).replace(/^#/, ""), value]);
  }
  return found;
}

/** V8 writes a number's value as a text that the number refers to. */
function numberAt(graph: HeapGraph, node: number): number {
  const text = internalTarget(graph, node, "value");
  return text < 0 ? NaN : Number(graph.nameOf(text));
}
