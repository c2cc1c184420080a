import { expect, it, vi } from "vitest";

it("begins with nothing", async () => {
  vi.resetModules();
  const audit = await import("../src/audit");
  audit.record("opened");
  expect(audit.entries()).toHaveLength(1);
  audit.reset();
  expect(audit.entries()).toHaveLength(0);
});
