/** One holder object that is read in the running process and looked up in each snapshot. */
import type { LiveRoot, Reading, TrackedHolder } from "../child/protocol.js";
import type { HeapMark, InstanceEvidence } from "./evidence.js";
import type { Sample } from "./growth.js";

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

  evidence(): InstanceEvidence {
    const { type, sizes, reach, rested, marks, isAlive } = this;
    return { type, sizes, reach, rested, marks, isAlive, isWeak: WEAK_TYPES.has(type) };
  }
}
