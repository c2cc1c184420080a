/** Tells in one line how the workload's process ended. */
import path from "node:path";
import type { Notice, WorkloadPhase } from "./protocol.js";

/** The folder of the agent and the runner, whose frames are under every stack of the workload's. */
const OWN_FOLDER = new URL(".", import.meta.url).href;

/** Why the verifier itself ended the process. */
export type KillReason = { readonly kind: "hung"; readonly afterMs: number } | { readonly kind: "interrupted" };

export interface Ending {
  readonly notices: readonly Notice[];
  readonly code: number | null;
  readonly signal: string | null;
  /** The last few kilobytes of the process's standard error. */
  readonly stderrTail: string;
  readonly killed: KillReason | null;
  /** What the process was last heard of doing. */
  readonly phase: WorkloadPhase | null;
  readonly iteration: number;
}

/** The workload's process ended before its work was done. `message` is one line; `detail` a stack or empty. */
export class WorkloadFailure extends Error {
  readonly detail: string;

  constructor(message: string, detail = "") {
    super(message);
    this.name = "WorkloadFailure";
    this.detail = withoutOwnFrames(detail);
  }
}

/** What to tell the user about a process that ended by itself or was ended. The exit code alone tells nothing. */
export function explainEnding(ending: Ending): WorkloadFailure {
  const last = <Type extends Notice["type"]>(type: Type): Extract<Notice, { type: Type }> | undefined =>
    ending.notices.findLast((notice): notice is Extract<Notice, { type: Type }> => notice.type === type);

  if (ending.killed?.kind === "interrupted") return new WorkloadFailure("interrupted");
  if (ending.killed?.kind === "hung") {
    const seconds = (ending.killed.afterMs / 1000).toFixed(ending.killed.afterMs < 10_000 ? 1 : 0);
    return new WorkloadFailure(
      `${where(ending.phase ?? "iteration", ending.iteration)} did not settle within ${seconds} s; the process was ended`,
    );
  }
  const agentError = last("agent-error");
  if (agentError !== undefined)
    return new WorkloadFailure(
      `the agent failed in the workload's process: ${agentError.message.split("\n").slice(0, 2).join(" ")}`,
    );
  const notAWorkload = last("not-a-workload");
  if (notAWorkload !== undefined) {
    const found =
      notAWorkload.exports.length === 0 ? "it exports nothing" : `it exports ${notAWorkload.exports.join(", ")}`;
    return new WorkloadFailure(`has no iteration: export a function \`iteration(i)\` or a default function (${found})`);
  }
  const nothing = last("nothing-to-release");
  if (nothing !== undefined) {
    const { target, exports } = nothing;
    const found = exports.length === 0 ? "it exports nothing" : `it exports ${exports.join(", ")}`;
    return new WorkloadFailure(
      `--release: ${path.relative(process.cwd(), target.module)} has no function ${target.export} (${found})`,
    );
  }
  const error = last("workload-error");
  if (error !== undefined)
    return new WorkloadFailure(`${where(error.phase, error.iteration)} threw ${error.message}`, error.stack);
  const exitCalled = last("exit-called");
  const exit = last("exit");
  if (exitCalled !== undefined) {
    const code = exitCalled.code === null ? "" : exitCalled.code;
    return new WorkloadFailure(`the workload called process.exit(${code})`, callerOf(exitCalled.stack));
  }
  const uncaught = last("uncaught");
  if (uncaught !== undefined && ending.code !== 0) {
    const origin = uncaught.origin === "unhandledRejection" ? "unhandled rejection" : "uncaught exception";
    return new WorkloadFailure(`${origin} during iteration ${uncaught.iteration}: ${uncaught.message}`, uncaught.stack);
  }
  if (ending.stderrTail.includes("JavaScript heap out of memory")) {
    return new WorkloadFailure(`the workload ran out of memory near iteration ${ending.iteration}`);
  }
  if (exit !== undefined && exit.phase !== null) {
    return new WorkloadFailure(
      `${where(exit.phase, exit.iteration)} never settled: nothing was left that could resolve its promise`,
    );
  }
  const how = ending.signal === null ? `with code ${ending.code}` : `by ${ending.signal}`;
  return new WorkloadFailure(
    `the workload's process ended ${how} near iteration ${ending.iteration}`,
    ending.stderrTail.trim(),
  );
}

function where(phase: WorkloadPhase, iteration: number): string {
  switch (phase) {
    case "import":
      return "importing the workload";
    case "setup":
    case "teardown":
      return `${phase}()`;
    case "iteration":
    case "afterEach":
    case "release":
      return `${phase}(${iteration})`;
  }
}

// The first line is no frame.
function callerOf(stack: string): string {
  return stack.split("\n").slice(1).join("\n");
}

function withoutOwnFrames(stack: string): string {
  return stack
    .split("\n")
    .filter((line) => !line.includes(OWN_FOLDER))
    .join("\n");
}
