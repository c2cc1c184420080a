/** One holder object that is read in the running process and looked up in each snapshot. */
import type { LiveRoot, Reading, TrackedHolder } from "../child/protocol.js";
import type { HeapMark, InstanceEvidence } from "./evidence.js";
import type { Sample } from "./growth.js";
import type { Patience } from "./thresholds.js";

const WEAK_TYPES: ReadonlySet<string> = new Set(["WeakMap", "WeakSet"]);

export class WatchedInstance {
  readonly tracked: TrackedHolder;
  /* eslint-disable leakproof/no-growing-field -- one for each checkpoint of one verification */
  readonly sizes: Sample[] = [];
  readonly reach: Sample[] = [];
  readonly rested: Sample[] = [];
  /* eslint-enable leakproof/no-growing-field */
  readonly marks: HeapMark[] = [];
  type = "";
  heapId: string | null = null;
  /** The container in the snapshot that chains are read from: a reassigned holder has another one later. */
  chainHeapId: string | null = null;
  isAlive = true;
  wasRead = false;

  constructor(key: number, roots: readonly LiveRoot[], properties: readonly string[]) {
    this.tracked = { key, roots, properties };
  }

  record(iteration: number, reading: Reading, isAtRest: boolean): void {
    this.isAlive = reading.state === "read";
    if (reading.state === "gone") return;
    this.wasRead = true;
    this.type = reading.type;
    if (reading.heapId !== null) this.heapId = reading.heapId;
    if (reading.size !== null) this.sizes.push({ iteration, size: reading.size });
    if (reading.reach !== null) this.reach.push({ iteration, size: reading.reach });
    const atRest = reading.size ?? reading.reach;
    if (isAtRest && atRest !== null) this.rested.push({ iteration, size: atRest });
  }

  /**
   * Whether what a snapshot shows to be retained is needed, at the price of a dominator tree: at the beginning and at
   * the end of the run, and between them where no size tells of growth. Nothing of the first snapshot: it is of a
   * process that has not warmed up.
   */
  isMarkDue(iteration: number, { iterationsWithoutGrowth }: Patience): boolean {
    if (this.rested.length < 2) return false;
    const [first] = this.sizes;
    const last = this.sizes.at(-1);
    const hasGrown = first !== undefined && last !== undefined && last.size > first.size;
    return this.marks.length === 0 || iteration >= iterationsWithoutGrowth || !hasGrown;
  }

  evidence(): InstanceEvidence {
    const { type, sizes, reach, rested, marks, isAlive } = this;
    return { type, sizes, reach, rested, marks, isAlive, isWeak: WEAK_TYPES.has(type) };
  }
}
