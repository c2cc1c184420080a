import { expect, it, vi } from "vitest";

it("records its calls", () => {
  const notify = vi.fn((text: string) => text.length);
  notify("paid");
  notify("sent");
  expect(notify).toHaveBeenCalledTimes(2);
});
