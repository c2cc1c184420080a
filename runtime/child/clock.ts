/** Moves the workload's clocks on, so that what expires by time is seen to expire. */
import { performance } from "node:perf_hooks";

const RealDate = Date;
const realNow = Date.now;
const realPerformanceNow = performance.now.bind(performance);
const realHighResolutionTime = process.hrtime;
const NANOSECONDS_PER_MILLISECOND = 1_000_000n;

let offsetMs = 0;
let readings = 0;

/** How often the clocks were read since they were moved on. Code that took `Date.now` aside earlier is not seen. */
export function clockReadings(): number {
  return readings;
}

/** The time to add; counts the reading. */
function shift(): number {
  readings++;
  return offsetMs;
}

/** Advances `Date`, `performance.now` and `process.hrtime` by that many milliseconds. Timers are not fired. */
export function advanceClock(milliseconds: number): void {
  if (offsetMs === 0) replaceClocks();
  offsetMs += milliseconds;
}

function replaceClocks(): void {
  const now = (): number => realNow() + shift();
  const ShiftedDate: DateConstructor = new Proxy(RealDate, {
    apply: () => new RealDate(now()).toString(),
    construct: (target, parameters: unknown[], newTarget: NewableFunction): Date =>
      Reflect.construct(target, parameters.length === 0 ? [now()] : parameters, Object.is(newTarget, ShiftedDate) ? target : newTarget) as Date,
  });
  RealDate.now = now;
  globalThis.Date = ShiftedDate;
  Object.defineProperty(performance, "now", { value: () => realPerformanceNow() + shift(), configurable: true, writable: true });
  process.hrtime = Object.assign(
    (previous?: [number, number]): [number, number] => {
      const [seconds, nanoseconds] = realHighResolutionTime();
      const shifted: [number, number] = [seconds + Math.floor(shift() / 1000), nanoseconds];
      if (previous === undefined) return shifted;
      const borrow = shifted[1] < previous[1] ? 1 : 0;
      return [shifted[0] - previous[0] - borrow, shifted[1] - previous[1] + borrow * 1e9];
    },
    { bigint: () => realHighResolutionTime.bigint() + BigInt(shift()) * NANOSECONDS_PER_MILLISECOND },
  );
}
