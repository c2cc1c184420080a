/** What is seen of a recording while it runs: one line on a terminal's standard error. */
import { amountText } from "../record/sentence.js";
import { measures, type Sample } from "../record/sample.js";
import { sparkline } from "../report/sparkline.js";

const EVERY_MS = 100;
const WIDTH = 24;
const KEPT = 2 * WIDTH;

export class RecordProgress {
  readonly #stream: NodeJS.WriteStream;
  readonly #iterations: number | null;
  #iteration: number | null = null;
  #shownAt = -Infinity;
  #isShown = false;
  #objects: number[] = [];
  #bytes: number[] = [];

  /** @param iterations that are wanted; null for as many as there are */
  constructor(stream: NodeJS.WriteStream, iterations: number | null) {
    this.#stream = stream;
    this.#iterations = iterations;
  }

  add({ iteration, timeMs, values }: Sample): void {
    if (!this.#stream.isTTY) return;
    this.#iteration = iteration ?? this.#iteration;
    if (values.objects !== null) this.#objects = [...this.#objects, values.objects].slice(-KEPT);
    const bytes = values.heap_used ?? (this.#objects.length === 0 ? values.rss : null);
    if (bytes !== null) this.#bytes = [...this.#bytes, bytes].slice(-KEPT);
    if (iteration === null && performance.now() - this.#shownAt < EVERY_MS) return;
    this.#shownAt = performance.now();
    this.#stream.write(`\r\u001b[K${this.#text(timeMs)}`);
    this.#isShown = true;
  }

  clear(): void {
    if (this.#isShown) this.#stream.write("\r\u001b[K");
    this.#isShown = false;
  }

  #text(timeMs: number): string {
    const [objects, heap] = [this.#objects.at(-1), this.#bytes.at(-1)];
    const of = this.#iterations === null ? "" : ` of ${this.#iterations}`;
    const [count, bytes] = measures;
    const parts = [
      ...(this.#iteration === null ? [] : [`iteration ${this.#iteration}${of}`]),
      `${Math.floor(timeMs / 1000)} s`,
      ...(objects === undefined
        ? []
        : [`${count.title} ${amountText(objects, "count")} ${sparkline(this.#objects, WIDTH, objects * 0.005)}`]),
      ...(heap === undefined
        ? []
        : [`${bytes.title} ${amountText(heap, "bytes")} ${sparkline(this.#bytes, WIDTH, heap * 0.05)}`]),
    ];
    return `leakproof: ${parts.join(" · ")}`;
  }
}
