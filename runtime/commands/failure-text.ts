import type { WorkloadFailure } from "../child/ending.js";

/** What a user is told of a run that failed: one line, and the stack as lines that are not taken for the command's own. */
export function failureText(name: string, { message, detail }: WorkloadFailure): string {
  const stack = detail === "" ? "" : `${detail.replace(/^(?=\S)/gm, "    ")}\n`;
  return `leakproof: ${name}: ${message}\n${stack}`;
}
