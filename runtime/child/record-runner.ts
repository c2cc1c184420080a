/** The main module of a recorded workload: runs its iterations, and makes a mark after each. */
import { pathToFileURL } from "node:url";
import { elapsed } from "./clock.js";
import { describeError } from "./error-text.js";
import { Object, Promise } from "./natives.js";
import type { WorkloadPhase } from "./protocol.js";
import { recordAgent, type RecordAgent } from "./record-agent.js";
import { tellEnding, type Activity } from "./tell-ending.js";
import { workloadOf } from "./workload-module.js";

const WORKLOAD_FAILED = 70;
/** Measurements before the first that counts: what measures has to warm up too. */
const DRY_RUNS = 4;
// Taken before the workload can replace them.
const nextTurn = setImmediate;
const exit = process.exit.bind(process);

if (recordAgent?.plan.workload) await run(recordAgent, recordAgent.plan.workload);

async function run(
  { inspection, send, mark }: RecordAgent,
  { file, iterations, untilMs }: NonNullable<RecordAgent["plan"]["workload"]>,
): Promise<never> {
  const activity: Activity = { phase: null, iteration: 0 };
  const listen = tellEnding(send, activity);
  const guard = async (phase: WorkloadPhase, work: () => unknown): Promise<unknown> => {
    listen();
    activity.phase = phase;
    send({ type: "progress", ...activity });
    try {
      return await work();
    } catch (error) {
      send({ type: "workload-error", ...activity, phase, ...describeError(error) });
      return exit(WORKLOAD_FAILED);
    } finally {
      activity.phase = null;
    }
  };
  const rest = async (done: number | null): Promise<void> => {
    await new Promise<void>((resolve) => nextTurn(() => resolve()));
    await inspection.settle();
    mark(done);
  };

  const namespace = (await guard("import", () => import(pathToFileURL(file).href))) as Record<string, unknown>;
  const workload = workloadOf(namespace);
  if (workload === null) {
    send({ type: "not-a-workload", exports: Object.keys(namespace) });
    return exit(WORKLOAD_FAILED);
  }
  await guard("setup", () => workload.setup?.());
  for (let dry = 0; dry < DRY_RUNS; dry++) await rest(null);
  await rest(0);
  while (activity.iteration < iterations) {
    const i = activity.iteration;
    const startedAt = elapsed();
    await guard("iteration", () => workload.iteration(i));
    if (workload.afterEach !== undefined) await guard("afterEach", () => workload.afterEach?.(i));
    activity.iteration++;
    await rest(activity.iteration);
    const now = elapsed();
    if (now + (now - startedAt) >= untilMs) break;
  }
  await guard("teardown", () => workload.teardown?.());
  send({ type: "done" });
  return exit(0);
}
