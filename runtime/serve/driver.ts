/** Drives a server from outside, one iteration after the other. */

export interface Origin {
  readonly host: string;
  readonly port: number;
  readonly isSecure: boolean;
}

export interface Driver {
  /**
   * Sends what belongs to an iteration, and waits for the answers.
   *
   * @throws {WorkloadFailure | InputError} when it is of no use to go on
   * @throws {Disconnected} when the server cannot be reached, which may be about to end
   */
  drive: (iteration: number) => Promise<void>;
  /** Worth a line when all is over; null where nothing is. */
  warning: () => string | null;
  /** Ends what is under way, and closes connections. */
  close: () => void;
}

export type DriverFactory = (origin: Origin, limitMs: number) => Driver;

/** A connection that failed. */
export class Disconnected extends Error {}

export function urlOf({ host, port, isSecure }: Origin): string {
  return `${isSecure ? "https" : "http"}://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

export function secondsText(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 1 : 0)} s`;
}
