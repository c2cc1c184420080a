/**
 * What grows, seen from the heap alone: the objects of each cohort that are still alive, by the object that was there
 * before all of them and keeps them.
 *
 * A leak of thousands of objects comes down to one place: the last *old* object on the paths to all of them, and the
 * slot they hang from. (Eclipse MAT calls it the accumulation point.)
 */
import { NONE, type HeapGraph } from "../heap/graph.js";
import type { Forest } from "../heap/forest.js";
import { isVisible } from "../heap/visible.js";
import type { Cohorts } from "./cohorts.js";

/** Objects of one class that hang one on the other by one slot: more of them than this are a list. */
const FEWEST_LINKS = 8;

const SAMPLES_PER_COHORT = 3;
const MOST_CALLBACKS_OF_COHORT = 256;
/** Classes are noted of objects no deeper than this. */
const DEEPEST_CLASS = 4;

/** The slot of an accumulating object that its new objects hang from. */
export type Slot =
  /** Elements, entries or keys: the object itself is the collection. */
  | { readonly kind: "entries" }
  | { readonly kind: "property"; readonly name: string }
  | { readonly kind: "variable"; readonly name: string };

/** One place where objects pile up. */
export interface Accumulation {
  /** The old object, in the last snapshot. */
  readonly holder: number;
  readonly slot: Slot;
  /** Objects of each cohort that are alive in the last snapshot, by interval. */
  readonly births: number[];
  /** The same in shallow bytes. */
  readonly bornBytes: number[];
  /** Of the births, those that hang from the slot directly, or are links of its list: what users count as entries. */
  readonly entryBirths: number[];
  /** Shallow bytes of all that hangs from the slot, tables and native memory included. */
  heldBytes: number;
  /** The first new object below the slot on the path to the oldest one that is alive. */
  entry: number;
  /** Some of the new objects of each cohort: whether they live on can be asked without a snapshot. */
  readonly samples: number[][];
  /** The class whose instances form a list that hangs from the slot; null where there is no list. */
  listClass: string | null;
  /**
   * Source places of the closures among the new objects, `script:line:column`, with their depth: the objects of users'
   * and Node's own classes between the slot and the nearest of them. Promises, scopes and functions do not count.
   */
  readonly closures: Map<string, number>;
  /** Classes of the new objects near the slot, with their depth. */
  readonly classes: Map<string, number>;
}

interface Scan {
  readonly graph: HeapGraph;
  readonly forest: Forest;
  readonly cohorts: Cohorts;
}

