import { expect, it } from "vitest";

it("says what it does", () => {
  const order = { items: ["book"] };
  console.log("packing", order);
  expect(order.items).toEqual(["book"]);
});
