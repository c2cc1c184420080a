import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { every } from "../src/clock";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("ticks", () => {
  let ticks = 0;
  const stop = every(100, () => ticks++);
  vi.advanceTimersByTime(1000);
  stop();
  expect(ticks).toBe(10);
});