/** All accumulations of a heap whose newest snapshot is the last of `cohorts`. */
export function accumulationsOf(forest: Forest, cohorts: Cohorts): Accumulation[] {
  const { graph } = forest;
  const scan = { graph, forest, cohorts };
  const links = new ListLinks(scan);
  const reactions = new Reactions(graph);
  const holders = new Uint32Array(graph.nodeCount).fill(NONE);
  /** The edge by which a new object's path leaves its holder. */
  const exits = new Uint32Array(graph.nodeCount).fill(NONE);
  /** The first visible node after the holder. */
  const entries = new Uint32Array(graph.nodeCount).fill(NONE);
  const depths = new Uint8Array(graph.nodeCount);
  const found = new Map<number, Map<string, Accumulation>>();

  for (const node of forest.order) {
    const parent = forest.parents[node];
    const cohort = cohorts.indexOf(graph.idOf(node));
    const isObject = isCounted(graph, node);
    if (parent === NONE || (isObject && cohort < 0 && !links.isLinked(node))) {
      holders[node] = node;
      continue;
    }
    const holder = holders[parent];
    const isFirst = holder === parent;
    holders[node] = holder;
    exits[node] = isFirst ? forest.parentEdges[node] : exits[parent];
    const isBelowEntry = !isFirst && entries[parent] !== NONE;
    const first = isBelowEntry ? entries[parent] : reactions.entryAt(parent, node);
    const isEntry = first === undefined;
    if (isEntry && isObject) reactions.begin(parent, node);
    entries[node] = first ?? (isObject ? node : NONE);
    const isLink = !isEntry && entries[parent] !== NONE && links.isLinkOf(node, entries[parent]);
    const above = isFirst ? 0 : depths[parent];
    depths[node] = isLink ? 1 : Math.min(255, above + (isObject && isThing(graph, node) ? 1 : 0));
    const accumulation = accumulationAt(found, scan, links, holder, exits[node], entries[node]);
    accumulation.heldBytes += graph.selfSize(node);
    if (!isObject || cohort < 0 || cohort >= cohorts.count) continue;
    accumulation.births[cohort]++;
    accumulation.bornBytes[cohort] += graph.selfSize(node);
    if (isEntry || isLink) {
      accumulation.entryBirths[cohort]++;
      if (accumulation.entryBirths[cohort] <= MOST_CALLBACKS_OF_COHORT)
        noteCallbacks(graph, node, accumulation.closures);
    }
    const samples = accumulation.samples[cohort] ?? [];
    if (samples.length < SAMPLES_PER_COHORT && isTellingSample(graph, node)) samples.push(node);
    if (accumulation.entry < 0 && entries[node] !== NONE) accumulation.entry = entries[node];
    if (graph.nodeTypes[node] === graph.types.closure) notePlace(graph, node, depths[node], accumulation.closures);
    else if (depths[node] <= DEEPEST_CLASS) noteNearest(accumulation.classes, graph.nameOf(node), depths[node]);
  }
  return [...found.values()].flatMap((bySlot) => withoutKeys(withoutListEnds([...bySlot.values()])));
}

function accumulationAt(
  found: Map<number, Map<string, Accumulation>>,
  { graph, cohorts }: Scan,
  links: ListLinks,
  holder: number,
  exit: number,
  entry: number,
): Accumulation {
  let bySlot = found.get(holder);
  if (bySlot === undefined) found.set(holder, (bySlot = new Map<string, Accumulation>()));
  const slot = slotOf(graph, exit);
  const key = slot.kind === "entries" ? "" : `${slot.kind} ${slot.name}`;
  let accumulation = bySlot.get(key);
  if (accumulation === undefined) {
    const births = new Array<number>(cohorts.count).fill(0);
    accumulation = {
      holder,
      slot,
      births,
      bornBytes: [...births],
      entryBirths: [...births],
      heldBytes: 0,
      entry: -1,
      samples: births.map(() => []),
      listClass: null,
      closures: new Map(),
      classes: new Map(),
    };
    bySlot.set(key, accumulation);
  }
  if (accumulation.listClass === null && entry !== NONE) accumulation.listClass = links.classOf(entry);
  return accumulation;
}

function slotOf(graph: HeapGraph, exit: number): Slot {
  const { edgeKinds } = graph;
  if (graph.edgeTypes[exit] === edgeKinds.property) return { kind: "property", name: graph.edgeName(exit) };
  if (graph.edgeTypes[exit] === edgeKinds.context) return { kind: "variable", name: graph.edgeName(exit) };
  return { kind: "entries" };
}

/** The two ends of a list are slots of their own, and each leads to a part of it. */
function withoutListEnds(bySlot: readonly Accumulation[]): Accumulation[] {
  const lists = new Map<string, Accumulation[]>();
  for (const accumulation of bySlot) {
    const { listClass } = accumulation;
    if (listClass !== null) lists.set(listClass, [...(lists.get(listClass) ?? []), accumulation]);
  }
  const merged = [...lists.values()].map((ends) => {
    // The same end each time: it is a part of what the list is known by.
    const [first] = ends.sort((left, right) => nameOfSlot(left).localeCompare(nameOfSlot(right)));
    return { ...mergeAccumulations(ends), slot: first?.slot ?? { kind: "entries" } };
  });
  return [...bySlot.filter(({ listClass }) => listClass === null), ...merged];
}

