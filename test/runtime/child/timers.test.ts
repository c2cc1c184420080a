import { afterEach, describe, expect, it } from "vitest";
import { fireTimers, passTime } from "../../../runtime/child/timers.js";

const MINUTES = 60_000;
const all = (): boolean => true;

describe("fireTimers", () => {
  const fired: string[] = [];
  const timers: NodeJS.Timeout[] = [];
  const once = (name: string, duration: number): NodeJS.Timeout => {
    const timer = setTimeout((text: string) => fired.push(text), duration, name);
    timers.push(timer);
    return timer;
  };
  const repeatedly = (name: string, duration: number): NodeJS.Timeout => {
    const timer = setInterval((text: string) => fired.push(text), duration, name);
    timers.push(timer);
    return timer;
  };
  afterEach(() => {
    for (const timer of timers.splice(0)) clearTimeout(timer);
    fired.length = 0;
  });

  it("fires those of the durations, shortest first, of one duration the oldest first", () => {
    once("a", 31 * MINUTES);
    once("b", 31 * MINUTES);
    repeatedly("c", 11 * MINUTES);
    once("d", 21 * MINUTES);
    expect(fireTimers([31 * MINUTES, 11 * MINUTES, 21 * MINUTES], all)).toBe(4);
    expect(fired).toEqual(["c", "d", "a", "b"]);
  });

  it("leaves those of other durations alone", () => {
    once("a", 32 * MINUTES);
    once("b", 33 * MINUTES);
    expect(fireTimers([33 * MINUTES, 34 * MINUTES], all)).toBe(1);
    expect(fired).toEqual(["b"]);
    expect(fireTimers([32 * MINUTES], all)).toBe(1);
  });

  it("fires a timeout once, an interval each time", () => {
    once("timeout", 35 * MINUTES);
    repeatedly("interval", 35 * MINUTES);
    expect(fireTimers([35 * MINUTES], all)).toBe(2);
    expect(fireTimers([35 * MINUTES], all)).toBe(1);
    expect(fired).toEqual(["timeout", "interval", "interval"]);
  });

  it("leaves alone what is not the workload's", () => {
    const nodes = (): number => fired.push("Node's");
    timers.push(setTimeout(nodes, 36 * MINUTES));
    once("the workload's", 36 * MINUTES);
    expect(fireTimers([36 * MINUTES], (callback) => callback !== nodes)).toBe(1);
    expect(fired).toEqual(["the workload's"]);
  });

  it("does not fire what an earlier one cleared, nor what one started", () => {
    timers.push(setTimeout(() => clearTimeout(second), 37 * MINUTES));
    const second = once("cleared", 37 * MINUTES);
    timers.push(setTimeout(() => once("started", 37 * MINUTES), 37 * MINUTES));
    expect(fireTimers([37 * MINUTES], all)).toBe(2);
    expect(fired).toEqual([]);
  });

  it("fires intervals, and timers that start one another, as often as they fall due", async () => {
    repeatedly("minutely", MINUTES);
    repeatedly("half-hourly", 30 * MINUTES);
    let links = 0;
    const next = (): void => {
      const link = setTimeout(() => {
        links++;
        next();
      }, 20 * MINUTES);
      timers.push(link);
    };
    next();
    const clock: number[] = [];
    await passTime(60 * MINUTES, [MINUTES, 20 * MINUTES, 30 * MINUTES], all, (passed) => clock.push(passed));
    expect(clock).toEqual(clock.toSorted((left, right) => left - right));
    expect(clock.at(-1)).toBe(60 * MINUTES);
    expect(fired.filter((name) => name === "minutely")).toHaveLength(60);
    expect(fired.filter((name) => name === "half-hourly")).toHaveLength(2);
    expect(links).toBe(3);
  });

  it("fires each with the clock at its moment, those of a few milliseconds now and then", async () => {
    const seen: [string, number][] = [];
    let now = 0;
    timers.push(setInterval(() => seen.push(["tick", now]), 10));
    timers.push(setTimeout(() => seen.push(["late", now]), 45 * MINUTES));
    await passTime(60 * MINUTES, [45 * MINUTES, 10], all, (passed) => (now = passed));
    expect(seen.find(([name]) => name === "late")).toEqual(["late", 45 * MINUTES]);
    expect(seen.filter(([name]) => name === "tick").length).toBeGreaterThan(64);
    expect(seen.at(-1)?.[1]).toBeGreaterThan(45 * MINUTES);
  });

  it("gives up on timers that start two each", async () => {
    let called = 0;
    const double = (): void => {
      called++;
      for (let i = 0; i < 2; i++) timers.push(setTimeout(double, MINUTES / 2));
    };
    double();
    await passTime(60 * MINUTES, [MINUTES / 2], all, () => {});
    expect(called).toBeLessThan(100_000);
  });

  it("leaves no timer of its own behind", () => {
    const before = process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    expect(fireTimers([38 * MINUTES], all)).toBe(0);
    expect(process.getActiveResourcesInfo().filter((name) => name === "Timeout")).toHaveLength(before);
  });
});
