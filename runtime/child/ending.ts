/** Tells in one line how the workload's process ended. */
import path from "node:path";
import { PIPE_LOST, type Command, type Notice, type WorkloadPhase } from "./protocol.js";

/** The folder of the agent and the runner, whose frames are under every stack of the workload's. */
const OWN_FOLDER = new URL(".", import.meta.url).href;

/** Why the verifier itself ended the process. */
export type KillReason =
  | { readonly kind: "hung"; readonly afterMs: number; readonly during: Command["type"] }
  /** What came over the pipe was not the agent's. */
  | { readonly kind: "garbled" }
  | { readonly kind: "interrupted" }
  /** The process that is measured is gone, and what was started with it is not. */
  | { readonly kind: "gone" }
  /** Why is told by whoever ended it. */
  | { readonly kind: "refused" };

export interface Ending {
  /** What messages call it. */
  readonly subject: "workload" | "server";
  readonly notices: readonly Notice[];
  readonly code: number | null;
  readonly signal: string | null;
  /** The last few kilobytes of the process's standard error. */
  readonly stderrTail: string;
  readonly killed: KillReason | null;
  /** What the process was last heard of doing. */
  readonly phase: WorkloadPhase | null;
  readonly iteration: number;
  /** The test file that it was last heard of running: absolute. */
  readonly file?: string | null;
}

/** Commands during which the workload is run. */
const RUNNING: ReadonlySet<Command["type"]> = new Set(["load", "run", "run-apart"]);

/** The workload's process ended before its work was done. `message` is one line; `detail` a stack or empty. */
export class WorkloadFailure extends Error {
  readonly detail: string;
  /** Whether its time was over while it was measured: what was measured before stands. */
  readonly isOverdue: boolean;

  constructor(message: string, detail = "", isOverdue = false) {
    super(inOneLine(message));
    this.name = "WorkloadFailure";
    this.detail = withoutOwnFrames(detail);
    this.isOverdue = isOverdue;
  }
}

/** What to tell the user about a process that ended by itself or was ended. The exit code alone tells nothing. */
export function explainEnding(ending: Ending): WorkloadFailure {
  const failure = explain(ending);
  const { file = null, killed } = ending;
  if (file === null) return failure;
  const name = path.relative(process.cwd(), file);
  if (killed === null) return new WorkloadFailure(`${failure.message} (it ran ${name})`, failure.detail);
  if (killed.kind !== "hung" || !RUNNING.has(killed.during)) return failure;
  return new WorkloadFailure(
    `the test files did not end within ${inSeconds(killed.afterMs)} (the last that was begun is ${name}): raise --time-budget, or name fewer files; the process was ended`,
  );
}

function explain(ending: Ending): WorkloadFailure {
  const last = <Type extends Notice["type"]>(type: Type): Extract<Notice, { type: Type }> | undefined =>
    ending.notices.findLast((notice): notice is Extract<Notice, { type: Type }> => notice.type === type);

  if (ending.killed?.kind === "interrupted") return new WorkloadFailure("interrupted");
  // What the workload threw is the cause, whatever its handlers do afterwards.
  const error = last("workload-error");
  if (error !== undefined)
    return new WorkloadFailure(`${where(error.phase, error.iteration)} threw ${error.message}`, error.stack);
  if (ending.killed?.kind === "hung") return explainHang(ending, ending.killed);
  if (ending.killed?.kind === "garbled") return new WorkloadFailure(pipeTouched(ending.subject));
  const agentError = last("agent-error");
  if (agentError !== undefined)
    return new WorkloadFailure(
      `the agent failed in the ${ending.subject}'s process: ${agentError.message.split("\n").slice(0, 2).join(" ")}`,
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
  if (ending.code === PIPE_LOST) return new WorkloadFailure(pipeTouched(ending.subject));
  const exitCalled = last("exit-called");
  const exit = last("exit");
  if (exitCalled !== undefined) {
    const code = exitCalled.code === null ? "" : exitCalled.code;
    return new WorkloadFailure(`the ${ending.subject} called process.exit(${code})`, callerOf(exitCalled.stack));
  }
  const uncaught = last("uncaught");
  if (uncaught !== undefined && ending.code !== 0) {
    const origin = uncaught.origin === "unhandledRejection" ? "unhandled rejection" : "uncaught exception";
    return new WorkloadFailure(`${origin} during iteration ${uncaught.iteration}: ${uncaught.message}`, uncaught.stack);
  }
  if (ending.stderrTail.includes("JavaScript heap out of memory")) {
    return new WorkloadFailure(`the ${ending.subject} ran out of memory near iteration ${ending.iteration}`);
  }
  // Node ends with 13, or with 0 where listeners were removed, when the runner itself waits for ever.
  const isStuck = exit === undefined ? ending.signal === null && [0, 13].includes(ending.code ?? -1) : true;
  const { phase, iteration } = exit ?? ending;
  // A server has its iterations from outside.
  if (isStuck && phase !== null && ending.subject === "workload") {
    return new WorkloadFailure(
      `${where(phase, iteration)} never settled: nothing was left that could resolve its promise`,
    );
  }
  // The workload's own standard error has been passed on already.
  const said = /^\w*(?:Error|Exception)\b.*$/m.exec(ending.stderrTail)?.[0];
  return new WorkloadFailure(
    `the ${ending.subject}'s process ended${howOf(ending, exit?.code)} near iteration ${ending.iteration}${said === undefined ? "" : `: ${said}`}`,
  );
}

function howOf({ killed, code, signal }: Ending, exitCode: number | undefined): string {
  // The process that was told of is not the one that is measured.
  if (killed?.kind === "gone") return exitCode === undefined ? "" : ` with code ${exitCode}`;
  return signal === null ? ` with code ${code}` : ` by ${signal}`;
}

const pipeTouched = (subject: Ending["subject"]): string =>
  subject === "workload"
    ? "the workload closed, read or wrote file descriptor 3, over which leakproof talks to it: have it leave descriptors alone that it did not open"
    : "the server closed, or wrote to, the socket over which leakproof talks to it: have it leave descriptors alone that it did not open";

function explainHang(
  { phase, iteration }: Ending,
  { afterMs, during }: Extract<KillReason, { kind: "hung" }>,
): WorkloadFailure {
  const seconds = inSeconds(afterMs);
  switch (during) {
    case "load":
    case "run":
    case "run-apart":
    case "finish":
      return new WorkloadFailure(
        `${where(phase ?? "iteration", iteration)} did not settle within ${seconds}; the process was ended`,
      );
    case "advance-clock":
      return new WorkloadFailure(
        `a timer that fell due when the clock was moved on did not come back within ${seconds}; the process was ended`,
        "",
        true,
      );
    default:
      return new WorkloadFailure(
        `after iteration ${iteration}, the process could not be measured within ${seconds}: something keeps it busy, or its heap is too large for the time budget; the process was ended`,
        "",
        true,
      );
  }
}

function inSeconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 1 : 0)} s`;
}

function inOneLine(text: string): string {
  return text.replace(/\s*[\r\n\u2028\u2029]+\s*/g, " ");
}

function where(phase: WorkloadPhase, iteration: number): string {
  switch (phase) {
    case "import":
      return "importing the workload";
    case "setup":
    case "teardown":
      return `${phase}()`;
    case "clock":
      return "moving the clock on";
    case "timer":
      return "a timer that fell due when the clock was moved on";
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
