/** A project's own Vitest files as what is verified. */
import { fork } from "node:child_process";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { InputError } from "../input-error.js";
import type { Program } from "../program.js";
import type { HostMessage, HostPlan, SuiteDescription } from "./vitest-protocol.js";
import type { VitestInput } from "./vitest.js";

const hostFile = fileURLToPath(new URL("./vitest-host.js", import.meta.url));
const workloadFile = fileURLToPath(new URL("./vitest.js", import.meta.url));
/** The first with the interface for custom pools by which the tests are run. */
const FIRST_VERSION = 4;
const NAMED = 3;
/** For Vitest's server to close when the tests' process was ended: it has temporary files, and global set-ups. */
const CLOSING_MS = 2000;

/**
 * @param filters as after `vitest run`: parts of the paths of test files; none for all
 * @param timeBudgetMs the most that reading the configuration may take
 * @throws {InputError} where there is no Vitest, an older one, no such file, or files that cannot share a process
 */
export async function vitestProgram(
  filters: readonly string[],
  workingDirectory: string,
  options: { readonly timeBudgetMs: number; readonly onWarning: (text: string) => void },
): Promise<Program> {
  const vitest = resolveVitest(workingDirectory);
  const plan: HostPlan = { mode: "serve", root: workingDirectory, filters, vitestNode: vitest.node };
  const description = await describe({ ...plan, mode: "describe" }, options.timeBudgetMs);
  requireOneGroup(description, filters, workingDirectory);
  for (const text of remarks(description)) options.onWarning(text);
  const input: Omit<VitestInput, "files"> = {
    plan,
    vitestWorker: vitest.worker,
    vitestFolders: vitest.folders,
  };
  return {
    name: ["vitest", ...filters].join(" "),
    file: workloadFile,
    input,
    nodeOptions: description.nodeOptions,
    graceMs: CLOSING_MS,
    suite: { files: description.files, passedOver: [], runnerFolders: vitest.folders },
  };
}

interface InstalledVitest {
  /** The modules `vitest/node` and `vitest/worker`: absolute. */
  readonly node: string;
  readonly worker: string;
  /** Of the package and all that it depends on. */
  readonly folders: readonly string[];
}

interface Manifest {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

function resolveVitest(workingDirectory: string): InstalledVitest {
  const require = createRequire(path.join(workingDirectory, "package.json"));
  let file: string;
  let manifest: Manifest;
  try {
    file = require.resolve("vitest/package.json");
    manifest = require(file) as Manifest;
  } catch {
    throw new InputError(
      "--vitest: no vitest is installed here: run it in the folder of the project whose tests it is to run",
    );
  }
  const { version, dependencies = {} } = manifest;
  if (Number.parseInt(version, 10) < FIRST_VERSION)
    throw new InputError(
      `--vitest takes Vitest ${FIRST_VERSION} or later, and ${version} is installed: npm install --save-dev vitest@latest`,
    );
  return {
    node: require.resolve("vitest/node"),
    worker: require.resolve("vitest/worker"),
    folders: [path.dirname(file), ...dependencyFolders(dependencies, file)],
  };
}

/** Where what Vitest depends on lies, and what its own packages do. */
function dependencyFolders(dependencies: Readonly<Record<string, string>>, manifest: string): string[] {
  return Object.keys(dependencies).flatMap((name) => {
    const folder = folderOf(name, manifest);
    if (folder === null || !name.startsWith("@vitest/")) return folder ?? [];
    const file = path.join(folder, "package.json");
    const own = (JSON.parse(readFileSync(file, "utf8")) as Manifest).dependencies ?? {};
    return [folder, ...dependencyFolders(own, file)];
  });
}

/** Where a package lies that another one's manifest names; null where it is not installed. */
function folderOf(name: string, manifest: string): string | null {
  for (const folder of createRequire(manifest).resolve.paths(name) ?? []) {
    const found = path.join(folder, name);
    if (existsSync(found)) return realpathSync(found);
  }
  return null;
}

async function describe(plan: HostPlan, limitMs: number): Promise<SuiteDescription> {
  const seconds = `${limitMs / 1000} s`;
  const tooSlow = new InputError(
    `--vitest: Vitest took longer than ${seconds} to read its configuration: raise --time-budget`,
  );
  const signal = AbortSignal.timeout(limitMs);
  return new Promise((resolve, reject) => {
    const host = fork(hostFile, [JSON.stringify(plan)], {
      execArgv: [],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      signal,
    });
    host.once("error", (error) => reject(signal.aborted ? tooSlow : error));
    host.once("exit", () => reject(new InputError("--vitest: Vitest ended while it read its configuration")));
    host.on("message", (message: HostMessage) => {
      if (message.leakproof === "described") resolve(message.description);
      else if (message.leakproof === "failed")
        reject(new InputError(`--vitest: Vitest cannot start: ${message.message.split("\n")[0]}`));
    });
  });
}

function requireOneGroup(
  { files, groups, passedOver }: SuiteDescription,
  filters: readonly string[],
  workingDirectory: string,
): void {
  if (files.length === 0) {
    const what = filters.length === 0 ? "no test file" : `no test file whose path contains ${filters.join(" or ")}`;
    const others =
      passedOver.length === 0 ? "" : ` that runs in Node (${passedOver.length} run in a browser, or are type tests)`;
    throw new InputError(`--vitest: ${what}${others}: \`npx vitest list --filesOnly\` shows what there is`);
  }
  if (groups.length > 1) {
    const named = groups.map(({ name, files: members }) => {
      const some = members.slice(0, NAMED).map((file) => path.relative(workingDirectory, file));
      return `${name} (${some.join(", ")}${members.length > NAMED ? ", …" : ""})`;
    });
    throw new InputError(
      `--vitest runs the files of one project and environment at a time, and these are of ${groups.length}: name the files of one: ${named.join("; ")}`,
    );
  }
}

function remarks({ pool, passedOver }: SuiteDescription): string[] {
  return [
    ...(passedOver.length === 0
      ? []
      : [`passed over: ${passedOver.length} test files that run in a browser, or are type tests`]),
    ...(pool.startsWith("vm")
      ? [
          `the pool ${pool} gives each file a context of its own, which goes with the file: here all run in one process and one context`,
        ]
      : []),
  ];
}
