/**
 * Moves the workload's clocks on, so that what expires by time is seen to expire.
 *
 * `Date.now` and `performance.now` are replaced before the workload is loaded, since code may take them aside; until
 * the clocks are moved on they answer the real time. The constructor is replaced only then.
 */
import { syncBuiltinESMExports } from "node:module";
import { performance } from "node:perf_hooks";
import { BigInt, Error, Math, Object, Proxy, Reflect } from "./natives.js";

const RealDate = Date;
const realNow = Date.now;
const realPerformanceNow = performance.now.bind(performance);
const realHighResolutionTime = process.hrtime;
const realBigInt = process.hrtime.bigint.bind(process.hrtime);
const realUptime = process.uptime.bind(process);
const NANOSECONDS_PER_MILLISECOND = 1_000_000n;

let offsetMs = 0;
let isReplaced = false;
/** What was replaced, last first. */
// eslint-disable-next-line leakproof/no-grow-only-registry -- six clocks
let replaced: (() => void)[] = [];

/** The time that has really passed, in milliseconds, whatever the workload or this module do to the clocks. */
export function elapsed(): number {
  return realPerformanceNow();
}

/** Makes the clocks movable. Call before the workload is loaded. */
export function prepareClocks(): void {
  const dateNow = function now(): number {
    return realNow() + offsetMs;
  };
  define(RealDate, "now", dateNow);
  define(performance, "now", () => realPerformanceNow() + offsetMs);
}

/** Gives all clocks back: they answer the real time, by the functions that did before. */
export function restoreClocks(): void {
  for (const restore of replaced) restore();
  replaced = [];
  offsetMs = 0;
  isReplaced = false;
  syncBuiltinESMExports();
}

/**
 * Sets `Date`, `performance.now`, `process.hrtime` and `process.uptime` that many milliseconds after the real time.
 *
 * @throws when the workload has frozen the objects that they are properties of
 */
export function setClockAhead(milliseconds: number): void {
  if (!isReplaced) replaceOtherClocks();
  isReplaced = true;
  offsetMs = milliseconds;
}

function replaceOtherClocks(): void {
  const now = (): number => realNow() + offsetMs;
  const ShiftedDate: DateConstructor = new Proxy(RealDate, {
    apply: () => new RealDate(now()).toString(),
    construct: (target, parameters: unknown[], newTarget: NewableFunction): Date =>
      Reflect.construct(
        target,
        parameters.length === 0 ? [now()] : parameters,
        Object.is(newTarget, ShiftedDate) ? target : newTarget,
      ) as Date,
  });
  replace(globalThis, "Date", ShiftedDate);
  const bigint = (): bigint => realBigInt() + BigInt(Math.round(offsetMs)) * NANOSECONDS_PER_MILLISECOND;
  const shiftedTime = (previous?: [number, number]): [number, number] => {
    const [seconds, nanoseconds] = realHighResolutionTime();
    const shifted: [number, number] = [seconds + Math.floor(offsetMs / 1000), nanoseconds];
    if (previous === undefined) return shifted;
    const borrow = shifted[1] < previous[1] ? 1 : 0;
    return [shifted[0] - previous[0] - borrow, shifted[1] - previous[1] + borrow * 1e9];
  };
  // Code may have taken the function aside, and asks it for its property.
  replace(realHighResolutionTime, "bigint", bigint);
  replace(process, "hrtime", Object.assign(shiftedTime, { bigint }));
  replace(process, "uptime", () => realUptime() + offsetMs / 1000);
  // For those who import them by name.
  syncBuiltinESMExports();
}

function define(owner: object, name: string, value: unknown): void {
  const before = Object.getOwnPropertyDescriptor(owner, name);
  Object.defineProperty(owner, name, {
    value,
    configurable: true,
    writable: true,
    enumerable: before?.enumerable ?? false,
  });
  replaced.unshift(() => {
    if (before === undefined) Reflect.deleteProperty(owner, name);
    else Object.defineProperty(owner, name, before);
  });
}

function replace(owner: object, name: string, value: unknown): void {
  const before: unknown = Reflect.get(owner, name);
  // eslint-disable-next-line leakproof/no-grow-only-registry -- three names
  replaced.unshift(() => void Reflect.set(owner, name, before));
  if (!Reflect.set(owner, name, value)) throw new Error(`${name} cannot be replaced: the workload has frozen it`);
}
