import { afterEach, beforeEach, expect, it } from "vitest";
import { events } from "../src/events";
import { placeOrder } from "../src/orders";

let count = 0;
const onOrder = (): void => void count++;
beforeEach(() => void events.on("order", onOrder));
afterEach(() => void events.off("order", onOrder));

it("counts orders", () => {
  placeOrder([1]);
  placeOrder([2]);
  expect(count).toBe(2);
});
