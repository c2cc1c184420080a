/**
 * Fires the workload's timers that fall due when the clock is moved on.
 *
 * Node keeps one list of timers for each duration, and no way to see it; a timer of our own with the same duration is
 * put into it, and from there the others are reached. Timers whose callback is Node's own (sockets, servers)
 * are left alone: in a process that works, they are put off before they fire.
 */
import timers from "node:timers";
import { elapsed } from "./clock.js";
import { Error, Object, Promise } from "./natives.js";

// Taken before the workload can replace them.
const { clearTimeout, setImmediate, setTimeout } = timers;

/** Rounds in which intervals, and timers that start one another, fire again: a wheel of timers has as many slots. */
const MOST_ROUNDS = 4096;
/** These are made however long they take, unless so many callbacks were called. */
const CERTAIN_ROUNDS = 64;
const ENOUGH_ROUNDS_MS = 300;
const ENOUGH_CALLBACKS = 20_000;

interface InternalTimer {
  _idleNext: InternalTimer | null;
  _onTimeout?: ((...parameters: unknown[]) => unknown) | null;
  _timerArgs?: readonly unknown[];
  _repeat?: number | null;
}

/**
 * Fires the timers of these durations as often as they fall due within a time, though no more often than shows what
 * they free. A turn of the event loop follows each round.
 *
 * @param milliseconds the time that is passed over
 */
export async function fireTimersWithin(
  milliseconds: number,
  durations: readonly number[],
  isWorkloads: (callback: object) => boolean,
): Promise<void> {
  const startedAt = elapsed();
  let called = 0;
  for (let round = 1; round <= MOST_ROUNDS && called <= ENOUGH_CALLBACKS; round++) {
    if (round > CERTAIN_ROUNDS && elapsed() - startedAt > ENOUGH_ROUNDS_MS) return;
    const due = durations.filter((duration) => duration * round <= milliseconds);
    const fired = fireTimers(due, isWorkloads);
    if (fired === 0) return;
    called += fired;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

/**
 * Calls the timers of these durations once each, shortest first; those that do not repeat are then gone.
 *
 * @param durations milliseconds
 * @param isWorkloads whether a callback belongs to the workload
 * @returns how many were fired
 */
export function fireTimers(durations: readonly number[], isWorkloads: (callback: object) => boolean): number {
  const due = [...durations].sort((left, right) => left - right).flatMap(timersOf);
  let fired = 0;
  for (const timer of due) {
    const callback = timer._onTimeout;
    if (typeof callback !== "function" || !isWorkloads(callback)) continue;
    if (typeof timer._repeat !== "number") clearTimeout(timer as unknown as NodeJS.Timeout);
    fired++;
    // A timer that guards against a hang would end the process.
    const exit = Object.getOwnPropertyDescriptor(process, "exit");
    process.exit = () => {
      throw new Error("no timer that fires before its time ends the process");
    };
    try {
      callback.apply(timer, [...(timer._timerArgs ?? [])]);
    } catch {
      // what it throws would be an uncaught exception, had its time really come
    } finally {
      if (exit !== undefined) Object.defineProperty(process, "exit", exit);
    }
  }
  return fired;
}

function timersOf(duration: number): InternalTimer[] {
  const probe = setTimeout(() => {}, duration);
  const timers: InternalTimer[] = [];
  let timer = (probe as unknown as InternalTimer)._idleNext;
  // The newest comes first, and after the oldest the list itself, which is no timer.
  for (; timer !== null && timer._onTimeout !== undefined; timer = timer._idleNext) timers.push(timer);
  clearTimeout(probe);
  return timers.reverse();
}
