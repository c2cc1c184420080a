/** Where the time of a run goes. */

export type Share = "workload" | "capture";

/**
 * `workload`: what its process runs; `capture`: V8 collecting garbage, writing snapshots and looking objects up in the
 * heap. The rest is ours.
 */
export class Stopwatch {
  readonly #spent: Record<Share, number> = { workload: 0, capture: 0 };

  /** Waits for work that the process does. */
  async time<Result>(share: Share, work: Promise<Result>): Promise<Result> {
    const startedAt = performance.now();
    try {
      return await work;
    } finally {
      this.#spent[share] += performance.now() - startedAt;
    }
  }

  /** Adds milliseconds that the process itself has measured. */
  add(share: Share, milliseconds: number): void {
    this.#spent[share] += milliseconds;
  }

  /** Milliseconds of a run that took that long in all. */
  split(totalMs: number): { workloadMs: number; captureMs: number; analysisMs: number; totalMs: number } {
    const { workload, capture } = this.#spent;
    return {
      workloadMs: Math.round(workload),
      captureMs: Math.round(capture),
      analysisMs: Math.round(Math.max(0, totalMs - workload - capture)),
      totalMs: Math.round(totalMs),
    };
  }
}
