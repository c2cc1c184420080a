import { afterEach, expect, it, vi } from "vitest";

afterEach(() => void vi.unstubAllEnvs());

it("reads its configuration", () => {
  vi.stubEnv("SHOP", "open");
  expect(process.env["SHOP"]).toBe("open");
});
