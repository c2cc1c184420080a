import { expect, it } from "vitest";

it("sorts many", () => {
  const rows = Array.from({ length: 5000 }, (_, index) => ({ key: (index * 7919) % 5000 }));
  rows.sort((left, right) => left.key - right.key);
  expect(rows[0]?.key).toBe(0);
});
