/**
 * Test files of Vitest's as a workload: in the measured process, Vitest's worker runs them again and again without
 * isolation. Its server is in a process of its own (vitest-host.ts).
 */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { ScriptOrigin, TestFailure } from "../child/protocol.js";
import type { WorkloadFactory } from "../child/workload-module.js";
import { testFilesWorkload } from "./test-files.js";
import { VitestHooks, type SuiteInterface, type TestFile } from "./vitest-hooks.js";
import type { HostMessage, HostPlan, WorkerMessage } from "./vitest-protocol.js";
import { holdMocksWeakly, type Mocking } from "./weak-mocks.js";

const hostFile = fileURLToPath(new URL("./vitest-host.js", import.meta.url));

export interface VitestInput {
  readonly plan: HostPlan;
  /** The module `vitest/worker` of the user's project: absolute. */
  readonly vitestWorker: string;
  /** Of Vitest and all that it depends on: absolute. */
  readonly vitestFolders: readonly string[];
  /** Test files: absolute. */
  readonly files: readonly string[];
}

/** A module that Vitest has evaluated: its code has a source map at its end. */
interface EvaluatedModule {
  readonly file: string;
  readonly evaluated: boolean;
  readonly meta?: { readonly code?: string };
  readonly exports?: unknown;
  readonly imports: Set<string>;
}

interface WorkerState {
  readonly config: { readonly setupFiles: readonly string[] };
  readonly rpc: object;
  readonly onCancel: (callback: () => void) => () => void;
  readonly onCleanup: (callback: () => void) => () => void;
  readonly evaluatedModules: { readonly idToModuleMap: ReadonlyMap<string, EvaluatedModule> };
  readonly moduleExecutionInfo: ReadonlyMap<string, { readonly startOffset: number }>;
}

interface RunRequest {
  readonly type: "run";
  readonly context: { readonly files: readonly { readonly filepath: string }[] };
}

/** Of `vitest/worker`, whose interface for custom pools this is. */
interface VitestWorker {
  readonly init: (worker: object) => void;
  readonly runBaseTests: (method: "run" | "collect", state: WorkerState, traces: unknown) => Promise<void>;
  readonly setupEnvironment: (context: unknown) => Promise<() => Promise<void>>;
}

/** Vitest's worker in this process. */
class Worker {
  readonly #input: Omit<VitestInput, "files">;
  readonly #host: ChildProcess;
  readonly #failures: TestFailure[] = [];
  /** Modules as they were when they had been evaluated for the first time, by Vitest's id. */
  readonly #modules = new Map<string, EvaluatedModule>();
  /** What came while the worker was still being imported. */
  readonly #early: unknown[] = [];
  #deliver = (message: unknown): void => void this.#early.push(message);
  #request: RunRequest | null = null;
  #state: WorkerState | null = null;
  #onFinished: ((error: unknown) => void) | null = null;

