/** What a server has answered: whether its requests exercise anything, and what is to be told of those that failed. */
import { WorkloadFailure } from "../child/ending.js";
import { InputError } from "../input-error.js";

const NOT_FOUND = 404;
const FIRST_ERROR = 400;
const FIRST_SERVER_ERROR = 500;

export class Responses {
  // eslint-disable-next-line leakproof/no-growing-field -- one for each status
  readonly #byStatus = new Map<number, number>();
  #first: { readonly request: string; readonly status: number } | null = null;
  #firstError: { readonly request: string; readonly status: number } | null = null;

  add(request: string, status: number): void {
    this.#byStatus.set(status, (this.#byStatus.get(status) ?? 0) + 1);
    this.#first ??= { request, status };
    if (status >= FIRST_ERROR) this.#firstError ??= { request, status };
  }

  /**
   * Why it is of no use to go on, after the first few iterations; null where it is.
   *
   * @param where the server, for the message
   */
  refusal(where: string): Error | null {
    const statuses = [...this.#byStatus.keys()];
    if (this.#first === null || statuses.length === 0) return null;
    const { request, status } = this.#first;
    if (statuses.every((one) => one === NOT_FOUND)) {
      return new InputError(
        `every request was answered with 404, ${request} first: nothing would be exercised: name paths that the server on ${where} has`,
      );
    }
    if (statuses.every((one) => one >= FIRST_SERVER_ERROR)) {
      return new WorkloadFailure(
        `every response was an error of the server's, the first ${request}: ${status}; see what it printed`,
      );
    }
    return null;
  }

  /** One line on responses that were errors; null where none was. */
  warning(): string | null {
    if (this.#firstError === null) return null;
    const count = (total: number): string => total.toLocaleString("en-US");
    const errors = [...this.#byStatus].filter(([status]) => status >= FIRST_ERROR).sort(([a], [b]) => a - b);
    const total = [...this.#byStatus.values()].reduce((sum, some) => sum + some, 0);
    const failed = errors.reduce((sum, [, some]) => sum + some, 0);
    const { request, status } = this.#firstError;
    const list = errors.map(([code, some]) => `${code} × ${count(some)}`).join(", ");
    return `${count(failed)} of ${count(total)} responses were errors (${list}), the first ${request}: ${status}`;
  }
}
