/** Keeps a processor busy while something else is measured. */
import { spawn } from "node:child_process";

/** Ends by itself when its parent is gone. */
const SPIN = "const parent = process.ppid; for (;;) if (process.ppid !== parent) process.exit();";

/** Runs an action beside a process that spins; that process is ended whatever happens. */
export async function besideBusyProcess<T>(action: () => Promise<T>): Promise<T> {
  const spinner = spawn(process.execPath, ["-e", SPIN], { stdio: "ignore" });
  const end = (): void => {
    spinner.kill("SIGKILL");
  };
  process.once("exit", end);
  try {
    return await action();
  } finally {
    process.off("exit", end);
    end();
  }
}
