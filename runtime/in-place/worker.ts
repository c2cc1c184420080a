/** The thread in which what another thread runs is measured and judged. */
import { pathToFileURL } from "node:url";
import path from "node:path";
import type { MeasuredProgram } from "../child/launch.js";
import type { Answer, LoadedScript, MemorySample, Reading, SuspendedFrame } from "../child/protocol.js";
import type { Anchor } from "../heap/anchors.js";
import type { HeapGraph } from "../heap/graph.js";
import { SnapshotParser } from "../heap/parse.js";
import { scriptsOf } from "../heap/scripts.js";
import { isOwnScript } from "../own-scripts.js";
import { assembleResult } from "../results.js";
import { SourcePlaces } from "../source-places.js";
import { serveConversation, type AskForWork } from "../targets/serve-conversation.js";
import type { HeapGrowth } from "../verdict/decide-heap.js";
import { describeLeak } from "../verdict/heap-leak.js";
import type { Sighting } from "../verdict/heap-suspect.js";
import { measure, type Measurement } from "../verdict/schedule.js";
import { Stopwatch } from "../verdict/stopwatch.js";
import { TimeBudget } from "../verdict/time-budget.js";
import { PATIENCE } from "../verdict/thresholds.js";
import { isHarnessScript } from "./harness.js";
import type { Measured, MeasureRequest, Question, SourceMaps } from "./questions.js";

const SNAPSHOTS_TO_COME = 1;
/** Far enough to pass a limit of a few thousand that the code shows. */
const MOST_ITERATIONS = 8192;
/** Each is looked up by a walk of the heap. */
const MOST_SAMPLES = 8;
/** Where so many iterations take a small part of the time, there will be a snapshot after them. */
const ENOUGH_FOR_A_SNAPSHOT = 1280;
const SMALL_PART = 0.2;
/** Iterations after warm-up at which the second snapshot is taken of a function that takes long. */
const SECOND_SNAPSHOT_AT = 54;
const WARM_UP_ITERATIONS = 10;
/** Objects of one interval below which nothing piles up. */
const FEWEST_BIRTHS = 8;

let parser = new SnapshotParser();

serveConversation({
  receive: (bytes) => parser.write(bytes),
  converse: (argument, ask) => judge(argument as MeasureRequest, ask),
});

async function judge(request: MeasureRequest, ask: AskForWork): Promise<Measured> {
  const startedAt = performance.now();
  const program = new OtherThread(ask);
  const watch = new Stopwatch();
  const places = new SourcePlaces();
  const measurement = await measure(program, [], {
    maximumIterations: request.iterations ?? MOST_ITERATIONS,
    mostSamples: MOST_SAMPLES,
    patience: request.iterations === null ? PATIENCE : { ...PATIENCE, iterations: request.iterations },
    watch,
    budget: new TimeBudget(request.timeBudgetMs, SNAPSHOTS_TO_COME),
    locateAt: (msPerIteration) => locateAt(request, msPerIteration),
    places,
    isOwnScript,
    isHarness: isHarnessScript,
    anchorsIn: (graph) => functionAnchor(graph, program.functionId),
    onPhase: () => {},
  });
  if (measurement.heap.some(({ decision }) => decision.kind === "leak"))
    places.add(await program.sourceScripts(measurement.newest.graph));
  const { result } = assembleResult({
    findings: [],
    measurement,
    places,
    workload: request.name,
    workingDirectory: request.workingDirectory,
    isOnlyOneRule: false,
    shard: null,
    suite: null,
    watch,
    startedAt,
  });
  return { result, undecided: undecided(measurement), isSeen: isSeen(measurement) };
}

/** Whether the snapshots are so far apart that what piles up would show. */
function isSeen({ series }: Measurement): boolean {
  const at = series.filter(({ objects }) => objects !== null).map(({ iteration }) => iteration);
  return Math.max(...at) - Math.min(...at) >= FEWEST_BIRTHS;
}

/** A test has less time than a verification: a function that leaves nothing behind is told by two snapshots. */
function locateAt({ iterations, timeBudgetMs }: MeasureRequest, msPerIteration: number): number[] {
  const isCheap = msPerIteration * ENOUGH_FOR_A_SNAPSHOT < timeBudgetMs * SMALL_PART;
  if (isCheap && iterations === null) return [0];
  const after = Math.max(0, (iterations ?? Infinity) - WARM_UP_ITERATIONS);
  return [0, Math.min(SECOND_SNAPSHOT_AT, Math.round(after / 3))];
}

/** What grows to the end of the run, in which no bound showed, and is not yet called a leak. */
function undecided({ heap, iterations }: Measurement): string[] {
  return heap.flatMap(({ suspect: { fingerprint, sighting }, decision, suspect }) => {
    if (decision.kind !== "undecided" || decision.isWithinLimit === true || sighting === null) return [];
    if (decision.growth.trend !== "growing" && !isSeenOnce(sighting, decision.growth)) return [];
    return [describeLeak({ fingerprint, sighting, growth: decision.growth, suspect }, [], iterations).reason];
  });
}

