/** `expect(fn).not.toLeak()`: whether a function that is run again and again leaves something behind each time. */
import { expect } from "vitest";
import { IsolateBusy, measureInPlace, type MeasureOptions } from "../in-place/measure.js";
import type { Measured } from "../in-place/questions.js";
import { formatLeak } from "../report/pretty.js";

export interface LeakOptions {
  /**
   * The most calls to make; growth that goes on to the last of them is a leak, whatever bound it may have beyond. When
   * not given, as many as it takes: some 1,280 where nothing grows, at least 4,096 before anything is called a leak.
   */
  readonly iterations?: number;
  /** Milliseconds for the whole measurement; 70 % of what is left of the test's timeout, and at most 20,000. */
  readonly timeBudget?: number;
}

interface Task {
  readonly concurrent?: boolean;
  readonly timeout?: number;
  readonly result?: { startTime?: number };
}

/** The parts of a matcher's `this` that are used: Vitest's own type names more than each version has. */
interface MatcherState {
  readonly isNot?: boolean;
  readonly task?: Task;
}

interface Outcome {
  readonly pass: boolean;
  readonly message: () => string;
}

const SHARE_OF_TIMEOUT = 0.7;
const LONGEST_BUDGET_MS = 20_000;
/** The least that three snapshots of a small heap take. */
const LEAST_BUDGET_MS = 1000;
const FEWEST_ITERATIONS = 100;

/** A matcher for `expect.extend()`. It answers when the function was run often enough to tell. */
export async function toLeak(this: MatcherState, received: unknown, options: LeakOptions = {}): Promise<Outcome> {
  if (typeof received !== "function")
    throw new TypeError("toLeak: give expect() a function, to be run again and again");
  const task = this.task ?? currentTask();
  const iterations = numberOf(options, "iterations", FEWEST_ITERATIONS);
  const timeBudgetMs = numberOf(options, "timeBudget", 1) ?? budgetOf(task);
  if (task?.concurrent === true) throw new Error(CONCURRENT);
  const measured = await measure(received as () => unknown, { iterations, timeBudgetMs, owner: task });
  const { result, undecided, isSeen } = measured;
  const leaks = result.unflagged;
  const count = result.iterations.toLocaleString("en-US");
  if (leaks.length > 0) {
    const told = [`expected ${result.workload} not to leak in ${count} calls`, "", ...leaks.map(formatLeak)];
    return { pass: true, message: () => told.join("\n") };
  }
  // Neither of the two can be said: the assertion fails, with or without `not`.
  if (undecided.length > 0 || !isSeen) {
    const told = [
      `cannot tell whether ${result.workload} leaks: ${count} calls were all there was time for${isSeen ? ", and what grows may be a cache that fills up" : ""}`,
      ...undecided.map((line) => `  ? ${line}`),
      "give the test a longer timeout, or say after how many calls growth is a leak: toLeak({ iterations: 200 })",
    ];
    return { pass: this.isNot === true, message: () => told.join("\n") };
  }
  return { pass: false, message: () => `expected ${result.workload} to leak: nothing grew in ${count} calls` };
}

/** Vitest 3 does not tell its matchers the test that they are called in. */
function currentTask(): Task | undefined {
  return (Reflect.get(globalThis, "__vitest_worker__") as { readonly current?: Task } | undefined)?.current;
}

const CONCURRENT =
  "toLeak: this test is concurrent, and what the others make meanwhile lies in the same heap: measure in a test that is not";

const BUSY = "toLeak: another function is being measured in the same heap: await each toLeak() before the next";

async function measure(
  fn: () => unknown,
  options: Pick<MeasureOptions, "iterations" | "timeBudgetMs" | "owner">,
): Promise<Measured> {
  let { assertionCalls } = expect.getState();
  const onFirst = (): void => void ({ assertionCalls } = expect.getState());
  try {
    return await measureInPlace(fn, { ...options, isReplaced: isMock, onFirst });
  } catch (error) {
    throw error instanceof IsolateBusy ? new Error(BUSY) : error;
  } finally {
    // For `expect.assertions()`: those of one call count.
    expect.setState({ assertionCalls });
  }
}

function isMock(method: unknown): boolean {
  return typeof method === "function" && "mock" in method;
}

function numberOf(options: LeakOptions, name: keyof LeakOptions, least: number): number | null {
  const value = options[name];
  if (value === undefined) return null;
  if (!Number.isFinite(value) || value < least) throw new RangeError(`toLeak: ${name} must be a number from ${least}`);
  return Math.round(value);
}

/** A test that may take longer gives its function more time. */
function budgetOf(task: Task | undefined): number {
  const timeoutMs = task?.timeout ?? 0;
  if (!(timeoutMs > 0)) return LONGEST_BUDGET_MS;
  const spentMs = Math.max(0, Date.now() - (task?.result?.startTime ?? Date.now()));
  const leftMs = Math.max(0, timeoutMs - spentMs) * SHARE_OF_TIMEOUT;
  return Math.min(LONGEST_BUDGET_MS, Math.max(LEAST_BUDGET_MS, leftMs));
}
