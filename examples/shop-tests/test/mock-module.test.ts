import { expect, it, vi } from "vitest";
import { plural } from "../src/text";

vi.mock("../src/text", () => ({ plural: vi.fn(() => "many"), slug: (title: string) => title }));

it("is replaced", () => {
  expect(plural(3, "book")).toBe("many");
});
