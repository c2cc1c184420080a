/** Objects by the name of their class. */
import { InputError } from "../input-error.js";
import type { ObjectView } from "./object-view.js";

const MOST_SUGGESTIONS = 5;
/** Letters that may differ in a name that was meant. */
const MOST_DIFFERENCES = 2;

const indexes = new WeakMap<ObjectView, ReadonlyMap<string, readonly number[]>>();

/** The objects of each class, in the order of their ids. */
export function classesOf(view: ObjectView): ReadonlyMap<string, readonly number[]> {
  let classes = indexes.get(view);
  if (classes === undefined) indexes.set(view, (classes = collect(view)));
  return classes;
}

function collect(view: ObjectView): ReadonlyMap<string, readonly number[]> {
  const { graph } = view;
  const classes = new Map<string, number[]>();
  for (let node = 0; node < graph.nodeCount; node++) {
    if (!view.isObject(node) || view.isRoot(node) || view.standsFor(node) !== node) continue;
    const name = view.isModule(node) ? "module" : view.classOf(node);
    const nodes = classes.get(name);
    if (nodes === undefined) classes.set(name, [node]);
    else nodes.push(node);
  }
  for (const nodes of classes.values()) nodes.sort((left, right) => graph.idOf(left) - graph.idOf(right));
  return classes;
}

/** The objects of a class, in the order of their ids. Functions of one name are asked for as `function load`. */
export function objectsOfClass(view: ObjectView, name: string): readonly number[] {
  return classesOf(view).get(name) ?? functionsNamed(view, name);
}

/**
 * The objects of a class of which there are some.
 *
 * @throws {InputError} when there is none, with the names that come near
 */
export function requireObjectsOfClass(view: ObjectView, name: string): readonly number[] {
  const nodes = objectsOfClass(view, name);
  if (nodes.length > 0) return nodes;
  const near = nearNames(
    name,
    [...classesOf(view)].map(([known, { length }]) => [known, length] as const),
  );
  const mend = near.length === 0 ? "`types` lists the classes there are" : `did you mean ${near.join(", ")}?`;
  throw new InputError(`no object of class ${JSON.stringify(name)}: ${mend}`);
}

function functionsNamed(view: ObjectView, name: string): readonly number[] {
  if (!name.startsWith("function ")) return [];
  const wanted = name.slice("function ".length);
  const functions = classesOf(view).get("function") ?? [];
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
