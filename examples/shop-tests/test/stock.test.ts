import { afterEach, beforeEach, expect, it } from "vitest";
import { placeOrder } from "../src/orders";
import { Stock } from "../src/stock";

let stock: Stock;
beforeEach(() => void (stock = new Stock()));
afterEach(() => stock.dispose());

it("counts what was sold", () => {
  placeOrder([5]);
  expect(stock.sold).toBe(1);
});

it("runs out", () => {
  stock.add("book", 1);
  expect([stock.take("book"), stock.take("book")]).toEqual([true, false]);
});
