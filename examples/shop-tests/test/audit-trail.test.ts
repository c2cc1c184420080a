import { expect, it } from "vitest";
import { entries, record } from "../src/audit";

it("keeps what was recorded, in order", () => {
  record("opened");
  record("paid");
  expect(
    entries()
      .slice(-2)
      .map(({ text }) => text),
  ).toEqual(["opened", "paid"]);
});
