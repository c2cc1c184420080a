import type { Phase } from "../verdict/schedule.js";

const EVERY_MS = 100;

/** One line on standard error that says what is being done, on a terminal only. */
export class ProgressLine {
  readonly #stream: NodeJS.WriteStream;
  readonly #startedAt = performance.now();
  #isShown = false;
  #shownAt = 0;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  show(phase: Phase): void {
    if (!this.#stream.isTTY || performance.now() - this.#shownAt < EVERY_MS) return;
    this.#shownAt = performance.now();
    this.#stream.write(`\r\u001b[K${progressText(phase, this.#shownAt - this.#startedAt)}`);
    this.#isShown = true;
  }

  clear(): void {
    if (this.#isShown) this.#stream.write("\r\u001b[K");
    this.#isShown = false;
  }
}

/** `leakproof: stressing · iteration 1,440 · 3 s · 2 suspects left`. */
export function progressText({ name, iterations, undecided }: Phase, elapsedMs: number): string {
  const parts = [
    name,
    ...(iterations > 0 ? [`iteration ${iterations.toLocaleString("en-US")}`] : []),
    `${Math.floor(elapsedMs / 1000)} s`,
    ...(undecided > 0 ? [`${undecided} suspect${undecided === 1 ? "" : "s"} left`] : []),
  ];
  return `leakproof: ${parts.join(" · ")}`;
}
