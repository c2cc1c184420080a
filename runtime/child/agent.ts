/**
 * Preloaded with `--import` into the workload's process. In worker threads and in processes that the workload
 * forks, which inherit the option, it returns at once.
 */
import { isMainThread } from "node:worker_threads";
import { prepareClocks } from "./clock.js";
import { exitFor } from "./exit.js";
import { Inspection } from "./inspection.js";
import { Number } from "./natives.js";
import { Pipe, type Channel } from "./pipe.js";
import { PIPE_LOST } from "./protocol.js";
import { tellEnding, type Activity } from "./tell-ending.js";

const WATCH_EVERY_MS = 500;
const PARENT_GONE = 70;

export interface Agent {
  readonly pipe: Channel;
  readonly inspection: Inspection;
  readonly activity: Activity;
  /** The real `process.exit`, for the runner's own use. */
  readonly exit: (code: number) => never;
  /** Listens for the process's ending anew, where the workload has removed all listeners. */
  readonly listen: () => void;
  /** What follows the last answer. */
  readonly finish: () => void;
}

/** The agent of this process; null in workers and forks. */
export const agent: Agent | null = start();

function start(): Agent | null {
  const descriptor = process.env["LEAKPROOF_PIPE"];
  if (descriptor === undefined || !isMainThread) return null;
  delete process.env["LEAKPROOF_PIPE"];
  process.execArgv = withoutAgent(process.execArgv);

  const exit = exitFor();
  const endWithParent = (): never => {
    endGroup();
    return exit(PARENT_GONE);
  };
  const pipe = new Pipe(Number(descriptor), endWithParent, () => exit(PIPE_LOST));
  prepareClocks();
  const inspection = new Inspection();
  inspection.startCoverage();
  const activity: Activity = { phase: null, iteration: -1 };
  const listen = tellEnding((notice) => pipe.send(notice), activity);
  watchParent(pipe, activity, endWithParent);
  return { pipe, inspection, activity, exit, listen, finish: () => exit(0) };
}

function withoutAgent(options: readonly string[]): string[] {
  const at = options.findIndex((option, index) => options[index - 1] === "--import" && option === import.meta.url);
  return at < 0 ? [...options] : [...options.slice(0, at - 1), ...options.slice(at + 1)];
}

// A parent that was killed cannot end its child.
function watchParent(pipe: Pipe, activity: Activity, endWithParent: () => never): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) endWithParent();
    pipe.send({ type: "progress", ...activity });
  }, WATCH_EVERY_MS).unref();
}

// The process leads a group of its own, in which are the processes that the workload started.
function endGroup(): void {
  if (process.platform === "win32") return;
  try {
    process.kill(-process.pid, "SIGKILL");
  } catch {
    // it leads no group
  }
}
