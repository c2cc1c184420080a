import type { Request } from "./request.ts";

export class LogEntry {
  readonly at = Date.now();
  readonly error: Error;
  readonly request: Request;

  constructor(error: Error, request: Request) {
    this.error = error;
    this.request = request;
  }
}

const log: LogEntry[] = [];

/** Keeps a failed request for the error page. */
export function report(error: Error, request: Request): void {
  log.push(new LogEntry(error, request));
}

/** The newest failures first, for the error page. */
export function recent(count: number): LogEntry[] {
  return log.slice(-count).reverse();
}

/** Forgets all failures. */
export function clear(): void {
  log.length = 0;
}