function nameOfSlot({ slot }: Accumulation): string {
  return slot.kind === "entries" ? "" : slot.name;
}

/**
 * Properties of an object used as a table are keys: what hangs from each was born in one interval, and all of them
 * together are the table's entries.
 */
function withoutKeys(bySlot: readonly Accumulation[]): Accumulation[] {
  const isKey = ({ slot, births }: Accumulation): boolean =>
    slot.kind === "property" && births.filter((count) => count > 0).length === 1;
  const keys = bySlot.filter(isKey);
  if (keys.length < 2) return [...bySlot];
  const others = bySlot.filter((accumulation) => !isKey(accumulation));
  const entries = others.find(({ slot }) => slot.kind === "entries");
  const merged = entries === undefined ? keys : [entries, ...keys];
  return [...others.filter((accumulation) => accumulation !== entries), mergeAccumulations(merged)];
}

/** Several accumulations as one, under the holder and slot of the first; a slot that is a key becomes `entries`. */
export function mergeAccumulations(parts: readonly Accumulation[]): Accumulation {
  const [first] = parts;
  if (first === undefined) throw new Error("nothing to merge");
  const sum = (of: (part: Accumulation) => readonly number[]): number[] =>
    of(first).map((_, index) => parts.reduce((total, part) => total + (of(part)[index] ?? 0), 0));
  const closures = new Map<string, number>();
  const classes = new Map<string, number>();
  for (const part of parts) {
    for (const [place, depth] of part.closures) noteNearest(closures, place, depth);
    for (const [name, depth] of part.classes) noteNearest(classes, name, depth);
  }
  return {
    holder: first.holder,
    slot: first.slot.kind === "property" ? { kind: "entries" } : first.slot,
    births: sum(({ births }) => births),
    bornBytes: sum(({ bornBytes }) => bornBytes),
    entryBirths: sum(({ entryBirths }) => entryBirths),
    heldBytes: parts.reduce((total, part) => total + part.heldBytes, 0),
    entry: parts.find(({ entry }) => entry >= 0)?.entry ?? -1,
    samples: first.samples.map((_, cohort) =>
      parts.flatMap(({ samples }) => samples[cohort] ?? []).slice(0, SAMPLES_PER_COHORT),
    ),
    listClass: first.listClass,
    closures,
    classes,
  };
}

/** Functions that timers and listeners call: where the same one is passed each time, it is older than they are. */
function noteCallbacks(graph: HeapGraph, entry: number, places: Map<string, number>): void {
  if (!CALLERS.has(graph.nameOf(entry))) return;
  for (let edge = graph.firstEdge(entry); edge < graph.endEdge(entry); edge++) {
    const target = graph.edgeTo(edge);
    const isProperty = graph.edgeTypes[edge] === graph.edgeKinds.property;
    if (isProperty && graph.nodeTypes[target] === graph.types.closure) notePlace(graph, target, 1, places);
  }
}

/** Node's classes of what waits to call a function. */
const CALLERS: ReadonlySet<string> = new Set(["Timeout", "Immediate", "Listener"]);

function notePlace(graph: HeapGraph, node: number, depth: number, places: Map<string, number>): void {
  const index = graph.locations.indexOf(node);
  if (index < 0) return;
  const { places: all } = graph.locations;
  const place = `${all[index * 3]}:${all[index * 3 + 1]}:${all[index * 3 + 2]}`;
  noteNearest(places, place, depth);
}

function noteNearest(known: Map<string, number>, name: string, depth: number): void {
  const before = known.get(name);
  if (before === undefined || depth < before) known.set(name, depth);
}

/** Whether an object is more than what promises and functions are made of. */
function isThing(graph: HeapGraph, node: number): boolean {
  if (graph.nodeTypes[node] !== graph.types.object) return graph.nodeTypes[node] !== graph.types.closure;
  return !MACHINERY.has(graph.nameOf(node));
}

const MACHINERY: ReadonlySet<string> = new Set(["Promise", "Generator", "system / Context"]);

