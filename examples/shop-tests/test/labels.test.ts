import { expect, it } from "vitest";
import { label, labelOf } from "../src/labels";

it("labels what is there", () => {
  const item = { name: "book" };
  label(item, "sale");
  expect(labelOf(item)).toBe("sale");
});
