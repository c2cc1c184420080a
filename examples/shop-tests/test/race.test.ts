import { expect, it } from "vitest";

it("takes the first", async () => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, 1000, "late")));
  expect(await Promise.race([late, Promise.resolve("soon")])).toBe("soon");
  clearTimeout(timer);
});