/** JavaScript objects, closures, texts and the scopes of functions: what users make. */
function isCounted(graph: HeapGraph, node: number): boolean {
  return graph.isJavaScript(node) && (isVisible(graph, node) || isContext(graph, node));
}

/** Whether a `WeakRef` can hold it. A timer that starts itself anew is another one each time; its callback stays. */
function isTellingSample(graph: HeapGraph, node: number): boolean {
  const type = graph.nodeTypes[node];
  const isObject = type === graph.types.object && !isContext(graph, node) && graph.nameOf(node) !== "Timeout";
  return isObject || type === graph.types.closure;
}

function isContext(graph: HeapGraph, node: number): boolean {
  return graph.nodeTypes[node] === graph.types.object && graph.nameOf(node) === "system / Context";
}

/** A pending reaction refers to a promise and to two callbacks, and is one entry all the same: the first of them. */
class Reactions {
  readonly #graph: HeapGraph;
  readonly #entries = new Map<number, number>();
  readonly #isReaction = new Map<number, boolean>();

  constructor(graph: HeapGraph) {
    this.#graph = graph;
  }

  /** The entry that a node hanging from a reaction belongs to: undefined where it begins one, as the next reaction does. */
  entryAt(reaction: number, node: number): number | undefined {
    const entry = this.#entries.get(reaction);
    return entry !== undefined && this.#is(node) ? undefined : entry;
  }

  begin(reaction: number, entry: number): void {
    if (this.#is(reaction)) this.#entries.set(reaction, entry);
  }

  #is(node: number): boolean {
    const name = this.#graph.nodeNames[node];
    let isReaction = this.#isReaction.get(name);
    if (isReaction === undefined)
      this.#isReaction.set(name, (isReaction = this.#graph.nameOf(node) === "system / PromiseReaction"));
    return isReaction;
  }
}

/** Classes whose instances hang one on the other: linked lists, of Node's timers as of users' queues. */
class ListLinks {
  readonly #graph: HeapGraph;
  readonly #classes = new Set<string>();

  constructor({ graph, forest }: Scan) {
    this.#graph = graph;
    const counts = new Map<string, number>();
    for (const node of forest.order) {
      const parent = forest.parents[node];
      if (parent === NONE || graph.nodeTypes[node] !== graph.types.object) continue;
      if (graph.nodeNames[node] !== graph.nodeNames[parent] || graph.nodeTypes[parent] !== graph.types.object) continue;
      const edge = forest.parentEdges[node];
      if (graph.edgeTypes[edge] !== graph.edgeKinds.property) continue;
      const name = this.#className(node);
      if (name === null || name !== this.#className(parent)) continue;
      const link = `${name} ${graph.edgeName(edge)}`;
      const count = (counts.get(link) ?? 0) + 1;
      counts.set(link, count);
      if (count >= FEWEST_LINKS) this.#classes.add(name);
    }
  }

  /** Whether the node is an instance of a class that forms lists. */
  isLinked(node: number): boolean {
    if (this.#classes.size === 0 || this.#graph.nodeTypes[node] !== this.#graph.types.object) return false;
    const name = this.#className(node);
    return name !== null && this.#classes.has(name);
  }

  /** The class of a node that forms lists; null for other nodes. */
  classOf(node: number): string | null {
    return this.isLinked(node) ? this.#className(node) : null;
  }

  /** Whether both are instances of one class that forms lists. */
  isLinkOf(node: number, first: number): boolean {
    return this.isLinked(node) && this.#className(node) === this.#className(first);
  }

  // Plain objects share a name, and so do all scopes: their lists are seen as what hangs from the first.
  #className(node: number): string | null {
    const name = this.#graph.nameOf(node);
    if (name === "Object" || name.startsWith("system / ")) return null;
    const location = this.#graph.location(node);
    return location === undefined ? name : `${name} ${location.scriptId}:${location.line}:${location.column}`;
  }
}
