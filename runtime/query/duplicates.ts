/** Texts that are in the heap several times. */
import type { HeapGraph } from "../heap/index.js";

export interface DuplicateText {
  /** The text; of a long one the first 1,024 characters, which is all that V8 writes. */
  readonly text: string;
  readonly count: number;
  /** Bytes of one copy. */
  readonly size: number;
  /** Bytes of all copies but one. */
  readonly waste: number;
  /** Object ids of some copies. */
  readonly ids: readonly number[];
}

/** V8 writes no more of a text. */
const LONGEST_WRITTEN = 1024;
const MOST_IDS = 5;

/** Texts with the most bytes in copies first. Copies of long texts are told by their beginning and their size. */
export function duplicateTexts(graph: HeapGraph, limit: number): DuplicateText[] {
  const groups = new Map<string, { count: number; size: number; ids: number[]; name: number }>();
  const keys = new TextKeys(graph);
  for (let node = 0; node < graph.nodeCount; node++) {
    if (graph.nodeTypes[node] !== graph.types.string) continue;
    const size = graph.selfSizes[node];
    // V8's empty text, and names of its own roots, take no bytes of the heap.
    if (size === 0) continue;
    const key = `${keys.keyOf(graph.nodeNames[node])}:${size}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { count: 1, size, ids: [graph.idOf(node)], name: graph.nodeNames[node] });
    else {
      group.count++;
      if (group.ids.length < MOST_IDS) group.ids.push(graph.idOf(node));
    }
  }
  return [...groups.values()]
    .filter(({ count }) => count > 1)
    .map(({ count, size, ids, name }) => ({ count, size, waste: (count - 1) * size, ids, name }))
    .sort((left, right) => right.waste - left.waste || right.count - left.count)
    .slice(0, limit)
    .map(({ name, ...rest }) => ({ text: graph.strings.get(name).slice(0, LONGEST_WRITTEN), ...rest }));
}

/** V8 may write the same text twice into the table: those of one text have one key. */
class TextKeys {
  readonly #graph: HeapGraph;
  readonly #keys = new Map<number, number>();
  readonly #byText = new Map<string, number>();

  constructor(graph: HeapGraph) {
    this.#graph = graph;
  }

  keyOf(name: number): number {
    const known = this.#keys.get(name);
    if (known !== undefined) return known;
    const text = this.#graph.strings.get(name);
    const key = this.#byText.get(text) ?? name;
    this.#byText.set(text, key);
    this.#keys.set(name, key);
    return key;
  }
}
