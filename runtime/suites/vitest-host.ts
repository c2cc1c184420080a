/**
 * A process with Vitest's server in it: reads the user's configuration, transforms files, and has the tests run by the
 * process that started it, as though that were a worker which Vitest has started (its interface for custom pools). So
 * the measured process has nothing in it but what a worker of Vitest's has.
 */
/* eslint-disable no-restricted-properties -- the main module of a process: it has arguments, and ends it */
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { TestCase, TestModule, TestSpecification, Vitest } from "vitest/node";
import type { TestFailure } from "../child/protocol.js";
import type { HostMessage, HostPlan, SuiteDescription, WorkerMessage } from "./vitest-protocol.js";

type VitestNode = typeof import("vitest/node");
type Callback = (message: unknown) => void;

const plan = JSON.parse(process.argv[2] ?? "") as HostPlan;
/** Kinds of files that other programs run. */
const FOREIGN_POOLS: readonly string[] = ["browser", "typescript"];

function send(message: HostMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send?.(message, undefined, undefined, () => resolve());
    else resolve();
  });
}

/** The worker's end, as a pool of Vitest's sees it: the process that started this one. */
class ParentWorker {
  readonly name = "leakproof";
  readonly #environment: Readonly<Record<string, string | undefined>>;
  #deliver: Callback = () => {};
  #isFinished = false;

  constructor(environment: Readonly<Record<string, string | undefined>>) {
    this.#environment = environment;
    // eslint-disable-next-line leakproof/no-leaked-listener -- once in a process
    process.on("message", (message: WorkerMessage) => {
      if (message.leakproof === "vitest") this.#deliver(message.message);
      else this.#finish();
    });
    // eslint-disable-next-line leakproof/no-leaked-listener -- once in a process
    process.on("disconnect", () => this.#finish());
  }

  on(event: string, callback: Callback): void {
    if (event === "message") this.#deliver = callback;
  }

  off(event: string): void {
    if (event === "message") this.#deliver = () => {};
  }

  send(message: { readonly type?: string }): void {
    if (!this.#isFinished) void send({ leakproof: "vitest", message });
    else if (message.type === "stop") this.#answer({ type: "stopped" });
  }

  async start(): Promise<void> {
    const entries = Object.entries(this.#environment).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    );
    await send({ leakproof: "worker", environment: Object.fromEntries(entries) });
  }

  stop(): void {
    // It ends when leakproof has measured.
  }

  /** Vitest's run is over: it closes, with what the project's own global set-up has to tear down. */
  #finish(): void {
    if (this.#isFinished) return;
    this.#isFinished = true;
    this.#answer({ type: "testfileFinished" });
  }

  #answer(message: object): void {
    this.#deliver({ ...message, __vitest_worker_response__: true });
  }

  deserialize(message: unknown): unknown {
    return message;
  }
}

const reporter = {
  onTestCaseResult(test: TestCase): void {
    const result = test.result();
    if (result.state === "failed") tell(test.module, test.fullName, result.errors);
  },
  onTestModuleEnd(module: TestModule): void {
    const errors = module.errors();
    if (errors.length > 0) tell(module, null, errors);
  },
  onTestSuiteResult(suite: {
    readonly module: TestModule;
    readonly fullName: string;
    errors(): readonly { message: string }[];
  }): void {
    const errors = suite.errors();
    if (errors.length > 0) tell(suite.module, suite.fullName, errors);
  },
};

function firstLine(text: string): string {
  return (
    text
      .split("\n")
      .find((line) => line.trim() !== "")
      ?.trim() ?? ""
  );
}

function tell(module: TestModule, test: string | null, errors: readonly { readonly message: string }[]): void {
  const failure: TestFailure = { file: module.moduleId, test, message: firstLine(errors[0]?.message ?? "") };
  void send({ leakproof: "test-failed", failure });
}

async function open(node: VitestNode): Promise<Vitest> {
  return node.createVitest("test", {
    root: plan.root,
    watch: false,
    run: true,
    isolate: false,
    fileParallelism: false,
    maxWorkers: 1,
    maxConcurrency: 1,
    bail: 0,
    retry: 0,
    coverage: { enabled: false },
    typecheck: { enabled: false },
    reporters: [reporter],
  });
}

/** Whatever pool the configuration names: as an option, ours would be merged with its name. */
function takeOver({ projects }: Vitest): void {
  const createPoolWorker = ({ env }: { env: object }): ParentWorker => new ParentWorker(env as NodeJS.ProcessEnv);
  const pool = { name: "leakproof", createPoolWorker };
  for (const { config } of projects) {
    if (!FOREIGN_POOLS.includes(config.pool) && !config.browser.enabled)
      Object.assign(config, { pool: pool.name, poolRunner: pool, isolate: false, maxWorkers: 1 });
  }
}

function describe(vitest: Vitest, specifications: readonly TestSpecification[]): SuiteDescription {
  const own = specifications.filter(({ pool }) => !FOREIGN_POOLS.includes(pool));
  const groups = new Map<string, string[]>();
  for (const specification of own) {
    const name = groupOf(specification);
    groups.set(name, [...(groups.get(name) ?? []), specification.moduleId]);
  }
  const [first] = own;
  const conditions = first?.project.vite.config.ssr.resolve?.conditions ?? [];
  const execArgv = first?.project.config.execArgv ?? [];
  return {
    files: own.map(({ moduleId }) => moduleId),
    passedOver: specifications.filter(({ pool }) => FOREIGN_POOLS.includes(pool)).map(({ moduleId }) => moduleId),
    groups: [...groups].map(([name, files]) => ({ name, files })),
    pool: first?.pool ?? vitest.config.pool,
    nodeOptions: ["--experimental-import-meta-resolve", ...conditions.flatMap(conditionOptions(first)), ...execArgv],
  };
}

/** As Vitest gives its workers the conditions of `exports` in package.json. */
function conditionOptions(specification: TestSpecification | undefined): (condition: string) => string[] {
  const mode = specification?.project.vite.config.isProduction === true ? "production" : "development";
  return (condition) => {
    if (condition === "development|production") return ["--conditions", mode];
    const isOther = (condition === "production" || condition === "development") && condition !== mode;
    return isOther ? [] : ["--conditions", condition];
  };
}

function groupOf({ project, moduleId }: TestSpecification): string {
  const comment = /@(?:vitest|jest)-environment\s+(?<name>[\w-]+)/.exec(readFileSync(moduleId, "utf8"))?.groups?.[
    "name"
  ];
  const environment = comment ?? project.config.environment;
  return project.name === "" ? environment : `${project.name}, ${environment}`;
}

async function main(): Promise<void> {
  const node = (await import(pathToFileURL(plan.vitestNode).href)) as VitestNode;
  const vitest = await open(node);
  try {
    if (plan.mode === "serve") takeOver(vitest);
    const filters = plan.filters.map((filter) => filter.replaceAll(path.sep, "/"));
    const specifications = await vitest.globTestSpecifications(filters);
    if (plan.mode === "describe") {
      await send({ leakproof: "described", description: describe(vitest, specifications) });
      return;
    }
    await vitest.runTestSpecifications(specifications.filter(({ pool }) => !FOREIGN_POOLS.includes(pool)));
  } finally {
    await vitest.close();
  }
}

if (plan.mode === "describe") process.on("disconnect", () => process.exit());
try {
  await main();
} catch (error) {
  await send({ leakproof: "failed", message: error instanceof Error ? error.message : String(error) });
}
process.exit();
