import { expect, it } from "vitest";
import { events } from "../src/events";
import { placeOrder, type Order } from "../src/orders";

it("tells of an order", () => {
  const heard: Order[] = [];
  events.on("order", (order: Order) => {
    if (heard.length === 0) heard.push(order);
  });
  const order = placeOrder([10]);
  expect(heard).toEqual([order]);
});
