import { expect, it } from "vitest";

async function load(id: number): Promise<{ id: number }> {
  await new Promise((resolve) => setImmediate(resolve));
  return { id };
}

it("loads all", async () => {
  await expect(Promise.all([1, 2, 3].map(load))).resolves.toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
});

it("rejects", async () => {
  await expect(Promise.reject(new Error("no such order"))).rejects.toThrow("no such order");
});
