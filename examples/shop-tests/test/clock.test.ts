import { expect, it } from "vitest";
import { every, wait } from "../src/clock";

it("ticks until it is stopped", async () => {
  let ticks = 0;
  const stop = every(1, () => ticks++);
  await wait(5);
  stop();
  expect(ticks).toBeGreaterThan(0);
});
