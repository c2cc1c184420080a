/** Takes commands from the verifier in the process that is measured, one after the other. */
import { findSourceMap, type SourceMap } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Agent } from "./agent.js";
import { elapsed, setClockAhead } from "./clock.js";
import { describeError } from "./error-text.js";
import { evaluate } from "./evaluation.js";
import { Iterations } from "./iterations.js";
import { LiveHolders } from "./live-holders.js";
import { Error, JSON, Object, Promise, Set } from "./natives.js";
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

const WORKLOAD_FAILED = 70;
// Taken before the workload can replace them.
const startTimer = setTimeout;
const memoryUsage = process.memoryUsage.bind(process);
const activeResources = process.getActiveResourcesInfo.bind(process);
/** Milliseconds for what was due during a pause: a server closes its idle sockets, and clients are told. */
const RECOVERY_MS = 30;
const SOCKETS = /^(?:TCP|TLS|UDP|Pipe)(?:Socket|Server)?Wrap$|^UDPWrap$/;

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
  readonly #iterations: Iterations;
  readonly #startedAt = elapsed();
  #workload: Workload | null = null;
  #release: (() => unknown) | null = null;
  /** How far the clock has been moved on. */
  #aheadMs = 0;
  /** Counters are reset at each take, so what was taken for the list of scripts waits here. */
  #coverage: CoverageResult["result"] = [];

  constructor(agent: Agent) {
    this.#agent = agent;
    this.#holders = new LiveHolders(agent.inspection);
    this.#iterations = new Iterations({
      run: (i) => this.#iterate(i),
      read: () => this.#holders.read({ reach: "due", heapIds: false }),
      forgetConsole: () => agent.inspection.forgetConsole(),
    });
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
        this.#loaded();
        return this.#ran(await this.#iterations.run(command));
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

  async #passTime(command: Extract<Command, { type: "advance-clock" }>): Promise<void> {
    const { milliseconds, timers, nodeScripts } = command;
    const startedAt = this.#aheadMs;
    await passTime(milliseconds, timers, this.#holders.workloadCallbacks(new Set(nodeScripts)), (passedMs) => {
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
    this.#workload?.suite?.watch((file) => {
      this.#agent.activity.file = file;
      this.#agent.pipe.send({ type: "progress", ...this.#agent.activity });
    });
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

  #ran(samples: readonly SizeSample[]): Answer {
    return { type: "ran", done: this.#iterations.done, samples, memory: this.#memory() };
  }

  async #runApart(): Promise<Answer> {
    const read = (): Reading[] => this.#holders.read({ reach: "all", heapIds: false });
    const before = read();
    // eslint-disable-next-line leakproof/no-grow-only-registry -- one for each file of this call
    const files: FileReadings[] = [];
    const after = (file: string): void => void files.push({ file, readings: read() });
    await this.#iterations.once(() => this.#guard("iteration", () => this.#loaded().workload.suite?.runApart(after)));
    return { type: "ran-apart", done: this.#iterations.done, before, files };
  }

  async #iterate(i: number): Promise<void> {
    const { workload } = this.#loaded();
    await this.#guard("iteration", () => workload.iteration(i));
    if (workload.afterEach !== undefined) await this.#guard("afterEach", () => workload.afterEach?.(i));
    if (this.#release !== null) await this.#guard("release", this.#release);
  }

  #loaded(): { workload: Workload } {
    if (this.#workload === null) throw new Error("no workload was loaded");
    return { workload: this.#workload };
  }

  async #guard(phase: WorkloadPhase, work: () => unknown): Promise<unknown> {
    this.#agent.listen();
    this.#agent.activity.phase = phase;
    this.#agent.activity.iteration = this.#iterations.done;
    // Said each time, so that the verifier can tell which call never came back.
    this.#agent.pipe.send({ type: "progress", ...this.#agent.activity });
    try {
      return await work();
    } catch (error) {
      this.#agent.pipe.send({
        type: "workload-error",
        phase,
        iteration: this.#iterations.done,
        ...describeError(error),
      });
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
    return { iteration: this.#iterations.done, elapsedMs: Math.round(elapsed() - this.#startedAt), rss, heapUsed };
  }
}

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
