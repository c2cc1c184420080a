/** A command that starts a server, and what it is asked in each iteration, as a program. */
import { fileURLToPath } from "node:url";
import { startServer } from "../child/served-command.js";
import type { Program } from "../program.js";
import type { DriverFactory } from "./driver.js";

const workloadFile = fileURLToPath(new URL("../child/served-workload.js", import.meta.url));
/** Of the time budget: for the server to listen, and for one answer. */
const LISTEN_SHARE = 1 / 2;
const REQUEST_SHARE = 1 / 3;
const LONGEST_REQUEST_MS = 30_000;

export interface ServedProgramOptions {
  readonly command: string;
  readonly port: number | null;
  readonly driver: DriverFactory;
  readonly timeBudgetMs: number;
}

export function servedProgram({ command, port, driver, timeBudgetMs }: ServedProgramOptions): Program {
  return {
    name: command,
    file: workloadFile,
    input: {},
    nodeOptions: [],
    launch: startServer({
      command,
      port,
      driver,
      listenLimitMs: timeBudgetMs * LISTEN_SHARE,
      requestLimitMs: Math.min(LONGEST_REQUEST_MS, timeBudgetMs * REQUEST_SHARE),
    }),
  };
}
