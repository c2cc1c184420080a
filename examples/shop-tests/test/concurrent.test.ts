import { describe, it } from "vitest";

describe.concurrent("at once", () => {
  it.for([1, 2, 3])("%d", async (value, { expect }) => {
    await new Promise((resolve) => setImmediate(resolve));
    expect(value).toBeLessThan(4);
  });
});
