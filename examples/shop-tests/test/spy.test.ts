import { expect, it, vi } from "vitest";

const shop = { open: () => true };

it("is put back", () => {
  const spy = vi.spyOn(shop, "open").mockReturnValue(false);
  expect(shop.open()).toBe(false);
  spy.mockRestore();
  expect(shop.open()).toBe(true);
});
