import { expect, it } from "vitest";

it("stops listening with its signal", () => {
  const target = new EventTarget();
  const controller = new AbortController();
  let heard = 0;
  target.addEventListener("x", () => heard++, { signal: controller.signal });
  target.dispatchEvent(new Event("x"));
  controller.abort();
  target.dispatchEvent(new Event("x"));
  expect(heard).toBe(1);
});
