import { expect, it } from "vitest";
import { formatCount, formatRate } from "../../../runtime/verdict/words.js";

it.each([
  [0, "0"],
  [4112, "4,112"],
  [1_234_567.6, "1,234,568"],
])("%d is written %s", (count, text) => expect(formatCount(count)).toBe(text));

it.each<[number, "entries" | "objects", string]>([
  [1, "entries", "1 per iteration"],
  [0.999, "entries", "1 per iteration"],
  [8, "entries", "8 per iteration"],
  [1500, "entries", "1,500 per iteration"],
  [0.9, "entries", "0.9 per iteration"],
  [0.75, "entries", "0.8 per iteration"],
  [0.5, "entries", "1 in 2 iterations"],
  [0.1, "entries", "1 in 10 iterations"],
  [1 / 40, "entries", "1 in 40 iterations"],
  [4, "objects", "4 objects per iteration"],
  [0.6, "objects", "0.6 objects per iteration"],
])("%d %s an iteration are %s", (rate, unit, text) => expect(formatRate(rate, unit)).toBe(text));

it("a rate of nothing is a number all the same", () => expect(formatRate(0)).toMatch(/^1 in [\d,]+ iterations$/));
