/** Which finding explains what piles up in the heap. */
import { ephemeronTableId, retentionOf } from "../heap/retention.js";
import type { ScriptLocation } from "../heap/locations.js";
import { isVisible, visibleReferences } from "../heap/visible.js";
import type { SourceRange } from "../../rules/analysis/facts.js";
import type { ScriptView } from "../source-places.js";
import { isCollection } from "./decide.js";
import { fileOfAnchor, hopsTo } from "./heap-path.js";
import { isMockRecord } from "./heap-leak.js";
import type { Sighting } from "./heap-suspect.js";
import { isInside } from "./locate.js";
import type { Suspect } from "./suspect.js";

/**
 * Objects between the place where things pile up and the flagged closure: a listener is wrapped once or twice, what an
 * observable keeps of a subscriber is a few objects deep, and a promise keeps nothing but functions and promises.
 */
const DEEPEST_CLOSURE: Readonly<Record<string, number>> = { listener: 3, timer: 2, promise: 2 };
const DEEPEST_OTHER = 5;
/** Owners above an entry in which a finding's collection is looked for: the collection, or a record in it. */
const NEAREST_OWNERS = 2;
const MOST_RETAINERS = 500;

/** What was found out already: the same is asked at every step of a run, and each answer walks a part of the heap. */
// eslint-disable-next-line leakproof/no-unbounded-cache -- one for each finding of one verification
const answers = new WeakMap<Sighting, Map<Suspect, boolean>>();

/** Whether the finding's holder is what keeps the objects of this sighting. */
export function explains(suspect: Suspect, sighting: Sighting): boolean {
  const known = answers.get(sighting) ?? new Map<Suspect, boolean>();
  answers.set(sighting, known);
  let answer = known.get(suspect);
  if (answer === undefined) known.set(suspect, (answer = isExplanation(suspect, sighting)));
  return answer;
}

function isExplanation(suspect: Suspect, sighting: Sighting): boolean {
  if (isCollection(suspect.facts.kind)) return holdsAccumulation(suspect, sighting);
  // A mock keeps what it was called with, whatever the code does with its own.
  if (isMockRecord(sighting)) return false;
  if (suspect.facts.kind === "resource" && keepsResource(suspect, sighting)) return true;
  if (suspect.facts.closures.length > 0) return keepsClosure(suspect, sighting);
  return isReceiver(suspect, sighting) || keepsWhatIsMadeThere(suspect, sighting);
}

/** Slots in which emitters, observables and disposables keep their own. */
const LISTS = /^_events$|kEvents|listener|handler|callback|observer|subscri|teardown|finali[sz]er|dispos/i;

/**
 * Where the file does not show what is registered: the list is one of listeners or teardowns, and what is in it was
 * made by the function that registers, or belongs to an object of the class that does.
 */
function keepsWhatIsMadeThere(suspect: Suspect, sighting: Sighting): boolean {
  const { kind, growSites } = suspect.facts;
  const { forest, accumulation } = sighting;
  if (kind !== "listener" && kind !== "subscription") return false;
  const { hops } = hopsTo(forest, accumulation.holder);
  const { slot } = accumulation;
  const names = [...hops.slice(-3).map(({ name }) => name), slot.kind === "entries" ? "" : slot.name];
  if (!names.some((name) => LISTS.test(name))) return false;
  const isMadeThere = [...accumulation.closures].some(([place, depth]) => {
    const [scriptId = -1, line = 0, column = 0] = place.split(":").map(Number);
    const view = suspect.views.find((candidate) => candidate.scriptId === scriptId);
    const source = depth <= DEEPEST_OTHER && view !== undefined ? view.toSource(line, column) : null;
    return (
      source !== null &&
      growSites.some(({ functionRange }) => functionRange !== null && isInside(source, functionRange))
    );
  });
  const owner = hops.at(-2)?.node ?? -1;
  const isOwner =
    owner >= 0 && suspect.views.some(({ scriptId }) => forest.graph.location(owner)?.scriptId === scriptId);
  return isMadeThere || (suspect.facts.name === "this" && isOwner);
}

/** What the flagged code makes, `new BroadcastChannel(…)`, is among what piles up. */
function keepsResource({ facts }: Suspect, { accumulation: { classes } }: Sighting): boolean {
  return facts.growSites.some(({ operation }) =>
    [operation, ...(NATIVE_CLASSES[operation] ?? [])].some((name) => classes.has(name)),
  );
}

/** What stays of a resource when nothing but native code refers to it. */
const NATIVE_CLASSES: Readonly<Record<string, readonly string[]>> = {
  BroadcastChannel: ["MessagePort"],
  MessageChannel: ["MessagePort"],
  Worker: ["MessagePort", "Worker"],
  watch: ["FSEvent", "FSWatcher"],
  createReadStream: ["ReadStream", "FileHandle"],
  createWriteStream: ["WriteStream", "FileHandle"],
  open: ["FileHandle"],
};