/** What was made between the only two snapshots there was time for, by a collection that has not been seen to stop. */
function isSeenOnce({ intervals, accumulation }: Sighting, { live }: HeapGrowth): boolean {
  const hasStopped = live !== null && ["flat", "stopped", "falling"].includes(live.trend);
  return intervals.length < 2 && (accumulation.births.at(-1) ?? 0) >= FEWEST_BIRTHS && !hasStopped;
}

function functionAnchor(graph: HeapGraph, id: number): Anchor[] {
  const node = graph.nodeOfId(id);
  if (node < 0) return [];
  const script = scriptsOf(graph).get(graph.location(node)?.scriptId ?? -1);
  return [{ node, kind: "function", name: script?.name ?? "" }];
}

/** The thread that began the conversation, as the schedule sees a program. */
class OtherThread implements MeasuredProgram {
  readonly #askForWork: AskForWork;
  /** Of the function that is run, in the newest snapshot. */
  functionId = -1;
  #graph: HeapGraph | null = null;

  constructor(ask: AskForWork) {
    this.#askForWork = ask;
  }

  run(command: Omit<Extract<Question, { type: "run" }>, "type">): Promise<Extract<Answer, { type: "ran" }>> {
    return this.#ask({ type: "run", ...command }, "ran");
  }

  // Listing scripts would take the counts of coverage from whoever counts: a test runner may.
  scripts(): Promise<LoadedScript[]> {
    return Promise.resolve([]);
  }

  coverage(): Promise<[]> {
    return Promise.resolve([]);
  }

  async settle(): Promise<MemorySample> {
    return (await this.#ask({ type: "settle" }, "settled")).memory;
  }

  async snapshot(): ReturnType<MeasuredProgram["snapshot"]> {
    parser = new SnapshotParser();
    const { memory, captureMs, workloadMs } = await this.#ask({ type: "snapshot" }, "snapshot-end");
    this.functionId = (await this.#askForWork({ type: "function-id" } satisfies Question)) as number;
    this.#graph = parser.end();
    parser = new SnapshotParser();
    return { graph: this.#graph, memory, captureMs, workloadMs };
  }

  async track(holders: Extract<Question, { type: "track" }>["holders"]): Promise<void> {
    await this.#ask({ type: "track", holders }, "tracked");
  }

  async measure({ heapIds }: { heapIds: boolean }): Promise<readonly Reading[]> {
    return (await this.#ask({ type: "measure", heapIds }, "measured")).readings;
  }

  // The test runner's own timers end the test.
  async advanceClock(command: Omit<Extract<Question, { type: "advance-clock" }>, "type">): Promise<void> {
    const foreign = this.#graph === null ? [] : [...scriptsOf(this.#graph).values()].filter(isForeign);
    const nodeScripts = [...command.nodeScripts, ...foreign.map(({ scriptId }) => String(scriptId))];
    await this.#ask({ type: "advance-clock", ...command, nodeScripts }, "clock-advanced");
  }

  async sample(heapIds: readonly string[]): Promise<void> {
    await this.#ask({ type: "sample", heapIds }, "sampled");
  }

  async survivors(): Promise<ReadonlySet<string>> {
    return new Set((await this.#ask({ type: "survivors" }, "survivors")).heapIds);
  }

  async suspendedFrames(heapIds: readonly string[]): Promise<readonly SuspendedFrame[]> {
    return (await this.#ask({ type: "locals", heapIds }, "locals")).frames;
  }

  /** The scripts of a heap that were read from files, with the source maps that the other thread has of them. */
  async sourceScripts(graph: HeapGraph): Promise<LoadedScript[]> {
    const scripts = [...scriptsOf(graph).values()].filter(({ name }) => fileUrl(name) !== null);
    const names = scripts.filter(({ name }) => !isHarnessScript(name) && !isOwnScript(name)).map(({ name }) => name);
    const maps = (await this.#askForWork({ type: "source-maps", names } satisfies Question)) as SourceMaps;
    return scripts.map(({ scriptId, name }) => ({
      scriptId: String(scriptId),
      url: fileUrl(name) ?? "",
      sourceMap: maps.get(name) ?? null,
      wrapperLength: 0,
      isRewritten: false,
    }));
  }

  async #ask<Type extends Answer["type"]>(question: Question, type: Type): Promise<Extract<Answer, { type: Type }>> {
    const answer = (await this.#askForWork(question)) as Answer;
    if (answer.type !== type) throw new Error(`asked for ${type}, got ${answer.type}`);
    return answer as Extract<Answer, { type: Type }>;
  }
}

function isForeign({ name }: { readonly name: string }): boolean {
  return isHarnessScript(name) || isOwnScript(name);
}

/** A query tells apart instances of a module, not files. */
function fileUrl(name: string): string | null {
  if (path.isAbsolute(name)) return pathToFileURL(name.replace(/\?.*$/, "")).href;
  return name.startsWith("file:") ? name.replace(/[?#].*$/, "") : null;
}
