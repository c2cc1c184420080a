import { describe, expect, it } from "vitest";
import { gross } from "../src/prices";

describe("gross", () => {
  it.each(Array.from({ length: 40 }, (_, index) => index * 5))("adds tax to %d", (net) => {
    expect(gross(net)).toBeCloseTo(net * 1.19, 1);
  });
});
