import { Error } from "./natives.js";

/** Ends the process, also where the workload has replaced what `process.exit` calls. */
export function exitFor(): (code: number) => never {
  const exit = process.exit.bind(process);
  const kill = process.kill.bind(process, process.pid, "SIGKILL");
  return (code) => {
    try {
      exit(code);
    } finally {
      kill();
    }
    throw new Error("still running");
  };
}
