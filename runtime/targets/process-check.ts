import { InputError } from "../input-error.js";
import { factsOf, type ProcessFacts } from "./process-facts.js";

/** Versions may stand in the name, as in `node22`. */
const NODE = /^(?:node|nodejs)[-\d.]*(?:\.exe)?$/i;
export const ALTERNATIVE = "start it with --inspect=127.0.0.1:0 and give the URL that it prints";

/**
 * Makes sure that a process is Node, and within reach.
 *
 * @throws InputError when it is not there, not ours, not recognisably Node, or in a container
 */
export async function requireNodeProcess(pid: number): Promise<ProcessFacts> {
  const name = `process ${pid}`;
  if (pid === process.pid) throw new InputError(`${name} is leakproof itself: use its API in the process instead`);
  requireOurs(pid, name);
  const facts = await factsOf(pid).catch((error: unknown) => {
    const reason = error instanceof Error && "code" in error ? error.code : "";
    if (reason === "ENOENT" || reason === "ESRCH") throw noSuchProcess(pid);
    throw new InputError(`${name}: cannot see what it runs (${String(reason)}): run leakproof as its user, or as root`);
  });
  if (facts.isEnded) throw new InputError(`${name} has ended already: give the pid of a running Node process`);
  if (facts.processOfThread !== null) {
    throw new InputError(`${name} is a thread of process ${facts.processOfThread}: give that number`);
  }
  // Windows tells no name; there Node finds out by itself, and no signal is sent.
  if (process.platform !== "win32" && !NODE.test(facts.program)) {
    throw new InputError(`${name} runs ${facts.program}, not node: a signal could end it, so none was sent`);
  }
  if (facts.hasOwnNetwork) {
    throw new InputError(`${name} runs in a container with a network of its own: run leakproof inside it`);
  }
  return facts;
}

function requireOurs(pid: number, name: string): void {
  try {
    // 0 would be our own group.
    if (!Number.isSafeInteger(pid) || pid < 1) throw noSuchProcess(pid);
    process.kill(pid, 0);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EPERM") {
      throw new InputError(`${name} belongs to another user: run leakproof as that user, or as root`);
    }
    throw noSuchProcess(pid);
  }
}

function noSuchProcess(pid: number): InputError {
  return new InputError(`there is no process ${pid}: give the pid of a running Node process`);
}

/**
 * Makes sure that a process can be asked to open its inspector without harm: SIGUSR1 ends a process that does not
 * expect it.
 *
 * @throws InputError when it would not open one
 */
export function requireDebugSignal(pid: number, { debugSignal, options }: ProcessFacts): void {
  const isDisabled = options.includes("--disable-sigusr1");
  if (debugSignal === "caught" || (debugSignal === "unknown" && !isDisabled)) return;
  if (isDisabled) {
    throw new InputError(
      `process ${pid} was started with --disable-sigusr1, so its inspector cannot be opened: ${ALTERNATIVE}`,
    );
  }
  const does = debugSignal === "deadly" ? "does not expect" : debugSignal === "blocked" ? "blocks" : "ignores";
  throw new InputError(
    `process ${pid} ${does} SIGUSR1, by which its inspector is opened, so none was sent: ${ALTERNATIVE}`,
  );
}
