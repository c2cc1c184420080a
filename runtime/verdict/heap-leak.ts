/** A leak that the heap shows, in words. */
import { createHash } from "node:crypto";
import path from "node:path";
import type { Anchor } from "../heap/anchors.js";
import type { Forest } from "../heap/forest.js";
import { className } from "../heap/visible.js";
import type { HeapGrowth } from "./decide-heap.js";
import { edgeText, fingerprintText, fileOfAnchor, hopsTo } from "./heap-path.js";
import type { HeapSuspect, Sighting } from "./heap-suspect.js";
import { formatCount, formatRate } from "./words.js";

export interface HeapLeak {
  readonly fingerprint: string;
  readonly suspect: HeapSuspect;
  readonly sighting: Sighting;
  readonly growth: HeapGrowth;
}

export interface LeakDescription {
  /** `listener`, `abort-listener`, `timer`, `promise`, `native`, `mock`, `collection`. */
  readonly kind: string;
  /** As the user would write it: `PouchDB._destructionListeners`. */
  readonly name: string;
  /** The variable of the module that the chain begins with; null where it begins elsewhere. */
  readonly root: string | null;
  readonly reason: string;
  /** The same for the same leak wherever the project lies. */
  readonly hash: (workingDirectory: string) => string;
}

/** Characters of a name; what a longer one leaves out is in the chain. */
const LONGEST_NAME = 80;
const LONGEST_CLASS = 60;
/** Rates that differ by no more than this are those of one leak. */
const SAME_RATE = 0.1;

/** Two collections of one owner that gain as many entries an iteration: parallel arrays, a table and its index. */
export function isOneLeak(left: HeapLeak, right: HeapLeak): boolean {
  const rates = [left, right].map(({ growth }) => growth.perIteration);
  const [most, least] = [Math.max(...rates), Math.min(...rates)];
  if (kindOf(left.sighting) === "user-timing" && kindOf(right.sighting) === "user-timing") return true;
  return ownerOf(left) === ownerOf(right) && most - least <= most * SAME_RATE;
}

function ownerOf({ sighting: { forest, accumulation } }: HeapLeak): number {
  if (accumulation.slot.kind !== "entries") return accumulation.holder;
  const { anchor, hops } = hopsTo(forest, accumulation.holder);
  return hops.at(-2)?.node ?? anchor?.node ?? -1;
}

/** Puts a leak into words. `others` are further collections of the same owner. */
export function describeLeak(leak: HeapLeak, others: readonly HeapLeak[], iterations: number): LeakDescription {
  const { sighting, growth } = leak;
  const name = nameOf(leak);
  const verb = others.length === 1 ? "does" : "do";
  const also = others.length === 0 ? "" : ` (and so ${verb} ${others.map(nameOf).join(", ")})`;
  const { anchor, hops } = hopsTo(sighting.forest, sighting.accumulation.holder);
  const first = hops[0];
  const hasVariables = anchor?.kind === "module" || anchor?.kind === "function";
  const isVariable = hasVariables && first?.kind === "variable";
  const slot = sighting.accumulation.slot;
  return {
    kind: kindOf(sighting),
    name,
    root: isVariable ? first.name : hasVariables && slot.kind === "variable" ? slot.name : null,
    reason:
      `${name} grows by ${formatRate(growth.perIteration, growth.unit)} to ${formatCount(growth.count)}${also}, ` +
      `no bound in ${formatCount(iterations)} iterations`,
    hash: (workingDirectory) => {
      const file = fileOfAnchor(anchor);
      const relative = file === null ? "" : path.relative(workingDirectory, file).split(path.sep).join("/");
      const text = fingerprintText(sighting.forest, sighting.accumulation).slice(anchor?.name.length ?? 0);
      return createHash("sha256").update(`${relative}\0${text}`).digest("hex").slice(0, 16);
    },
  };
}

