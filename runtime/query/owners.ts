/** Who keeps an object: the user's modules, only Node's own, or only handles of native code. */
import { Forest, NONE, type AnchorKind } from "../heap/index.js";
import type { ObjectView } from "./object-view.js";

const forests = new WeakMap<ObjectView, Forest>();

/** Shortest ways from the modules of the user's to everything; from Node's own where those lead nowhere. */
export function forestOf(view: ObjectView): Forest {
  let forest = forests.get(view);
  if (forest === undefined) forests.set(view, (forest = new Forest(view.graph, view.anchors)));
  return forest;
}

/** Whether only Node's own modules lead to an object, and none of the user's. */
export function isOfRuntime(view: ObjectView, node: number): boolean {
  return ownersOf(view)[node] === RUNTIME;
}

/** Whether no module leads to an object: handles of native code keep it, or nothing that is known. */
export function isOfHandles(view: ObjectView, node: number): boolean {
  return ownersOf(view)[node] === HANDLES;
}

const USER = 0;
const RUNTIME = 1;
const HANDLES = 2;
const owners = new WeakMap<ObjectView, Uint8Array>();

function ownersOf(view: ObjectView): Uint8Array {
  let known = owners.get(view);
  if (known === undefined) owners.set(view, (known = findOwners(view)));
  return known;
}

/** By node: where its path begins. One pass over the forest. */
function findOwners(view: ObjectView): Uint8Array {
  const forest = forestOf(view);
  const found = new Uint8Array(view.graph.nodeCount).fill(HANDLES);
  for (const node of forest.order) {
    const parent = forest.parents[node];
    found[node] = parent === NONE ? ownerBy(forest.anchorAt(node)?.kind) : found[parent];
  }
  return found;
}

function ownerBy(kind: AnchorKind | undefined): number {
  if (kind === "node") return RUNTIME;
  return kind === "root" ? HANDLES : USER;
}