/** The collection is on the path to the objects, is the slot they hang from, or holds the same objects. */
function holdsAccumulation(suspect: Suspect, sighting: Sighting): boolean {
  const path = pathNodes(sighting);
  const nodes = suspect.nodesIn(sighting.forest.graph);
  if (nodes.some((node) => path.has(node)) || isNamedSlot(suspect, sighting)) return true;
  const { entry } = sighting.accumulation;
  return entry >= 0 && nodes.length > 0 && isOwnedBy(sighting, entry, new Set(nodes));
}

/** Whether the container is an owner of the entry, or of its owner: looked for backwards, since entries have few. */
function isOwnedBy({ forest: { graph } }: Sighting, entry: number, containers: ReadonlySet<number>): boolean {
  const { bits } = retentionOf(graph);
  const seen = new Set([entry]);
  let level = [entry];
  for (let owners = 0; owners < NEAREST_OWNERS && level.length > 0; owners++) {
    const next: number[] = [];
    while (level.length > 0 && seen.size < MOST_RETAINERS) {
      const node = level.pop() ?? entry;
      for (const edge of graph.retainers(node)) {
        const owner = graph.edgeFrom(edge);
        if (seen.has(owner) || ((bits[edge >>> 5] ?? 0) & (1 << (edge & 31))) === 0) continue;
        seen.add(owner);
        if (containers.has(owner)) return true;
        (isVisible(graph, owner) ? next : level).push(owner);
      }
    }
    level = next;
  }
  return false;
}

/** The nodes from the anchor to the holder, and the WeakMaps that values on the way are kept by. */
function pathNodes({ forest, accumulation }: Sighting): Set<number> {
  const { graph } = forest;
  const nodes = new Set([accumulation.holder]);
  for (const edge of forest.pathTo(accumulation.holder).edges) {
    nodes.add(graph.edgeFrom(edge));
    const table = graph.nodeOfId(ephemeronTableId(graph, edge));
    if (table < 0) continue;
    for (const retainer of graph.retainers(table)) {
      if (isVisible(graph, graph.edgeFrom(retainer))) nodes.add(graph.edgeFrom(retainer));
    }
  }
  return nodes;
}

/** A variable or property that is given a new value each time is known by its name. */
function isNamedSlot({ facts, finding }: Suspect, { forest, accumulation: { holder, slot } }: Sighting): boolean {
  if (slot.kind === "entries") return false;
  const { root, properties } = facts.path;
  const name = properties.at(-1) ?? (root.kind === "variable" ? root.name : null);
  return name === slot.name && fileOfAnchor(forest.pathTo(holder).anchor) === finding.file;
}

function keepsClosure(suspect: Suspect, sighting: Sighting): boolean {
  const deepest = DEEPEST_CLOSURE[suspect.facts.kind] ?? DEEPEST_OTHER;
  for (const [place, depth] of sighting.accumulation.closures) {
    const [scriptId = -1, line = 0, column = 0] = place.split(":").map(Number);
    if (depth <= deepest && isFlaggedClosure(suspect, { scriptId, line, column })) return true;
  }
  return refersToClosure(suspect, sighting);
}

/** A function of the module that is passed each time is older than what refers to it. */
function refersToClosure(suspect: Suspect, { forest: { graph }, accumulation: { entry } }: Sighting): boolean {
  if (entry < 0) return false;
  const near = visibleReferences(graph, entry).map(({ target }) => target);
  const nearer = near
    .filter((node) => graph.nodeTypes[node] === graph.types.closure || graph.nameOf(node) === "Object")
    .flatMap((node) => visibleReferences(graph, node).map(({ target }) => target));
  return [entry, ...near, ...nearer].some((node) => {
    const location = graph.nodeTypes[node] === graph.types.closure ? graph.location(node) : undefined;
    return location !== undefined && isFlaggedClosure(suspect, location);
  });
}

function isFlaggedClosure({ facts, views }: Suspect, { scriptId, line, column }: ScriptLocation): boolean {
  const view = views.find((candidate) => candidate.scriptId === scriptId);
  return view !== undefined && facts.closures.some((range) => isFunctionAt(view, range, line, column));
}

// V8 places a function at its parameters, which stand on the line where the function begins in all but rare layouts.
function isFunctionAt(view: ScriptView, range: SourceRange, line: number, column: number): boolean {
  const place = view.toSource(line, column);
  if (place === null) return false;
  const isAfterStart = place.line === range.start.line && place.column >= range.start.column;
  const isBeforeEnd = place.line < range.end.line || place.column < range.end.column;
  return isAfterStart && isBeforeEnd;
}

/** For a handler that came from elsewhere: the emitter that the file names is on the path. */
function isReceiver(suspect: Suspect, sighting: Sighting): boolean {
  const { root, properties } = suspect.facts.path;
  const { anchor } = sighting.forest.pathTo(sighting.accumulation.holder);
  if (root.kind === "global" && properties[0] === "process") return anchor?.kind === "process";
  if (suspect.facts.kind === "timer") return anchor?.kind === "timers";
  if (root.kind === "unnamed") return false;
  const path = pathNodes(sighting);
  return suspect.nodesIn(sighting.forest.graph).some((node) => path.has(node));
}