function nameOf({ sighting: { forest, accumulation } }: HeapLeak): string {
  const { anchor, hops } = hopsTo(forest, accumulation.holder);
  const { slot } = accumulation;
  // A chain of promises repeats itself.
  const words = hops.map((hop) => edgeText(forest, hop)).filter((word, index, all) => word !== all[index - 1]);
  if (slot.kind === "property" && accumulation.listClass === null)
    words.push(slot.name.startsWith("<symbol") ? `[${slot.name.slice(8, -1)}]` : `.${slot.name}`);
  if (slot.kind === "variable") words.push(slot.name);
  const start = startOf(anchor);
  // A variable that is given a new value each time, of a block, whose variables have no names where slots are told apart.
  const own = accumulation.entry < 0 ? undefined : hopsTo(forest, accumulation.entry).hops[0];
  if (words.length === 0 && own?.kind === "variable") words.push(own.name);
  if (words.length === 0)
    return anchor?.kind === "timers" ? "Node's timers" : nativeName(forest, accumulation.entry, anchor?.name);
  // The table behind an event's name, or a tenant's, says no more than the name before it.
  if (words.length > 1 && words.at(-1) === "[key]") words.pop();
  let text = start;
  for (const word of words) {
    const isJoined = text === "" || word.startsWith(".") || word.startsWith("[");
    text += isJoined ? word : ` → ${word}`;
  }
  if (text.length > LONGEST_NAME) text = `${text.slice(0, LONGEST_NAME / 2)}…${text.slice(-LONGEST_NAME / 2)}`;
  return text.startsWith(".") ? `module.exports${text.replace(/^\.exports/, "")}` : text;
}

/** What a name begins with where no module of the user's does. */
function startOf(anchor: Anchor | undefined): string {
  if (anchor?.kind === "process") return "process";
  if (anchor?.kind === "global") return "globalThis";
  return isUserTiming(anchor) ? "performance" : "";
}

/** Node keeps marks and measures in modules of its own. */
function isUserTiming(anchor: Anchor | undefined): boolean {
  return anchor?.kind === "node" && /^node:internal\/perf\/(?:observe|usertiming)$/.test(anchor.name);
}

/** What native code keeps, by the field of users' objects that refers to it, or else by its class. */
function nativeName({ graph }: Forest, entry: number, anchor: string | undefined): string {
  if (entry < 0) return anchor ?? "native handle";
  for (const edge of graph.retainers(entry)) {
    const owner = graph.edgeFrom(edge);
    const field = graph.edgeTypes[edge] === graph.edgeKinds.property ? graph.edgeName(edge) : "<";
    const isUsers = graph.nodeTypes[owner] === graph.types.object && graph.location(owner) !== undefined;
    if (isUsers && !field.startsWith("<")) return `${graph.nameOf(owner)}.${field}`;
  }
  return graph.nameOf(entry).slice(0, LONGEST_CLASS);
}

/** What a mock of Vitest's, of Jest's or of node:test's keeps of each call. */
const MOCK_RECORDS = ["calls", "results", "settledResults", "contexts", "instances", "invocationCallOrder"];

/** Whether what piles up is what a mock keeps of its calls. */
export function isMockRecord(sighting: Sighting): boolean {
  return areOfMock(namesOnTheWay(sighting));
}

function areOfMock(names: ReadonlySet<string>): boolean {
  return names.has("mock") && MOCK_RECORDS.some((name) => names.has(name));
}

function namesOnTheWay({ forest, accumulation: { holder, slot } }: Sighting): ReadonlySet<string> {
  const names = new Set(hopsTo(forest, holder).hops.map(({ name }) => name));
  return slot.kind === "entries" ? names : names.add(slot.name);
}

function kindOf(sighting: Sighting): string {
  const { forest, accumulation } = sighting;
  const { anchor, hops } = hopsTo(forest, accumulation.holder);
  if (anchor?.kind === "timers") return "timer";
  if (anchor?.kind === "root") return "native";
  if (isUserTiming(anchor)) return "user-timing";
  const names = namesOnTheWay(sighting);
  if (names.has("kEvents") || names.has("<symbol kEvents>")) {
    const isSignal = hops.some(({ node }) => /^Abort(?:Signal|Controller)$/.test(className(forest.graph, node)));
    return isSignal ? "abort-listener" : "listener";
  }
  if (names.has("_events")) return "listener";
  if (areOfMock(names)) return "mock";
  if (forest.graph.nameOf(accumulation.holder) === "Promise") return "promise";
  return "collection";
}
