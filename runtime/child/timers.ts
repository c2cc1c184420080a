/**
 * Fires the workload's timers that fall due when the clock is moved on.
 *
 * Node keeps one list of timers for each duration, and no way to see it; a timer of our own with the same duration is
 * put into it, and from there the others are reached. Timers whose callback is Node's own (sockets, servers)
 * are left alone: in a process that works, they are put off before they fire.
 */
import timers from "node:timers";
import { elapsed } from "./clock.js";
import { Error, Math, Object, Promise } from "./natives.js";

// Taken before the workload can replace them.
const { clearTimeout, setImmediate, setTimeout } = timers;

/** Timers of one duration fire so often at most, spread over the time: a wheel of timers has as many slots. */
const MOST_TURNS = 512;
/** So many turns in all are made however long they take, unless so many callbacks were called. */
const CERTAIN_TURNS = 64;
const ENOUGH_TURNS_MS = 300;
const ENOUGH_CALLBACKS = 20_000;

interface InternalTimer {
  _idleNext: InternalTimer | null;
  /** When it was started, in milliseconds of libuv's clock. */
  readonly _idleStart: number;
  _onTimeout?: ((...parameters: unknown[]) => unknown) | null;
  _timerArgs?: readonly unknown[];
  _repeat?: number | null;
}

/**
 * Passes over a time: fires timers in the order in which they fall due, each with the clock set to its moment, and those
 * that repeat or start themselves anew as often as they fall due, though no more often than shows what they free. A turn
 * of the event loop follows each.
 *
 * @param milliseconds the time that is passed over
 * @param durations of the timers, in milliseconds
 * @param setClock is told how much of the time has passed
 */
export async function passTime(
  milliseconds: number,
  durations: readonly number[],
  isWorkloads: (callback: object) => boolean,
  setClock: (passedMs: number) => void,
): Promise<void> {
  const startedAt = elapsed();
  const waiting = durations
    .filter((duration) => duration <= milliseconds)
    .map((duration) => ({
      duration,
      step: Math.max(duration, milliseconds / MOST_TURNS),
      dueAt: Math.max(0, remainingOf(duration)),
    }));
  let called = 0;
  for (let turn = 1; waiting.length > 0 && called <= ENOUGH_CALLBACKS; turn++) {
    if (turn > CERTAIN_TURNS && elapsed() - startedAt > ENOUGH_TURNS_MS) break;
    const next = waiting.reduce((soonest, one) => (one.dueAt < soonest.dueAt ? one : soonest));
    setClock(next.dueAt);
    const fired = fireTimers([next.duration], isWorkloads);
    next.dueAt += next.step;
    if (fired === 0 || next.dueAt > milliseconds) waiting.splice(waiting.indexOf(next), 1);
    called += fired;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  setClock(milliseconds);
  // What waits longest frees the most, and has not had its turn where others took too many.
  fireTimers(
    waiting.map(({ duration }) => duration),
    isWorkloads,
  );
}

/** Milliseconds until the first timer of this duration is due. */
function remainingOf(duration: number): number {
  const probe = setTimeout(() => {}, duration) as unknown as InternalTimer;
  let oldest = probe;
  for (let timer = probe._idleNext; timer !== null && timer._onTimeout !== undefined; timer = timer._idleNext)
    oldest = timer;
  clearTimeout(probe as unknown as NodeJS.Timeout);
  return duration + oldest._idleStart - probe._idleStart;
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
