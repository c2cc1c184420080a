import { expect, it } from "vitest";
import { recent, view } from "../src/recent";

let visit = 0;

it("remembers the last fifty", () => {
  for (let index = 0; index < 8; index++) view(`product-${Date.now()}-${visit++}`);
  expect(recent().length).toBeLessThanOrEqual(50);
});
