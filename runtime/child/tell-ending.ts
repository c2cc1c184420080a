/** Tells the parent how the workload's process ends, while it still can. */
import { describeError } from "./error-text.js";
import { Error } from "./natives.js";
import type { Notice, WorkloadPhase } from "./protocol.js";

/** What is going on in the workload, for the messages that tell how the process ended. */
export interface Activity {
  phase: WorkloadPhase | null;
  iteration: number;
  /** The test file that is being run (absolute), where the workload is a suite. */
  file?: string;
}

/** @returns what sees to it that the endings are still told when the workload has removed all listeners */
export function tellEnding(send: (notice: Notice) => void, activity: Activity): () => void {
  const exit = process.exit.bind(process);
  const on = process.on.bind(process);
  const listeners = process.listeners.bind(process);
  const onUncaught = (error: unknown, origin: string): void => {
    send({ type: "uncaught", origin, iteration: activity.iteration, ...describeError(error) });
  };
  const onExit = (code: number): void => send({ type: "exit", code, ...activity });
  process.exit = (code?: number | string | null): never => {
    send({
      type: "exit-called",
      code: typeof code === "number" ? code : null,
      stack: describeError(new Error("process.exit")).stack,
    });
    return exit(code ?? undefined);
  };
  const listen = (): void => {
    if (!listeners("exit").includes(onExit)) on("exit", onExit);
    if (!listeners("uncaughtExceptionMonitor").includes(onUncaught)) on("uncaughtExceptionMonitor", onUncaught);
  };
  listen();
  return listen;
}
