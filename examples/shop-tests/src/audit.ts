interface Entry {
  readonly at: number;
  readonly text: string;
}

/** Each entry of the process. */
const log: Entry[] = [];

export function record(text: string): void {
  log.push({ at: Date.now(), text });
}

export function entries(): readonly Entry[] {
  return log;
}

export function reset(): void {
  log.length = 0;
}
