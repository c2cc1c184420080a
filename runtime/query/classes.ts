/** Objects by the name of their class. */
import { InputError } from "../input-error.js";
import type { ObjectView } from "./object-view.js";

const MOST_SUGGESTIONS = 5;
/** Letters that may differ in a name that was meant. */
const MOST_DIFFERENCES = 2;

const indexes = new WeakMap<ObjectView, ClassIndex>();

/** The objects of each class. */
export function classesOf(view: ObjectView): ClassIndex {
  let classes = indexes.get(view);
  if (classes === undefined) indexes.set(view, (classes = new ClassIndex(view)));
  return classes;
}

const NO_CLASS = 0;

/** Cost: one pass over the nodes, 4 bytes a node; the class of most is known by their name, told once for each. */
export class ClassIndex {
  readonly #view: ObjectView;
  readonly #numbers = new Map<string, number>();
  /** By the number of the class, from 1. */
  readonly #counts: number[] = [0];
  /** By node: the number of its class; none for what is no object, or one that another stands for. */
  readonly #classes: Uint32Array;
  #groups: { readonly first: readonly number[]; readonly nodes: Uint32Array } | undefined;

  constructor(view: ObjectView) {
    this.#view = view;
    const { graph } = view;
    const { nodeTypes, nodeNames, nodeCount, types } = graph;
    const isOneOfItsKind = view.classesOfTheirOwn();
    const classes = new Uint32Array(nodeCount);
    const counts = this.#counts;
    // One more than the number, so that 0 says that it was not asked for.
    const askedFor = new Uint32Array(graph.strings.length);
    for (let node = 0; node < nodeCount; node++) {
      let number: number;
      if (nodeTypes[node] !== types.object || isOneOfItsKind[node] === 1) number = this.#numberOf(node);
      else {
        const name = nodeNames[node];
        if (askedFor[name] === 0) askedFor[name] = this.#numberOf(node) + 1;
        number = askedFor[name] - 1;
      }
      classes[node] = number;
      counts[number]++;
    }
    this.#classes = classes;
  }

  /** How many objects of each class there are, by its name. */
  get counts(): ReadonlyMap<string, number> {
    return new Map([...this.#numbers].map(([name, number]) => [name, this.#counts[number]]));
  }

  /** Undefined where there is no such class. */
  countOf(name: string): number | undefined {
    const number = this.#numbers.get(name);
    return number === undefined ? undefined : this.#counts[number];
  }

  /** All objects, those of one class together. */
  get nodes(): Uint32Array {
    return (this.#groups ??= this.#group()).nodes.subarray(this.#counts[NO_CLASS]);
  }

  /** The objects of a class, in the order of their ids; undefined where there is none. */
  nodesOf(name: string): number[] | undefined {
    const number = this.#numbers.get(name);
    if (number === undefined) return undefined;
    const { first, nodes } = (this.#groups ??= this.#group());
    const { graph } = this.#view;
    return Array.from(nodes.subarray(first[number], first[number] + this.#counts[number])).sort(
      (left, right) => graph.idOf(left) - graph.idOf(right),
    );
  }

  #numberOf(node: number): number {
    const view = this.#view;
    if (!view.isObject(node) || view.isRoot(node) || view.standsFor(node) !== node) return NO_CLASS;
    const name = view.isModule(node) ? "module" : view.classOf(node);
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    this.#numbers.set(name, this.#counts.length);
    return this.#counts.push(0) - 1;
  }

  #group(): { first: number[]; nodes: Uint32Array } {
    const classes = this.#classes;
    const nodes = new Uint32Array(classes.length);
    let total = 0;
    const first = this.#counts.map((count) => (total += count));
    // Filling from the last node moves each end down to its start.
    for (let node = classes.length - 1; node >= 0; node--) nodes[--first[classes[node]]] = node;
    return { first, nodes };
  }
}

/** How many objects of a class there are; those of functions of one name as for `objectsOfClass`. */
export function countOfClass(view: ObjectView, name: string): number {
  return classesOf(view).countOf(name) ?? functionsNamed(view, name).length;
}

/** The objects of a class, in the order of their ids. Functions of one name are asked for as `function load`. */
export function objectsOfClass(view: ObjectView, name: string): readonly number[] {
  return classesOf(view).nodesOf(name) ?? functionsNamed(view, name);
}

/**
 * The objects of a class of which there are some.
 *
 * @throws {InputError} when there is none, with the names that come near
 */
export function requireObjectsOfClass(view: ObjectView, name: string): readonly number[] {
  const nodes = objectsOfClass(view, name);
  if (nodes.length > 0) return nodes;
  const near = nearNames(name, [...classesOf(view).counts]);
  const mend = near.length === 0 ? "`types` lists the classes there are" : `did you mean ${near.join(", ")}?`;
  throw new InputError(`no object of class ${JSON.stringify(name)}: ${mend}`);
}

function functionsNamed(view: ObjectView, name: string): readonly number[] {
  if (!name.startsWith("function ")) return [];
  const wanted = name.slice("function ".length);
  const functions = classesOf(view).nodesOf("function") ?? [];
  return functions.filter((node) => (view.graph.nameOf(node) || "(anonymous)") === wanted);
}

/** Known names that may have been meant, the most frequent first. */
function nearNames(name: string, known: readonly (readonly [name: string, count: number])[]): string[] {
  const wanted = name.toLowerCase();
  return known
    .filter(([other]) => isNear(wanted, other.toLowerCase()))
    .sort((left, right) => right[1] - left[1])
    .slice(0, MOST_SUGGESTIONS)
    .map(([other]) => other);
}

function isNear(wanted: string, other: string): boolean {
  if (wanted.length > 2 && other.length > 2 && (other.includes(wanted) || wanted.includes(other))) return true;
  return Math.abs(wanted.length - other.length) <= MOST_DIFFERENCES && distance(wanted, other) <= MOST_DIFFERENCES;
}

/** Letters to add, take away or change: Levenshtein's distance, row by row. */
function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let line = 1; line <= left.length; line++) {
    const next = [line];
    for (let column = 1; column <= right.length; column++) {
      const change = row[column - 1] + (left[line - 1] === right[column - 1] ? 0 : 1);
      next.push(Math.min(change, row[column] + 1, next[column - 1] + 1));
    }
    row = next;
  }
  return row[right.length];
}
