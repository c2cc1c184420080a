/** Takes commands from the verifier in the process that is measured, one after the other. */
import { findSourceMap, type SourceMap } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Agent } from "./agent.js";
import { elapsed, setClockAhead } from "./clock.js";
import { describeError } from "./error-text.js";
import { evaluate } from "./evaluation.js";
import { LiveHolders } from "./live-holders.js";
import { Error, JSON, Map, Math, Object, Promise, Set } from "./natives.js";
import { passTime } from "./timers.js";
import type {
  Answer,
  Command,
  FileReadings,
  LoadedScript,
  MemorySample,
  Reading,
  ReleaseTarget,
  ScriptCoverage,
  SizeSample,
  WorkloadPhase,
} from "./protocol.js";
import { isFunction, workloadOf, type Workload } from "./workload-module.js";

/** The inspector keeps the arguments of the last 1,000 console calls. */
const FORGET_CONSOLE_EVERY = 16;
const WORKLOAD_FAILED = 70;
// Taken before the workload can replace them.
const nextTurn = setImmediate;
const startTimer = setTimeout;
const memoryUsage = process.memoryUsage.bind(process);
const activeResources = process.getActiveResourcesInfo.bind(process);
/** Milliseconds for what was due during a pause: a server closes its idle sockets, and clients are told. */
const RECOVERY_MS = 30;
const SOCKETS = /^(?:TCP|TLS|UDP|Pipe)(?:Socket|Server)?Wrap$|^UDPWrap$/;
const GOLDEN_RATIO = 0.618034;

// What runs freely, without sockets, would only run ahead of the iterations.
async function recover(): Promise<void> {
  if (!activeResources().some((resource) => SOCKETS.test(resource))) return;
  await new Promise((resolve) => startTimer(resolve, RECOVERY_MS));
}

/** Timeouts that fire before their time reject what is in flight, and may not end what is measured. */
function passOverErrors(): void {
  /* eslint-disable leakproof/no-leaked-listener -- once in a process, which ends soon after */
  process.on("uncaughtException", () => {});
  process.on("unhandledRejection", () => {});
  /* eslint-enable leakproof/no-leaked-listener */
}

interface CoverageResult {
  readonly result: readonly {
    readonly scriptId: string;
    readonly url: string;
    readonly functions: readonly {
      readonly ranges: readonly { startOffset: number; endOffset: number; count: number }[];
    }[];
  }[];
}

export class Runner {
  readonly #agent: Agent;
  readonly #holders: LiveHolders;
  readonly #startedAt = elapsed();
  #workload: Workload | null = null;
  #release: (() => unknown) | null = null;
  #done = 0;
  /** How far the clock has been moved on. */
  #aheadMs = 0;
  /** Of the distances between readings. */
  #phase = 0;
  /** Counters are reset at each take, so what was taken for the list of scripts waits here. */
  #coverage: CoverageResult["result"] = [];

  constructor(agent: Agent) {
    this.#agent = agent;
    this.#holders = new LiveHolders(agent.inspection);
  }