  constructor(input: Omit<VitestInput, "files">) {
    this.#input = input;
    this.#host = fork(hostFile, [JSON.stringify(input.plan)], {
      execArgv: [],
      serialization: "advanced",
      stdio: ["ignore", 2, 2, "ipc"],
    });
  }

  /** Resolves when all files may be run. */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#host.on("error", reject);
      this.#host.on("exit", () => {
        const error = new Error("Vitest's server ended");
        reject(error);
        this.#onFinished?.(error);
      });
      this.#host.on("message", (message: HostMessage) => {
        if (message.leakproof === "failed") reject(new Error(message.message));
        else if (message.leakproof === "worker") {
          Object.assign(process.env, message.environment);
          this.#connect(this.#input).catch(reject);
        } else if (message.leakproof === "test-failed") this.#failures.push(message.failure);
        else if (message.leakproof === "vitest") {
          if (isRunRequest(message.message)) {
            // Not answered before the end: Vitest waits, and serves.
            this.#request = message.message;
            resolve();
          } else this.#deliver(message.message);
        }
      });
    });
  }

  /** Runs a file. @returns what failed */
  async run(file: string): Promise<TestFailure[]> {
    await this.#run(file);
    this.#putModulesBack();
    return this.#failures.splice(0);
  }

  async #run(file: string): Promise<void> {
    const request = this.#request;
    if (request === null) throw new Error("Vitest has not asked for a run");
    const chosen = request.context.files.filter(({ filepath }) => filepath === file);
    const error = await new Promise<unknown>((resolve) => {
      this.#onFinished = resolve;
      this.#deliver({ ...request, context: { ...request.context, files: chosen } });
    });
    this.#onFinished = null;
    if (error !== undefined) throw new Error((error as { message?: string }).message ?? "Vitest's worker failed");
  }

  /**
   * A file that calls `vi.resetModules()` has them reset for itself alone: the next file finds the instances that were
   * there before, else what any file leaves in them would be gone.
   */
  #putModulesBack(): void {
    for (const [id, module] of this.#state?.evaluatedModules.idToModuleMap ?? []) {
      const first = this.#modules.get(id);
      if (first === undefined) {
        const isTest = this.#request?.context.files.some(({ filepath }) => filepath === module.file) === true;
        if (module.evaluated && !isTest) this.#modules.set(id, { ...module, imports: new Set(module.imports) });
      } else if (module.exports !== first.exports) {
        Object.assign(module, first, { imports: new Set(first.imports) });
      }
    }
  }

  /** Vitest compiles modules by itself; their maps are at the end of their texts. */
  originOf(script: string): ScriptOrigin | null {
    const file = script.startsWith("file:") ? fileURLToPath(script) : script;
    const code = this.#state?.evaluatedModules.idToModuleMap.get(file)?.meta?.code;
    const execution = this.#state?.moduleExecutionInfo.get(file);
    if (code === undefined || execution === undefined) return null;
    const map = /\n\/\/# sourceMappingURL=data:application\/json;(?:charset=utf-8;)?base64,([\w+/=]+)\s*$/.exec(
      code,
    )?.[1];
    const json = map === undefined ? null : Buffer.from(map, "base64").toString();
    return {
      sourceMap: json === null ? null : { json, lineLengths: code.split("\n").map(({ length }) => length) },
      wrapperLength: execution.startOffset,
    };
  }

  /** Has Vitest close: the project's own global set-up is torn down there. */
  async stop(): Promise<void> {
    if (this.#host.exitCode !== null || this.#host.signalCode !== null) return;
    const ended = once(this.#host, "exit");
    this.#host.send({ leakproof: "done" } satisfies WorkerMessage);
    await ended;
  }

  async #connect({ vitestWorker, vitestFolders }: Omit<VitestInput, "files">): Promise<void> {
    const { init, runBaseTests, setupEnvironment } = (await import(pathToFileURL(vitestWorker).href)) as VitestWorker;
    const { suites, vi } = await internals(vitestWorker);
    holdMocksWeakly(vi);
    const listeners: ((message: unknown) => void)[] = [];
    let hooks: VitestHooks | null = null;
    init({
      post: (message: { type?: string; error?: unknown }) => {
        if (message.type === "testfileFinished") this.#onFinished?.(message.error);
        else this.#host.send({ leakproof: "vitest", message } satisfies WorkerMessage);
      },
      on: (listener: (message: unknown) => void) => void listeners.push(listener),
      off: () => {},
      setup: setupEnvironment,
      runTests: (state: WorkerState, traces: unknown) => {
        hooks ??= new VitestHooks({
          suites,
          modules: () => this.#state?.evaluatedModules.idToModuleMap ?? new Map(),
          setupFiles: state.config.setupFiles,
          isRunner: (file) => vitestFolders.some((folder) => file.startsWith(folder + path.sep)),
        });
        const rpc = tellingOfCollections(state.rpc, hooks);
        // Else Vitest keeps a runner for each run, to be told of the end of the process.
        this.#state = { ...state, rpc, onCancel: () => () => {}, onCleanup: () => () => {} };
        return runBaseTests("run", this.#state, traces);
      },
      collectTests: () => {},
    });
    this.#deliver = (message) => {
      for (const listener of listeners) listener(message);
    };
    for (const message of this.#early.splice(0)) this.#deliver(message);
  }
}

/** What of Vitest's own is reached into: its suites, by methods of its test runner from 4.1 on, and its mocks. */
async function internals(vitestWorker: string): Promise<{ suites: SuiteInterface; vi: Mocking }> {
  const folder = pathToFileURL(vitestWorker);
  type Main = { readonly vi: Mocking; readonly TestRunner?: { getCurrentSuite?: unknown; getSuiteHooks?: unknown } };
  const { vi, TestRunner } = (await import(new URL("index.js", folder).href)) as Main;
  if (TestRunner?.getSuiteHooks === undefined)
    return { vi, suites: (await import(new URL("suite.js", folder).href)) as SuiteInterface };
  const { getCurrentSuite, getSuiteHooks: getHooks } = TestRunner;
  return { vi, suites: { getCurrentSuite, getHooks } as SuiteInterface };
}

/** Vitest's worker tells its server when it begins to collect the tests of a file, and when it has. */
function tellingOfCollections(rpc: object, hooks: VitestHooks): object {
  const told: Readonly<Record<string, (parameter: unknown) => void>> = {
    // The suite of the file is there right after.
    onQueued: (file) => queueMicrotask(() => hooks.watch(file as TestFile)),
    onCollected: (files) => {
      for (const file of files as readonly TestFile[]) hooks.complete(file);
    },
  };
  return new Proxy(rpc, {
    get(target, name) {
      const method = Reflect.get(target, name) as unknown;
      const listener = typeof name === "string" ? told[name] : undefined;
      if (listener === undefined || typeof method !== "function") return method;
      return (...parameters: unknown[]): unknown => {
        listener(parameters[0]);
        return Reflect.apply(method, target, parameters);
      };
    },
  });
}

function isRunRequest(message: unknown): message is RunRequest {
  return (message as { type?: unknown } | null)?.type === "run";
}

export const workload: WorkloadFactory<VitestInput> = ({ files, ...input }) => {
  const worker = new Worker(input);
  return {
    ...testFilesWorkload(files, {
      start: () => worker.start(),
      run: (file) => worker.run(file),
      stop: () => worker.stop(),
    }),
    originOf: (script) => worker.originOf(script),
  };
};
