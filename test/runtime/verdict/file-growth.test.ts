import { describe, expect, it } from "vitest";
import type { Reading } from "../../../runtime/child/protocol.js";
import { FileGrowth } from "../../../runtime/verdict/file-growth.js";

const read = (key: number, size: number | null, reach: number | null = null): Reading => ({
  key,
  state: "read",
  type: "Map",
  size,
  reach,
  heapId: null,
});

describe("FileGrowth", () => {
  it("tells which files add to a holder, and how much in a run of theirs", () => {
    const growth = new FileGrowth();
    growth.add(
      [read(1, 10), read(2, 5)],
      [
        { file: "a", readings: [read(1, 13), read(2, 5)] },
        { file: "b", readings: [read(1, 13), read(2, 6)] },
        { file: "c", readings: [read(1, 13), read(2, 5)] },
      ],
    );
    growth.add(
      [read(1, 13), read(2, 5)],
      [
        { file: "a", readings: [read(1, 15), read(2, 5)] },
        { file: "b", readings: [read(1, 15), read(2, 6)] },
        { file: "c", readings: [read(1, 14), read(2, 5)] },
      ],
    );
    expect([...growth.filesOf([1])]).toEqual([["a", 2.5]]);
    expect([...growth.filesOf([1, 2])]).toEqual([
      ["a", 2.5],
      ["b", 1],
    ]);
    expect([growth.knows([1]), growth.knows([3])]).toEqual([true, false]);
  });

  it("counts what a holder without a size reaches, and passes over what is gone or new", () => {
    const growth = new FileGrowth();
    growth.add(
      [read(1, null, 4), read(2, 7)],
      [{ file: "a", readings: [read(1, null, 6), { key: 2, state: "gone" }, read(3, 100)] }],
    );
    expect([...growth.filesOf([1, 2, 3])]).toEqual([["a", 2]]);
  });
});
