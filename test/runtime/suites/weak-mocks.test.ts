import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { holdMocksWeakly } from "../../../runtime/suites/weak-mocks.js";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** As Vitest 4 keeps its mocks. */
function mocking(): { vi: { clearAllMocks: () => void }; make: () => { calls: number } } {
  const all = new Set<{ calls: number }>();
  const make = (): { calls: number } => {
    const mock = { calls: 1 };
    all.add(mock);
    return mock;
  };
  return { vi: { clearAllMocks: () => all.forEach((mock) => (mock.calls = 0)) }, make };
}

describe("holdMocksWeakly", () => {
  it("lets a mock go that nobody has any more, and resets those that somebody has", async () => {
    const { vi, make } = mocking();
    holdMocksWeakly(vi);
    const kept = make();
    const dropped: WeakRef<object>[] = [];
    for (let i = 0; i < 200; i++) dropped.push(new WeakRef(make()));
    await new Promise((resolve) => setTimeout(resolve));
    collect();
    expect(dropped.filter((reference) => reference.deref() !== undefined)).toEqual([]);
    vi.clearAllMocks();
    expect(kept.calls).toBe(0);
  });

  it("leaves a list alone that has mocks already, and what has no list", () => {
    const { vi, make } = mocking();
    const early = make();
    holdMocksWeakly(vi);
    vi.clearAllMocks();
    expect(early.calls).toBe(0);
    expect(() => holdMocksWeakly({ clearAllMocks: () => [].forEach(() => {}) })).not.toThrow();
    const seen: number[] = [];
    new Set([1]).forEach((element) => seen.push(element));
    expect(seen).toEqual([1]);
  });
});
