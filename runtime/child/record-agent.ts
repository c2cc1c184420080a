/**
 * Preloaded with `--import` into each Node process that is recorded; measures on a clock and at marks, and says so. It
 * starts no debugger and no coverage. In worker threads it returns at once, and so it does in processes that a workload
 * forks; those that a command starts are recorded each.
 */
import { performance } from "node:perf_hooks";
import { isMainThread } from "node:worker_threads";
import { Inspection } from "./inspection.js";
import { collector, countLiveObjects } from "./live-objects.js";
import { JSON, Object, Reflect, String } from "./natives.js";
import { connectToParent, endWithParent, writeInPlace } from "./parent-socket.js";
import { FrameReader } from "./protocol.js";
import {
  decodeRecordMessage,
  encodeRecordMessage,
  RECORD_VARIABLE,
  type Gauge,
  type RecordNotice,
  type RecordPlan,
} from "./record-protocol.js";

type Performance = typeof performance;

/** A program says with `performance.mark` of that name that an iteration is over. */
const MARK_NAME = "leakproof:iteration";
// Taken before the program can replace them.
const memoryUsage = process.memoryUsage.bind(process);
const activeResources = process.getActiveResourcesInfo.bind(process);

export interface RecordAgent {
  readonly plan: RecordPlan;
  readonly inspection: Inspection;
  readonly send: (notice: RecordNotice) => void;
  /** Collects garbage, measures, and says that so many iterations are over; null where that is not to be counted. */
  readonly mark: (iteration: number | null) => void;
}

/** The agent of this process; null where nothing is recorded. */
export const recordAgent: RecordAgent | null = await start();

async function start(): Promise<RecordAgent | null> {
  const text = process.env[RECORD_VARIABLE];
  if (text === undefined || !isMainThread) return null;
  const plan = JSON.parse(text) as RecordPlan;
  // What a workload forks is not what it does in each iteration.
  if (plan.workload !== null) Reflect.deleteProperty(process.env, RECORD_VARIABLE);
  const socket = await connectToParent(plan.socket);
  if (socket === null) return null;
  writeInPlace(socket);

  const inspection = new Inspection();
  const collect = collector();
  const own = [socket];
  const send = (notice: RecordNotice): void => void socket.write(encodeRecordMessage(notice));
  const mark = (iteration: number | null): void => {
    inspection.forgetConsole();
    // What the first frees is what others were waiting for: weak tables, and code that nobody runs any more.
    collect();
    collect();
    // Before the count, whose list of what it found is garbage then.
    const gauge = gaugeNow();
    const counted = plan.countsObjects ? countLiveObjects(inspection, own) : null;
    send({ type: "gauge", iteration, gauge: { ...gauge, ...(iteration !== null && counted) } });
  };
  const frames = new FrameReader((_, payload) => {
    const command = decodeRecordMessage(payload);
    if (command?.type === "mark") mark(command.iteration);
  });
  socket.on("data", (chunk) => frames.push(chunk));
  socket.once("close", () => endWithParent(plan.socket));
  send({ type: "hello", pid: process.pid });
  if (plan.watchesMarks) watchMarks(mark);
  const timer = setInterval(() => send({ type: "gauge", iteration: null, gauge: gaugeNow() }), plan.intervalMs);
  timer.unref();
  return { plan, inspection, send, mark };
}

function gaugeNow(): Gauge {
  const { rss, heapUsed, external, arrayBuffers } = memoryUsage();
  return { rss, heapUsed, external, arrayBuffers, handles: activeResources().length, listeners: null, objects: null };
}

/** Sees the program's own marks, in place: an observer would be told when a loop without a pause is long over. */
function watchMarks(mark: (iteration: number) => void): void {
  const prototype = Object.getPrototypeOf(performance) as Performance;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- applied with its `this`
  const original = prototype.mark;
  const clearMarks = performance.clearMarks.bind(performance);
  let marks = 0;
  const replacement = {
    mark(this: Performance, ...parameters: Parameters<Performance["mark"]>): ReturnType<Performance["mark"]> {
      const entry = original.apply(this, parameters);
      if (String(parameters[0]) === MARK_NAME) {
        // Kept for ever by Node otherwise: one more object in each iteration.
        clearMarks(MARK_NAME);
        mark(++marks);
      }
      return entry;
    },
  };
  Object.defineProperty(prototype, "mark", {
    ...Object.getOwnPropertyDescriptor(prototype, "mark"),
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called as a method, as the original is
    value: replacement.mark,
  });
}
