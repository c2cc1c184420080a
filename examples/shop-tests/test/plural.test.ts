import { expect, it } from "vitest";
import { plural } from "../src/text";

it.each([
  [0, "0 books"],
  [1, "1 book"],
  [2, "2 books"],
])("%d", (count, text) => expect(plural(count, "book")).toBe(text));
