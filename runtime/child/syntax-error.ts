/** Where a module that cannot be loaded is wrong: Node says so only when it prints the error itself. */
import { spawnSync } from "node:child_process";

const LIMIT_MS = 5000;

/**
 * The file and line of a syntax or link error in a module's graph, null where Node names none. Asks a Node of its own
 * to load the module: with such an error in the graph, none of it is run.
 */
export function syntaxErrorPlace(module: string, nodeOptions: readonly string[]): string | null {
  const { stderr } = spawnSync(process.execPath, [...nodeOptions, module], {
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
    timeout: LIMIT_MS,
    killSignal: "SIGKILL",
  });
  return /^(?:file:\/\/)?(\/?\S.*:\d+)$/m.exec(stderr)?.[1] ?? null;
}
