/** Drives a server by a module of the user's, which runs in this process. */
import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { WorkloadFailure } from "../child/ending.js";
import { loaderOptions, MissingLoader } from "../child/loader.js";
import { InputError } from "../input-error.js";
import { Disconnected, secondsText, urlOf, type Driver, type DriverFactory } from "./driver.js";

type Load = (context: {
  /** Of the server, without a path: `http://127.0.0.1:3000`. */
  readonly url: string;
  /** The number of the iteration. */
  readonly i: number;
  /** Aborted when the run ends. */
  readonly signal: AbortSignal;
}) => unknown;

/**
 * The driver that calls the module's `load`, or its default function, in each iteration.
 *
 * @throws {InputError} when there is no such module, it cannot be imported, or exports no such function
 */
export async function loadDriver(module: string, workingDirectory: string): Promise<DriverFactory> {
  const file = path.resolve(workingDirectory, module);
  if (!existsSync(file) || statSync(file).isDirectory()) throw new InputError(`--load: no such file: ${module}`);
  const load = await importLoad(file, module);
  return (origin, limitMs) => driverOf(load, module, urlOf(origin), limitMs);
}

async function importLoad(file: string, module: string): Promise<Load> {
  let namespace: Record<string, unknown>;
  try {
    const [, loader] = loaderOptions(file, []);
    if (loader !== undefined) await import(loader);
    namespace = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof MissingLoader) throw new InputError(error.message);
    throw new InputError(`--load: importing ${module} threw ${textOf(error)}`);
  }
  const fallback = namespace["default"];
  const nested = typeof fallback === "object" && fallback !== null ? (fallback as { load?: unknown }).load : fallback;
  const load = [namespace["load"], nested].find((candidate) => typeof candidate === "function");
  if (load === undefined) {
    const names = Object.keys(namespace);
    const found = names.length === 0 ? "it exports nothing" : `it exports ${names.join(", ")}`;
    throw new InputError(`--load: ${module} has no function load({ url, i, signal }) (${found})`);
  }
  return load as Load;
}

function driverOf(load: Load, module: string, url: string, limitMs: number): Driver {
  const controller = new AbortController();
  return {
    drive: async (i) => {
      let timer: NodeJS.Timeout | undefined;
      const isLate = new Promise<never>((_, reject) => {
        timer = setTimeout(
          () =>
            reject(new WorkloadFailure(`load({ i: ${i} }) of ${module} did not settle within ${secondsText(limitMs)}`)),
          limitMs,
        );
      });
      try {
        await Promise.race([call(load, { url, i, signal: controller.signal }, module), isLate]);
      } finally {
        clearTimeout(timer);
      }
    },
    warning: () => null,
    close: () => controller.abort(),
  };
}

// Whatever it throws may be the server's end.
async function call(load: Load, context: Parameters<Load>[0], module: string): Promise<void> {
  try {
    await load(context);
  } catch (error) {
    throw new Disconnected(`load({ i: ${context.i} }) of ${module} threw ${textOf(error)}`);
  }
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : "";
  return `${error.name}: ${error.message}${cause}`;
}
