/** The processes that a workload has started and that have left its process group: Linux tells them by a mark. */
import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";

const MARK = "LEAKPROOF_RUN";

export class Descendants {
  /** To be added to the environment of the workload's process, which those that it starts inherit. */
  readonly environment: Readonly<Record<string, string>>;
  readonly #mark: Buffer;

  constructor() {
    const id = randomUUID();
    this.environment = { [MARK]: id };
    this.#mark = Buffer.from(`${MARK}=${id}`);
  }

  /** Ends those that are there. On other systems than Linux nothing is known of them. */
  kill(): void {
    if (process.platform !== "linux") return;
    for (const name of readdirSync("/proc")) {
      if (!/^\d+$/.test(name) || !this.#isMarked(name)) continue;
      try {
        process.kill(Number(name), "SIGKILL");
      } catch {
        // gone already
      }
    }
  }

  #isMarked(pid: string): boolean {
    try {
      return readFileSync(`/proc/${pid}/environ`).includes(this.#mark);
    } catch {
      return false; // gone already, or another user's
    }
  }
}
