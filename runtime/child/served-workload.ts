/** What is repeated in a server's process: requests, which the verifier sends from its own. */
import { Error } from "./natives.js";
import { drive } from "./serve-agent.js";
import type { WorkloadFactory } from "./workload-module.js";

export const workload: WorkloadFactory<unknown> = () => ({
  iteration: (i) => {
    if (drive === null) throw new Error("there is no server in this process");
    return drive(i);
  },
});
