/** The main module of the workload's process. */
import { agent } from "./agent.js";
import { Runner } from "./runner.js";

if (agent !== null) await new Runner(agent).run();
