/** Ctrl-C and `kill` while a command runs: its work is told to end, and the exit code says why. */
import { exitCode } from "./exit-codes.js";

export class Interruption {
  readonly #controller = new AbortController();
  /** The exit code of the signal that came; null while none has. */
  exitCode: number | null = null;

  constructor() {
    process.once("SIGINT", this.#interrupt);
    process.once("SIGTERM", this.#interrupt);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Listens no more. Call it on every way out. */
  end(): void {
    process.removeListener("SIGINT", this.#interrupt);
    process.removeListener("SIGTERM", this.#interrupt);
  }

  readonly #interrupt = (signal: NodeJS.Signals): void => {
    this.exitCode = signal === "SIGINT" ? exitCode.interrupted : exitCode.terminated;
    this.#controller.abort();
  };
}
