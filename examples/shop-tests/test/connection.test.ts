import { expect, it } from "vitest";
import { connect } from "../src/connection";

it("connects once", () => {
  expect(connect()).toBe(connect());
});
