/**
 * Preloaded with `--import` into the workload's process. In worker threads and in processes that the workload
 * forks, which inherit the option, it returns at once.
 */
import { isMainThread } from "node:worker_threads";
import { Inspection } from "./inspection.js";
import { Pipe } from "./pipe.js";
import type { WorkloadPhase } from "./protocol.js";

const WATCH_EVERY_MS = 500;
const PARENT_GONE = 70;

/** What is going on in the workload, for the messages that tell how the process ended. */
export interface Activity {
  phase: WorkloadPhase | null;
  iteration: number;
}

export interface Agent {
  readonly pipe: Pipe;
  readonly inspection: Inspection;
  readonly activity: Activity;
  /** The real `process.exit`, for the runner's own use. */
  readonly exit: (code: number) => never;
}

/** The agent of this process; null in workers and forks. */
export const agent: Agent | null = start();

function start(): Agent | null {
  const descriptor = process.env["LEAKPROOF_PIPE"];
  if (descriptor === undefined || !isMainThread) return null;
  delete process.env["LEAKPROOF_PIPE"];
  process.execArgv = withoutAgent(process.execArgv);

  const pipe = new Pipe(Number(descriptor));
  const inspection = new Inspection();
  inspection.postNow("Profiler.enable");
  inspection.postNow("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  const activity: Activity = { phase: null, iteration: -1 };
  const exit = reportEnding(pipe, activity);
  watchParent(pipe, activity, exit);
  return { pipe, inspection, activity, exit };
}

function withoutAgent(options: readonly string[]): string[] {
  const at = options.findIndex((option, index) => options[index - 1] === "--import" && option === import.meta.url);
  return at < 0 ? [...options] : [...options.slice(0, at - 1), ...options.slice(at + 1)];
}

function reportEnding(pipe: Pipe, activity: Activity): (code: number) => never {
  const realExit = process.exit.bind(process);
  const send = (message: Parameters<Pipe["send"]>[0]): void => {
    try {
      pipe.send(message);
    } catch {
      realExit(PARENT_GONE);
    }
  };
  process.on("uncaughtExceptionMonitor", (error: unknown, origin) => {
    send({ type: "uncaught", origin, ...describeError(error) });
  });
  process.on("exit", (code) => send({ type: "exit", code, ...activity }));
  process.exit = (code?: number | string | null): never => {
    send({ type: "exit-called", code: typeof code === "number" ? code : null, stack: new Error("process.exit").stack ?? "" });
    return realExit(code ?? undefined);
  };
  return realExit;
}

// A parent that was killed cannot end its child. The same clock tells it which iteration hangs, if one does.
function watchParent(pipe: Pipe, activity: Activity, exit: (code: number) => never): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) exit(PARENT_GONE);
    try {
      pipe.send({ type: "progress", iteration: activity.iteration });
    } catch {
      exit(PARENT_GONE);
    }
  }, WATCH_EVERY_MS).unref();
}

/** Message and stack of whatever was thrown. */
export function describeError(error: unknown): { message: string; stack: string } {
  if (error instanceof Error) return { message: `${error.name}: ${error.message}`, stack: error.stack ?? "" };
  const message = typeof error === "string" ? error : (JSON.stringify(error) ?? String(error));
  return { message, stack: "" };
}
