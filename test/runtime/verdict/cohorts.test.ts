import { describe, expect, it } from "vitest";
import { Cohorts } from "../../../runtime/verdict/cohorts.js";

describe("Cohorts", () => {
  const cohorts = new Cohorts();
  cohorts.close(10, 999);
  cohorts.close(30, 1999);
  cohorts.close(90, 2999);

  it.each([
    ["there before the first snapshot", 1, -1],
    ["the newest of the first snapshot", 999, -1],
    ["the first of an interval", 1001, 0],
    ["the last of an interval", 1999, 0],
    ["of the last interval", 2001, 1],
    ["born since", 3001, 2],
  ])("an object is %s", (_, id, index) => expect(cohorts.indexOf(id)).toBe(index));

  it("has an interval less than snapshots", () => {
    expect(cohorts.count).toBe(2);
    expect(cohorts.intervals).toEqual([
      { from: 10, to: 30 },
      { from: 30, to: 90 },
    ]);
    expect(cohorts.firstId).toBe(999);
  });

  it("has none before there are two", () => {
    const fresh = new Cohorts();
    expect([fresh.count, fresh.firstId, fresh.intervals]).toEqual([0, 0, []]);
    fresh.close(10, 999);
    expect([fresh.count, fresh.firstId, fresh.intervals]).toEqual([0, 999, []]);
    expect(fresh.indexOf(1001)).toBe(0);
  });
});
