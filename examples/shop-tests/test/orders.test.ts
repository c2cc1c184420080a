import { expect, it } from "vitest";
import { placeOrder } from "../src/orders";

it("adds up", () => {
  expect(placeOrder([100, 50]).total).toBeCloseTo(178.5);
});

it("numbers orders", () => {
  expect(placeOrder([1]).id).toBeLessThan(placeOrder([1]).id);
});
