import { describe, expect, it } from "vitest";
import type { Reading } from "../../../runtime/child/protocol.js";
import { TestFiles } from "../../../runtime/verdict/test-files.js";

const read = (key: number, size: number): Reading => ({ key, state: "read", size }) as Reading;

/** Files that add so many to holder 1, and what iterations were told to run. */
async function followed(added: Readonly<Record<string, number>>): Promise<{ files: TestFiles; chosen: unknown[] }> {
  const chosen: unknown[] = [];
  let size = 100;
  const files = new TestFiles({
    runApart: () =>
      Promise.resolve({
        done: 7,
        before: [read(1, size)],
        files: Object.entries(added).map(([file, more]) => ({ file, readings: [read(1, (size += more))] })),
      }),
    check: () => Promise.resolve(),
    choose: (some) => Promise.resolve(void chosen.push(some)),
  });
  expect(await files.runApart(1000)).toBe(7);
  return { files, chosen };
}

describe("TestFiles", () => {
  it("has those run alone that add to what grows or take from it, and then all again", async () => {
    const { files, chosen } = await followed({ "a.ts": 5, "b.ts": 0, "c.ts": -2 });
    await files.focus({ places: [[1]], findings: [] }, 64);
    expect([chosen, files.isFocused]).toEqual([[["a.ts", "c.ts"]], true]);
    expect([files.iterationsOf([1], 300), files.iterationsOf([2], 300)]).toEqual([300, 64]);
    await files.unfocus();
    expect(chosen.at(-1)).toBeNull();
  });

  it.each([
    ["nothing grows", { places: [], findings: [] }],
    ["something grows of which no size tells", { places: [[1], [2]], findings: [] }],
    ["no size tells of what is suspected", { places: [], findings: [[2]] }],
  ])("has all run where %s", async (_, growing) => {
    const { files, chosen } = await followed({ "a.ts": 5 });
    await files.focus(growing, 64);
    expect([chosen, files.isFocused]).toEqual([[], false]);
  });
});
