import { expect, it } from "vitest";
import { events } from "../src/events";
import { placeOrder } from "../src/orders";

it("hears the next order", () => {
  let total = 0;
  events.once("order", (order: { total: number }) => (total = order.total));
  placeOrder([100]);
  expect(total).toBe(119);
});
