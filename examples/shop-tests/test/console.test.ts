import { expect, it } from "vitest";

it("says what it does", () => {
  console.log("packing", { items: ["book"] });
  expect(true).toBe(true);
});
