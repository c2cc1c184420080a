/** Looks at each snapshot for places where objects pile up, and follows them from one to the next. */
import { anchorsOf, type Anchor } from "../heap/anchors.js";
import { Forest } from "../heap/forest.js";
import type { HeapGraph } from "../heap/graph.js";
import { scriptsOf } from "../heap/scripts.js";
import { Cohorts } from "./cohorts.js";
import { accumulationsOf, mergeAccumulations, type Accumulation } from "./heap-growth.js";
import { newestObjectId } from "./heap-marks.js";
import { HeapSuspect, type Sighting } from "./heap-suspect.js";
import { limitsNear } from "./limits.js";
import { noiseRuleOf } from "./noise.js";
import { fingerprintText } from "./heap-path.js";
import type { Reading, TrackedHolder } from "../child/protocol.js";

/** Suspects that are followed: those that gained the most bytes. */
const MAXIMUM_SUSPECTS = 24;
/** Objects of all cohorts below which nothing piles up. */
const FEWEST_BIRTHS = 4;
/** Tables below this size are not compared from one snapshot to the next. */
const FEWEST_BYTES = 1024;
/** Bytes by which a slot without births must have grown to be followed: numbers in arrays, texts, buffers. */
const FEWEST_GROWN_BYTES = 256;

/** What of a heap is not the workload's, and where chains may begin. */
export interface Surroundings {
  /** Whether a script belongs to the measuring side: nothing that is reached through its objects counts. */
  readonly isOwnScript: (name: string) => boolean;
  /** Whether it belongs to a test runner, whose own books are none of the workload's. */
  readonly isHarness?: (name: string) => boolean;
  /** Where chains may begin beside modules and globals. */
  readonly anchorsIn?: (graph: HeapGraph) => readonly Anchor[];
}

/** The accumulations of one fingerprint, and the bytes that what hangs there takes more than at the snapshot before. */
interface Group {
  readonly parts: Accumulation[];
  grownBytes: number;
}

export class HeapWatch {
  readonly cohorts = new Cohorts();
  readonly #surroundings: Surroundings;
  readonly #suspects = new Map<string, HeapSuspect>();
  #heldBytes = new Map<string, number>();
  #newestId = 0;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  get suspects(): HeapSuspect[] {
    return [...this.#suspects.values()];
  }

  get tracked(): TrackedHolder[] {
    return this.suspects.flatMap((suspect) => suspect.tracked);
  }

  record(iteration: number, readings: ReadonlyMap<number, Reading>, isAtRest: boolean): void {
    for (const suspect of this.#suspects.values()) suspect.record(iteration, readings, isAtRest);
  }

  /** Takes a snapshot into account, and closes its cohort. */
  observe(graph: HeapGraph, iteration: number, nextKey: () => number): void {
    this.#newestId = newestObjectId(graph);
    this.cohorts.close(iteration, this.#newestId);
    if (this.cohorts.count === 0) return;
    const forest = this.#forestOf(graph);
    const groups = this.#groupsOf(forest);
    const largest = [...groups].sort(([, left], [, right]) => gainOf(right) - gainOf(left));
    for (const [fingerprint, { parts, grownBytes }] of largest.slice(0, MAXIMUM_SUSPECTS)) {
      const accumulation = mergeAccumulations(parts);
      const limits = limitsNear(forest, accumulation, this.#surroundings.isHarness);
      const sighting: Sighting = {
        iteration,
        forest,
        bornAfter: this.cohorts.firstId,
        intervals: this.cohorts.intervals,
        accumulation: parts.length === 1 ? (parts[0] ?? accumulation) : { ...accumulation, slot: slotOf(parts) },
        parts,
        limits: limits.numbers,
        byteLimits: limits.bytes,
        writtenLimits: limits.written,
        hasGrownInBytes: !isPilingUp(accumulation) && grownBytes >= FEWEST_GROWN_BYTES,
      };
      const suspect = this.#suspects.get(fingerprint) ?? new HeapSuspect(fingerprint, sighting);
      this.#suspects.set(fingerprint, suspect);
      suspect.see(sighting, nextKey);
    }
    for (const [fingerprint, suspect] of this.#suspects) if (!groups.has(fingerprint)) suspect.see(null, nextKey);
  }

  #forestOf(graph: HeapGraph): Forest {
    const own = new Set<number>();
    const { isOwnScript, isHarness, anchorsIn } = this.#surroundings;
    for (const { scriptId, name } of scriptsOf(graph).values()) {
      if (isOwnScript(name)) for (const node of graph.nodesAtScript(scriptId)) own.add(node);
    }
    // A module that is loaded anew each time is no anchor: what keeps it is what is looked for.
    const all = [...(anchorsIn?.(graph) ?? []), ...anchorsOf(graph, isOwnScript, isHarness)];
    const anchors = all.filter(
      ({ node, kind }) => kind === "timers" || kind === "root" || this.cohorts.indexOf(graph.idOf(node)) < 0,
    );
    return new Forest(graph, anchors, (node) => own.has(node));
  }

  #groupsOf(forest: Forest): Map<string, Group> {
    const groups = new Map<string, Group>();
    const heldBytes = new Map<string, number>();
    for (const accumulation of accumulationsOf(forest, this.cohorts)) {
      const { holder, slot } = accumulation;
      const key = `${forest.graph.idOf(holder)} ${slot.kind === "entries" ? "" : slot.name}`;
      if (accumulation.heldBytes >= FEWEST_BYTES) heldBytes.set(key, accumulation.heldBytes);
      const grownBytes = accumulation.heldBytes - (this.#heldBytes.get(key) ?? accumulation.heldBytes);
      if (!isPilingUp(accumulation) && grownBytes < FEWEST_GROWN_BYTES) continue;
      // The table of a WeakMap has room for entries whose keys are kept elsewhere.
      if (!isPilingUp(accumulation) && /^Weak(?:Map|Set)$/.test(forest.graph.nameOf(holder))) continue;
      const { anchor, edges } = forest.pathTo(holder);
      const { isHarness } = this.#surroundings;
      if (noiseRuleOf({ graph: forest.graph, anchor, edges, accumulation, isHarness }) !== null) continue;
      const fingerprint = fingerprintText(forest, accumulation);
      const group = groups.get(fingerprint) ?? { parts: [], grownBytes: 0 };
      group.parts.push(accumulation);
      group.grownBytes += grownBytes;
      groups.set(fingerprint, group);
    }
    this.#heldBytes = heldBytes;
    return groups;
  }
}

function isPilingUp({ births }: Accumulation): boolean {
  return births.reduce((sum, count) => sum + count, 0) >= FEWEST_BIRTHS;
}

function slotOf(parts: readonly Accumulation[]): Accumulation["slot"] {
  return parts[0]?.slot ?? { kind: "entries" };
}

/** Bytes of what was born there and is still alive, or of what grew without births. */
function gainOf({ parts, grownBytes }: Group): number {
  const born = parts.reduce((sum, part) => sum + part.bornBytes.reduce((a, b) => a + b, 0), 0);
  return Math.max(born, grownBytes);
}