  /** Answers until it is told to finish. */
  async run(): Promise<void> {
    const { pipe } = this.#agent;
    try {
      for (let isFinished = false; !isFinished;) {
        const command = await pipe.receive();
        pipe.send(await this.#answer(command));
        isFinished = command.type === "finish";
      }
      this.#agent.finish();
    } catch (error) {
      pipe.send({ type: "agent-error", message: describeError(error).stack || describeError(error).message });
      this.#agent.exit(WORKLOAD_FAILED);
    }
  }

  async #answer(command: Command): Promise<Answer> {
    switch (command.type) {
      case "load":
        await this.#load(command);
        if (command.release !== null) await this.#loadRelease(command.release);
        return { type: "loaded" };
      case "run":
        return this.#run(command);
      case "scripts":
        return { type: "scripts", scripts: await this.#scripts() };
      case "settle":
        await this.#agent.inspection.settle();
        return { type: "settled", memory: this.#memory() };
      case "snapshot":
        return this.#snapshot();
      case "track":
        await this.#holders.track(command.holders);
        return { type: "tracked" };
      case "measure":
        return { type: "measured", readings: this.#holders.read({ reach: "all", heapIds: command.heapIds }) };
      case "coverage":
        return { type: "coverage", scripts: await this.#takeCoverage(new Set(command.urls)) };
      case "advance-clock":
        await this.#guard("clock", () => setClockAhead(this.#aheadMs));
        passOverErrors();
        await this.#guard("timer", () => this.#passTime(command));
        await recover();
        return { type: "clock-advanced" };
      case "sample":
        this.#holders.sample(command.heapIds);
        return { type: "sampled" };
      case "survivors":
        return { type: "survivors", heapIds: this.#holders.survivors() };
      case "locals":
        return { type: "locals", frames: this.#holders.suspendedFrames(command.heapIds) };
      case "variables":
        return { type: "variables", scopes: this.#holders.variablesSeen(command.closures) };
      case "evaluate":
        return { type: "evaluated", ...(await evaluate(command.expression, command.modules)) };
      case "suite": {
        const { suite } = this.#loaded().workload;
        return { type: "suite", files: suite?.files() ?? [], failures: suite?.failures ?? [] };
      }
      case "run-apart":
        return this.#runApart();
      case "choose":
        this.#loaded().workload.suite?.choose(command.files);
        return { type: "chosen" };
      case "finish":
        await this.#guard("teardown", () => this.#workload?.teardown?.());
        return { type: "finished" };
    }
  }

  async #snapshot(): Promise<Answer> {
    const { inspection, pipe } = this.#agent;
    const startedAt = elapsed();
    let writingMs = 0;
    await inspection.settle();
    await inspection.snapshot((chunk) => {
      const writtenAt = elapsed();
      pipe.sendSnapshotChunk(chunk);
      writingMs += elapsed() - writtenAt;
    });
    const madeAt = elapsed();
    await recover();
    const times = { captureMs: madeAt - startedAt - writingMs, workloadMs: elapsed() - madeAt };
    return { type: "snapshot-end", memory: this.#memory(), ...times };
  }

  // Asking the inspector where a function was written takes a while, and a list of timers has thousands of few.
  async #passTime(command: Extract<Command, { type: "advance-clock" }>): Promise<void> {
    const { milliseconds, timers, nodeScripts } = command;
    const startedAt = this.#aheadMs;
    const scripts = new Set(nodeScripts);
    const known = new Map<string, boolean>();
    const isWorkloads = (callback: object): boolean => {
      const text = functionText(callback);
      let answer = known.get(text);
      if (answer === undefined) known.set(text, (answer = this.#holders.isWorkloads(callback, scripts)));
      return answer;
    };
    await passTime(milliseconds, timers, isWorkloads, (passedMs) => {
      this.#aheadMs = startedAt + passedMs;
      setClockAhead(this.#aheadMs);
    });
  }

  async #load({ workload, input }: Extract<Command, { type: "load" }>): Promise<void> {
    const url = pathToFileURL(workload).href;
    const namespace = (await this.#guard("import", () => import(url))) as Record<string, unknown>;
    this.#workload = (await this.#guard("import", () => workloadOf(namespace, input))) as Workload | null;
    if (this.#workload === null) {
      this.#agent.pipe.send({ type: "not-a-workload", exports: Object.keys(namespace) });
      this.#agent.exit(WORKLOAD_FAILED);
    }
    await this.#guard("setup", () => this.#workload?.setup?.());
  }

  async #loadRelease(target: ReleaseTarget): Promise<void> {
    const url = pathToFileURL(target.module).href;
    const namespace = (await this.#guard("import", () => import(url))) as Record<string, unknown>;
    const fallback = namespace["default"];
    const candidates = [namespace, typeof fallback === "object" ? fallback : null] as readonly Record<
      string,
      unknown
    >[];
    const owner = candidates.find((candidate) => isFunction(candidate?.[target.export]));
    const release = owner?.[target.export];
    if (!isFunction(release)) {
      this.#agent.pipe.send({ type: "nothing-to-release", target, exports: Object.keys(namespace) });
      this.#agent.exit(WORKLOAD_FAILED);
    } else this.#release = () => release.call(owner);
  }

  async #run(command: Extract<Command, { type: "run" }>): Promise<Answer> {
    const { workload } = this.#loaded();
    const samples: SizeSample[] = [];
    const until = elapsed() + command.untilMs;
    let nextReading = this.#gap(command.readEvery);
    let ran = 0;
    while (ran < command.count) {
      const i = this.#done;
      const startedAt = elapsed();
      await this.#guard("iteration", () => workload.iteration(i));
      if (workload.afterEach !== undefined) await this.#guard("afterEach", () => workload.afterEach?.(i));
      if (this.#release !== null) await this.#guard("release", this.#release);
      await new Promise<void>((resolve) => nextTurn(() => resolve()));
      this.#done++;
      ran++;
      if (ran % FORGET_CONSOLE_EVERY === 0) this.#agent.inspection.forgetConsole();
      if (ran >= nextReading || (command.readEvery > 0 && ran === command.count)) {
        nextReading = ran + this.#gap(command.readEvery);
        samples.push({ iteration: this.#done, readings: this.#holders.read({ reach: "due", heapIds: false }) });
      }
      const now = elapsed();
      if (now + (now - startedAt) >= until) break;
    }
    return { type: "ran", done: this.#done, samples, memory: this.#memory() };
  }

  async #runApart(): Promise<Answer> {
    const read = (): Reading[] => this.#holders.read({ reach: "all", heapIds: false });
    const before = read();
    // eslint-disable-next-line leakproof/no-grow-only-registry -- one for each file of this call
    const files: FileReadings[] = [];
    const after = (file: string): void => void files.push({ file, readings: read() });
    await this.#guard("iteration", () => this.#loaded().workload.suite?.runApart(after));
    this.#done++;
    return { type: "ran-apart", done: this.#done, before, files };
  }

  /**
   * Iterations to the next reading: `mean` of them on average, at least half and at most half as many again. At even
   * distances, readings of a holder that is emptied after every so many iterations could beat with it, and see it
   * grow. The same distances in every run: no verdict depends on chance.
   */
  #gap(mean: number): number {
    this.#phase = (this.#phase + GOLDEN_RATIO) % 1;
    return mean <= 0 ? Infinity : Math.max(1, Math.round(mean * (0.5 + this.#phase)));
  }

  #loaded(): { workload: Workload } {
    if (this.#workload === null) throw new Error("no workload was loaded");
    return { workload: this.#workload };
  }

  async #guard(phase: WorkloadPhase, work: () => unknown): Promise<unknown> {
    this.#agent.listen();
    this.#agent.activity.phase = phase;
    this.#agent.activity.iteration = this.#done;
    // Said each time, so that the verifier can tell which call never came back.
    this.#agent.pipe.send({ type: "progress", ...this.#agent.activity });
    try {
      return await work();
    } catch (error) {
      this.#agent.pipe.send({ type: "workload-error", phase, iteration: this.#done, ...describeError(error) });
      return this.#agent.exit(WORKLOAD_FAILED);
    } finally {
      this.#agent.activity.phase = null;
    }
  }

  async #scripts(): Promise<LoadedScript[]> {
    const { result } = (await this.#agent.inspection.post("Profiler.takePreciseCoverage")) as CoverageResult;
    this.#coverage = [...this.#coverage, ...result];
    return result
      .map(({ scriptId, url }) => ({
        scriptId,
        url: fileUrl(url),
        ...(this.#workload?.originOf?.(url) ?? { sourceMap: sourceMapOf(url), wrapperLength: 0 }),
        isRewritten: url.startsWith("data:"),
      }))
      .filter((script) => script.url.startsWith("file:"));
  }

  async #takeCoverage(urls: ReadonlySet<string>): Promise<ScriptCoverage[]> {
    const { result } = (await this.#agent.inspection.post("Profiler.takePreciseCoverage")) as CoverageResult;
    const taken = [...this.#coverage, ...result];
    this.#coverage = [];
    return taken
      .filter(({ url }) => urls.has(fileUrl(url)))
      .map(({ scriptId, url, functions }) => ({
        scriptId,
        url: fileUrl(url),
        functions: functions.map(({ ranges }) => ({
          ranges: ranges.map((range) => [range.startOffset, range.endOffset, range.count] as const),
        })),
      }));
  }

  #memory(): MemorySample {
    const { rss, heapUsed } = memoryUsage();
    return { iteration: this.#done, elapsedMs: Math.round(elapsed() - this.#startedAt), rss, heapUsed };
  }
}

// Taken before the workload can replace it.
// eslint-disable-next-line @typescript-eslint/unbound-method -- applied with the function as `this`
const toText = Function.prototype.toString;
const functionText = (callback: object): string => toText.call(callback);

/**
 * The file a script was read from. Some loaders name scripts by path; tsx gives CommonJS modules that are imported a
 * `data:` URL with the path at its end. A query tells apart instances of a module, not files.
 */
function fileUrl(url: string): string {
  if (path.isAbsolute(url)) return pathToFileURL(url).href;
  const rewritten = url.startsWith("data:") ? /[?&]filePath=([^&]+)$/.exec(url)?.[1] : undefined;
  if (rewritten !== undefined) return pathToFileURL(decodeURIComponent(rewritten)).href;
  return url.startsWith("file:") ? url.replace(/[?#].*$/, "") : url;
}

function sourceMapOf(url: string): LoadedScript["sourceMap"] {
  const map = findSourceMap(url) as (SourceMap & { readonly lineLengths?: readonly number[] }) | undefined;
  return map === undefined ? null : { json: JSON.stringify(map.payload), lineLengths: map.lineLengths ?? [] };
}
